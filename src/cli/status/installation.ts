import * as z from 'zod';
import { type Condition, deprecatedFields, isRecord, type KubeObject } from '../../api/index.ts';
import { lenient } from '../hub/lenient.ts';

export const hubName = 'hub';

export type InstallationType = 'serving' | 'eventing';

export const kinds: Readonly<Record<InstallationType, string>> = {
  serving: 'KnativeServing',
  eventing: 'KnativeEventing',
};

/** A KnativeServing or KnativeEventing as far as it tells how it is. Times are RFC 3339. */
export interface Installation {
  readonly type: InstallationType;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `namespace/name` of the ClusterProfile, or `hub`. */
  readonly cluster: string;
  readonly wantedVersion: string | undefined;
  /** The version that last became available. */
  readonly version: string | undefined;
  readonly nextVersion: string | undefined;
  /** The namespace on the cluster. */
  readonly targetNamespace: string | undefined;
  readonly createdAt: string | undefined;
  readonly deletedAt: string | undefined;
  readonly conditions: readonly Condition[];
  /** The operator has seen the spec as it is now. */
  readonly observed: boolean;
  /** Paths of fields that it has, and that have a successor. */
  readonly deprecated: readonly string[];
}

/** `serving/namespace/name`, as commands take it. */
export function typedName({
  type,
  namespace,
  name,
}: {
  readonly type: InstallationType | 'dso';
  readonly namespace: string;
  readonly name: string;
}): string {
  return `${type}/${namespace}/${name}`;
}

const text = lenient(z.string().min(1));
const condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  lastTransitionTime: text,
  reason: text,
  message: text,
});
const schema = z.object({
  spec: lenient(
    z.object({
      version: text,
      clusterProfileRef: lenient(z.object({ name: z.string(), namespace: z.string() })),
    }),
  ),
  status: lenient(
    z.object({
      version: text,
      nextVersion: text,
      observedGeneration: lenient(z.number()),
      conditions: lenient(z.array(lenient(condition))),
      target: lenient(z.object({ namespace: text })),
    }),
  ),
});

export function readInstallation(type: InstallationType, object: KubeObject): Installation {
  const {
    namespace = '',
    name,
    uid = '',
    generation = 0,
    creationTimestamp,
    deletionTimestamp,
  } = object.metadata;
  const { spec, status } = schema.parse(object);
  const ref = spec?.clusterProfileRef;
  return {
    type,
    namespace,
    name,
    uid,
    cluster: ref === undefined ? hubName : `${ref.namespace}/${ref.name}`,
    wantedVersion: spec?.version,
    version: status?.version,
    nextVersion: status?.nextVersion,
    targetNamespace: status?.target?.namespace,
    createdAt: creationTimestamp,
    deletedAt: deletionTimestamp,
    conditions: (status?.conditions ?? []).flatMap((item) => (item === undefined ? [] : [defined(item)])),
    observed: (status?.observedGeneration ?? 0) >= generation,
    deprecated: deprecatedIn(object['spec']),
  };
}

function deprecatedIn(spec: unknown): readonly string[] {
  const has = (path: string): boolean => isRecord(spec) && path.slice('spec.'.length) in spec;
  return deprecatedFields.map(({ path }) => path).filter(has);
}

function defined({ type, status, ...details }: z.output<typeof condition>): Condition {
  const present = Object.entries(details).filter(([, value]) => value !== undefined);
  return { type, status, ...Object.fromEntries(present) };
}
