import { groupVersionKind, objectKey, parseDistributedScaledObject, type Problem } from '../../api/index.ts';
import { type PlanSpec, readSpec } from '../../scaling/index.ts';
import { usageError } from '../failure/cli-error.ts';
import type { GivenDocument } from '../render/read-documents.ts';

/** The one DistributedScaledObject that somebody has written down. */
export interface GivenObject {
  /** `shop/checkout`. */
  readonly key: string;
  readonly spec: PlanSpec;
  /** What was understood, but not as it is written. */
  readonly warnings: readonly string[];
}

/** As kubectl reads it; without a namespace it is in `default`. Throws CliError. */
export function givenObject(
  documents: readonly GivenDocument[],
  namespace: string | undefined,
  sources: string,
): GivenObject {
  const found = documents.filter(({ object }) => {
    const { group, kind } = groupVersionKind(object);
    return group === 'keda.kedify.io' && kind === 'DistributedScaledObject';
  });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0)
    throw usageError(
      only === undefined
        ? `There is no DistributedScaledObject in ${sources}.`
        : `There are ${found.length} DistributedScaledObjects in ${sources}.`,
      { fix: 'name a file with one: apiVersion keda.kedify.io/v1alpha1', code: 'WW5007' },
    );
  const { object, source } = only;
  const metadata = { ...object.metadata, namespace: object.metadata.namespace ?? namespace ?? 'default' };
  const key = objectKey(metadata);
  const parsed = parseDistributedScaledObject({ ...object, metadata });
  const read = parsed.ok ? readSpec(parsed.resource) : parsed;
  if (!read.ok)
    throw usageError(
      `DistributedScaledObject ${key} in ${source}: ${read.problems.slice(0, mostProblems).map(describe).join('; ')}.`,
      { fix: 'correct what it names', code: 'WW5007' },
    );
  return { key, spec: read.spec, warnings: read.warnings.map(describe) };
}

const mostProblems = 5;

function describe({ field, value, message }: Problem): string {
  return `${field}${value === undefined ? '' : ` '${value}'`} ${message}`;
}
