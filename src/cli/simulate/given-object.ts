import {
  type DistributedScaledObject,
  type KubeObject,
  objectKey,
  parseDistributedScaledObject,
  type Problem,
} from '../../api/index.ts';
import {
  type Beginning,
  type PlanSpec,
  readSpec,
  rebalancingSpec,
  type RegisteredMember,
} from '../../scaling/index.ts';
import { usageError } from '../failure/cli-error.ts';

/** The DistributedScaledObject that is played. */
export interface GivenObject {
  /** `shop/checkout`. */
  readonly key: string;
  /** As a sentence begins with it: `The file`. */
  readonly what: string;
  readonly spec: PlanSpec;
  /** Those that the hub knows; undefined without a hub. */
  readonly members: readonly RegisteredMember[] | undefined;
  /** How things are now; undefined without a hub. */
  readonly begin: Beginning | undefined;
  /** What was understood, but not as it is written. */
  readonly warnings: readonly string[];
}

export interface ReadGiven {
  readonly key: string;
  readonly object: DistributedScaledObject;
  readonly spec: PlanSpec;
  readonly warnings: readonly string[];
}

/** What an object asks for; `source` is where it stands. Throws CliError. */
export function readGiven(object: KubeObject, source: string): ReadGiven {
  const key = objectKey(object.metadata);
  const parsed = parseDistributedScaledObject(object);
  const read = parsed.ok ? readSpec(parsed.resource) : parsed;
  if (!parsed.ok || !read.ok) {
    const problems = read.ok ? [] : read.problems.slice(0, mostProblems).map(describe);
    throw usageError(`DistributedScaledObject ${key} in ${source}: ${problems.join('; ')}.`, {
      fix: 'correct what it names',
      code: 'WW5007',
    });
  }
  const spec = rebalancingSpec(read.spec, object.metadata.annotations ?? {});
  return { key, object: parsed.resource, spec, warnings: read.warnings.map(describe) };
}

const mostProblems = 5;

function describe({ field, value, message }: Problem): string {
  return `${field}${value === undefined ? '' : ` '${value}'`} ${message}`;
}
