import * as z from 'zod';
import type { Condition, KubeObject } from '../../api/index.ts';
import { type KubeClient, resources } from '../../kube/index.ts';
import { canonicalId, type FleetMember } from './fleet-members.ts';
import { lenient } from './lenient.ts';
import { listIfServed } from './list-if-served.ts';

/** What a DistributedScaledObject tells of one member. Times are RFC 3339. */
export interface ScaledObjectRow {
  /** As the user wrote it, or its alias. */
  readonly member: string;
  readonly id: string | undefined;
  readonly provider: string | undefined;
  readonly current: number | undefined;
  readonly desired: number | undefined;
  readonly state: string;
  readonly description: string | undefined;
  readonly excluded: boolean;
  readonly since: string | undefined;
  /** When the number there changed last. */
  readonly progressAt: string | undefined;
}

/** A DistributedScaledObject as far as it tells how it is. */
export interface ScaledObject {
  readonly type: 'dso';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: string | undefined;
  readonly deletedAt: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  /** `Deployment/nginx`. */
  readonly target: string | undefined;
  /** The total that triggers, or a person, have asked for. */
  readonly total: number | undefined;
  /** What autoscalers are told. */
  readonly current: number | undefined;
  readonly selector: string | undefined;
  readonly conditions: readonly Condition[];
  /** The operator has seen the spec as it is now. */
  readonly observed: boolean;
  readonly rows: readonly ScaledObjectRow[];
  readonly listed: readonly { readonly name: string; readonly weight: number; readonly drain: boolean }[];
}

const text = lenient(z.string().min(1));
const number = lenient(z.number());
const condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  observedGeneration: number,
  lastTransitionTime: text,
  reason: text,
  message: text,
});
const row = z
  .object({
    currentReplicas: number,
    desiredReplicas: number,
    state: text,
    description: text,
    id: text,
    provider: text,
    excluded: lenient(z.boolean()),
    lastStatusChangeTime: text,
    lastScalingProgressTime: text,
  })
  .catch({});
const schema = z.object({
  spec: lenient(
    z.object({
      totalTargetReplicas: number,
      memberClusters: lenient(
        z.array(lenient(z.object({ name: z.string(), weight: number, drain: lenient(z.boolean()) }))),
      ),
      scaledObjectSpec: lenient(z.object({ scaleTargetRef: lenient(z.object({ kind: text, name: text })) })),
    }),
  ),
  status: lenient(
    z.object({
      conditions: lenient(z.array(lenient(condition))),
      memberClusterStatuses: lenient(z.record(z.string(), row)),
      totalCurrentReplicas: number,
      selector: text,
    }),
  ),
});

export function readScaledObject(object: KubeObject): ScaledObject {
  const { namespace = '', name, uid = '', generation = 0, annotations = {} } = object.metadata;
  const { spec, status } = schema.parse(object);
  const conditions = (status?.conditions ?? []).flatMap((item) => (item === undefined ? [] : [item]));
  const ready = conditions.find(({ type }) => type === 'Ready');
  const target = spec?.scaledObjectSpec?.scaleTargetRef;
  return {
    type: 'dso',
    namespace,
    name,
    uid,
    createdAt: object.metadata.creationTimestamp,
    deletedAt: object.metadata.deletionTimestamp,
    annotations,
    target: target?.name === undefined ? undefined : `${target.kind ?? 'Deployment'}/${target.name}`,
    total: spec?.totalTargetReplicas,
    current: status?.totalCurrentReplicas,
    selector: status?.selector,
    conditions: conditions.map(shown),
    observed: ready !== undefined && (ready.observedGeneration ?? generation) >= generation,
    rows: Object.entries(status?.memberClusterStatuses ?? {})
      .map(([member, value]) => rowOf(member, value))
      .toSorted((a, b) => (a.member < b.member ? -1 : 1)),
    listed: (spec?.memberClusters ?? []).flatMap((item) =>
      item === undefined ? [] : [{ name: item.name, weight: item.weight ?? 1, drain: item.drain === true }],
    ),
  };
}

function rowOf(member: string, value: z.output<typeof row>): ScaledObjectRow {
  return {
    member,
    id: value.id,
    provider: value.provider,
    current: value.currentReplicas,
    desired: value.desiredReplicas,
    state: value.state ?? 'Unknown',
    description: value.description,
    excluded: value.excluded === true,
    since: value.lastStatusChangeTime,
    progressAt: value.lastScalingProgressTime,
  };
}

function shown({ type, status, lastTransitionTime, reason, message }: z.output<typeof condition>): Condition {
  const details = Object.entries({ lastTransitionTime, reason, message });
  const present = details.filter(([, value]) => value !== undefined);
  return { type, status, ...Object.fromEntries(present) };
}

/** Those of all namespaces; none where the hub does not serve them. Throws KubeError. */
export async function readScaledObjects(
  client: KubeClient,
  signal: AbortSignal,
): Promise<readonly ScaledObject[]> {
  return ((await listIfServed(client, resources.distributedScaledObjects, { signal })) ?? []).map(
    readScaledObject,
  );
}

/** Whether a row is about this member, whatever the user called it. */
export function isAbout(
  row: ScaledObjectRow,
  member: Pick<FleetMember, 'name' | 'id' | 'provider'>,
): boolean {
  const id = canonicalId(member);
  if (row.id === undefined || id === undefined) return row.member === member.name;
  return canonicalId(row) === id || (row.provider === undefined && row.id === member.id);
}
