import { isRecord, type KubeObject } from '../../api/index.ts';
import { done, type Outcome, removeFinalizer, requeueAfter } from '../../controller/index.ts';
import { NotFoundError, resources } from '../../kube/index.ts';
import { resourceOf } from '../workload/scale-poll.ts';
import type { WorkloadOnMember } from '../workload/workload-observer.ts';
import { readAskedScaling } from './asked-scaling.ts';
import { type ScalingPass, tell } from './scaling-pass.ts';
import { viewMembers } from './view-members.ts';

/** Only on objects whose members get their first numbers back; whatever else an object made goes with it. */
export const cleanupFinalizer = 'keda.kedify.io/dso-cleanup';

export interface Restored {
  readonly outcome: Outcome;
  /** Places that have their number back. */
  readonly restored: ReadonlySet<string>;
}

const callTimeoutMs = 5_000;
const betweenAttemptsMs = 10_000;
/** Members that do not answer for so long after the deletion are given up. */
const cleanupDeadlineMs = 10 * 60_000;

/** Gives members their first numbers back, and then lets the object go. Throws KubeErrors of the hub. */
export async function restoreOriginals(pass: ScalingPass, before: ReadonlySet<string>): Promise<Restored> {
  const { services, key, object, memory, context } = pass;
  if (object.metadata.finalizers?.includes(cleanupFinalizer) !== true)
    return { outcome: done, restored: before };
  const read = readAskedScaling(object);
  const originals = Object.entries(memory.originals);
  if (!read.ok || originals.length === 0 || (await isNamespaceGoing(pass))) return release(pass, before);

  const { reachable } = viewMembers(services, key, read.asked, memory.state);
  const restored = new Set(before);
  const attempts = originals
    .filter(([place]) => !restored.has(place))
    .map(async ([place, replicas]) => {
      const where = reachable.get(place);
      if (where !== undefined && (await isRestored(pass, where, replicas))) restored.add(place);
    });
  await Promise.all(attempts);
  context.signal.throwIfAborted();
  const left = originals.filter(([place]) => !restored.has(place));
  if (left.length === 0) return release(pass, restored);
  if (services.clock.now() < Date.parse(object.metadata.deletionTimestamp ?? '') + cleanupDeadlineMs)
    return { outcome: requeueAfter(betweenAttemptsMs), restored };
  const note = left.map(([place, replicas]) => `${place} had ${replicas}`).join(', ');
  tell(pass, [{ reason: 'RestoreAbandoned', action: 'Scale', member: '', note }]);
  return release(pass, restored);
}

async function isRestored(
  { services, context }: ScalingPass,
  { cluster, workload }: WorkloadOnMember,
  replicas: number,
): Promise<boolean> {
  const { signal, log } = context;
  const options = {
    subresource: 'scale',
    fieldManager: services.fieldManager,
    timeoutMs: callTimeoutMs,
    signal,
  } as const;
  try {
    const resource = await resourceOf(cluster, workload, signal);
    await cluster.client.patch(resource, workload, 'merge', { spec: { replicas } }, options);
    return true;
  } catch (error) {
    // There is nothing left to give it back to.
    if (error instanceof NotFoundError) return true;
    log.warn({ cluster: cluster.name, err: error }, 'cannot give a member its first number back');
    return false;
  }
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
  { services, object, context }: ScalingPass,
  restored: ReadonlySet<string>,
): Promise<Restored> {
  await removeFinalizer({
    client: services.hub,
    resource: resources.distributedScaledObjects,
    object,
    finalizer: cleanupFinalizer,
    signal: context.signal,
  });
  return { outcome: done, restored };
}
