import { isRecord, type KubeObject } from '../../api/index.ts';
import { done, type Outcome, removeFinalizer, requeueAfter } from '../../controller/index.ts';
import { NotFoundError, resources } from '../../kube/index.ts';
import type { WantedScale } from '../workload/scale-writer.ts';
import type { WorkloadOnMember } from '../workload/workload-observer.ts';
import { readAskedScaling } from './asked-scaling.ts';
import { readOriginals } from './original-replicas.ts';
import { type ScalingPass, tell } from './scaling-pass.ts';
import { readTarget } from './read-target.ts';
import { planName } from './selected-members.ts';

/** Only on objects whose members get their first numbers back; whatever else an object made goes with it. */
export const cleanupFinalizer = 'keda.kedify.io/dso-cleanup';

export interface Restored {
  readonly outcome: Outcome;
  /** Places that have their number back. */
  readonly restored: ReadonlySet<string>;
}

const betweenLooksMs = 10_000;
/** Members that do not answer for so long after the deletion are given up. */
const cleanupDeadlineMs = 10 * 60_000;

/**
 * Has members given their first numbers back, and then lets the object go; waits for the hub only. What the rest of the
 * spec says does not matter any more, be it valid or not. Throws KubeErrors of the hub.
 */
export async function restoreOriginals(pass: ScalingPass, before: ReadonlySet<string>): Promise<Restored> {
  const { services, key, object, memory } = pass;
  const { writers, claims, clock } = services;
  if (object.metadata.finalizers?.includes(cleanupFinalizer) !== true) {
    writers.forget(key);
    return { outcome: done, restored: before };
  }
  const originals = Object.entries({ ...memory.originals, ...readOriginals(object) });
  // Whoever else scales the workloads goes on with that.
  if (originals.length === 0 || claims.holder(key) !== undefined || (await isNamespaceGoing(pass)))
    return release(pass, before);

  const reachable = follow(
    pass,
    originals.map(([place]) => place),
  );
  const restored = new Set(before);
  const wanted = new Map<string, WantedScale>();
  for (const [place, { replicas, uid }] of originals) {
    const where = reachable.get(place);
    if (where === undefined || restored.has(place)) continue;
    const seen = services.workloads.sight(where);
    // There is nothing left to give it back to, or something that was never scaled.
    if (seen.seen === 'absence' || (seen.seen === 'workload' && seen.uid !== uid)) restored.add(place);
    else if (seen.seen === 'workload')
      wanted.set(place, { ...where, member: memberOf(place), replicas, seen });
  }
  writers.want(key, wanted);
  for (const place of wanted.keys()) if (writers.isDone(key, place)) restored.add(place);

  const left = originals.filter(([place]) => !restored.has(place));
  if (left.length === 0) return release(pass, restored);
  if (clock.now() < Date.parse(object.metadata.deletionTimestamp ?? '') + cleanupDeadlineMs)
    return { outcome: requeueAfter(betweenLooksMs), restored };
  const note = left.map(([place, { replicas }]) => `${place} had ${replicas}`).join(', ');
  tell(pass, [{ reason: 'RestoreAbandoned', action: 'Scale', member: '', note }]);
  return release(pass, restored);
}

/** Begins to follow the workloads of these places; by place, as far as their members are connected. */
function follow(
  { services, key, object }: ScalingPass,
  places: readonly string[],
): ReadonlyMap<string, WorkloadOnMember> {
  const { members, workloads } = services;
  const target = readTarget(object);
  const read = readAskedScaling(object);
  if (read.ok)
    members.use(
      key,
      read.asked.spec.members.map(({ name }) => name),
    );
  const byName = new Map(members.members.map((member) => [planName(member), member]));
  const reachable = new Map(
    places.flatMap((place) => {
      const [namespace = ''] = place.split('/', 1);
      const cluster = byName.get(memberOf(place))?.cluster;
      return cluster === undefined || target === undefined
        ? []
        : [[place, { cluster, workload: { ...target, namespace } }] as const];
    }),
  );
  workloads.use(key, [...reachable.values()]);
  return reachable;
}

function memberOf(place: string): string {
  return place.slice(place.indexOf('/') + 1);
}

/** With its namespace goes the object's reason to hold anything up. */
async function isNamespaceGoing({ services, object, context }: ScalingPass): Promise<boolean> {
  const { namespace = '' } = object.metadata;
  const found = await services.hub
    .get(resources.namespaces, { name: namespace }, { signal: context.signal })
    .catch((error: unknown): KubeObject | undefined => {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
  const status = found?.['status'];
  return found === undefined || (isRecord(status) && status['phase'] === 'Terminating');
}

async function release(
  { services, key, object, context }: ScalingPass,
  restored: ReadonlySet<string>,
): Promise<Restored> {
  services.writers.forget(key);
  await removeFinalizer({
    client: services.hub,
    resource: resources.distributedScaledObjects,
    object,
    finalizer: cleanupFinalizer,
    signal: context.signal,
  });
  return { outcome: done, restored };
}
