import { objectKey } from '../api/index.ts';
import { done, referenceTo, removeFinalizer, requeueAfter } from '../controller/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { type DeliveryOwner, StillTerminating } from '../delivery/index.ts';
import { withDeadline } from '../kube/index.ts';
import { nameSelector } from './component.ts';
import { failed, type StatusDraft } from './installation-status.ts';
import { type Pass, StageError, type StageResult } from './pass.ts';
import { clusterUser } from './stages/resolve-target.ts';
import { deliveryOwner } from './stages/deliver-set.ts';
import { targetRef } from './target-claim.ts';
import { targetNamespace } from './target-namespace.ts';
import { tellFinalizerUpdate } from './tell-finalizer-update.ts';
import { wasInstalled } from './was-installed.ts';
import { wasReplaced } from './was-replaced.ts';

/** On an object: what it installed stays where it is when the object is deleted. */
export const deletionPolicyAnnotation = 'operator.knative.dev/deletion-policy';

/** Blocked removals are looked at again this often, should the event that ends the blockage get lost. */
const blockedRetryMs = 60_000;
/** Objects with finalizers go when their controllers let them. */
const terminatingRetryMs = 2_000;
/** An object that gives up its installation waits no longer than this for its cluster to take notice. */
const releaseTimeoutMs = 15_000;

/**
 * Removes what an object installed, then lets the object go. Needs nothing but the object and the cluster: not the
 * manifests, and nothing that a process remembered.
 */
export async function finalize(pass: Pass): Promise<StageResult> {
  const { object, component, services } = pass;
  if (!(object.metadata.finalizers ?? []).includes(component.finalizer)) return ended(pass);
  if (neverInstalled(pass)) return release(pass);
  if (object.metadata.annotations?.[deletionPolicyAnnotation] === 'orphan') return orphan(pass);

  const target = await targetCluster(pass);
  if ('blocked' in target) return target.blocked;
  const onTarget = { ...pass, cluster: target.cluster };
  try {
    await remove(onTarget, target.cluster);
  } catch (error) {
    pass.signal.throwIfAborted();
    if (error instanceof Error && !wasReplaced(onTarget)) tellBlocked(onTarget, error.message);
    if (!(error instanceof StillTerminating)) throw new StageError(onTarget, error);
    const status = removalFailed(pass.status, error, services.clock.now());
    return { pass: { ...onTarget, status }, outcome: requeueAfter(terminatingRetryMs), resting: true };
  }
  return release(onTarget);
}

async function remove(pass: Pass, cluster: Cluster): Promise<void> {
  const { component, services } = pass;
  const what = {
    ...delivered(pass),
    namespace: await targetNamespace(pass, cluster),
    cluster,
    selector: nameSelector(component),
    everDelivered: wasInstalled(pass),
  };
  const removed = await services.deliverer.remove(what, pass.signal);
  pass.log.info({ cluster: cluster.name, objects: removed.length }, 'installation removed');
}

function delivered(pass: Pass): { readonly owner: DeliveryOwner; readonly namespace: string } {
  const { installation } = pass;
  return {
    owner: deliveryOwner(pass),
    namespace: installation.status?.target?.namespace ?? installation.metadata.namespace ?? '',
  };
}

/** `remote finalization:` is what users of the reference operator know it by. */
export function removalFailed(status: StatusDraft, error: Error, now: number): StatusDraft {
  const message = `remote finalization: ${error.message}`;
  return failed(status, 'InstallSucceeded', { reason: 'Error', because: 'FinalizeBlocked', message }, now);
}

/** Before the first write to a cluster the status says which one. An object without that never installed anything. */
function neverInstalled(pass: Pass): boolean {
  return pass.installation.status?.target === undefined && !wasInstalled(pass);
}

async function targetCluster(
  pass: Pass,
): Promise<{ readonly cluster: Cluster } | { readonly blocked: StageResult }> {
  const { services } = pass;
  const ref = targetRef(pass.installation);
  if (ref === undefined) return { cluster: services.hub };
  const target = await services.clusters.resolve(ref, { user: clusterUser(pass), ignoreHealth: true });
  if (target.resolved) return { cluster: target.cluster };
  if ('connecting' in target)
    return { blocked: { pass, outcome: requeueAfter(blockedRetryMs), resting: false } };
  const { reason } = target;
  const way = `Restore access, or give up what is there with the annotation ${deletionPolicyAnnotation}: orphan.`;
  const message = `Cannot remove Knative from cluster "${objectKey(ref)}": ${target.message} ${way}`;
  const status = failed(
    pass.status,
    'TargetClusterResolved',
    { reason, because: 'FinalizeBlocked', message },
    services.clock.now(),
  );
  pass.log.warn({ cluster: objectKey(ref), reason }, 'removal blocked');
  tellBlocked(pass, message);
  return { blocked: { pass: { ...pass, status }, outcome: requeueAfter(blockedRetryMs), resting: true } };
}

function tellBlocked(pass: Pass, note: string): void {
  const { services, object } = pass;
  const regarding = referenceTo(object);
  services.events.record({ regarding, reason: 'FinalizeBlocked', action: 'Remove', note });
  services.metrics.set(
    'wheelwright_resource_deletion_age_seconds',
    metricLabels(pass),
    deletionAgeSeconds(pass),
  );
}

/** On a spoke nothing of it is a must: the annotation is the way out where a cluster is lost. */
async function orphan(pass: Pass): Promise<StageResult> {
  const { object, services, signal } = pass;
  const ref = targetRef(pass.installation);
  const where = ref === undefined ? 'the hub' : `cluster "${objectKey(ref)}"`;
  let trouble: string | undefined;
  if (ref === undefined)
    await services.deliverer.release({ ...delivered(pass), cluster: services.hub, signal });
  else {
    const target = await services.clusters.resolve(ref, { user: clusterUser(pass), ignoreHealth: true });
    // The first attempt to connect ends soon in one way or the other, and a shutdown in another leader.
    if ('connecting' in target || (!target.resolved && target.reason === 'ClusterProviderClosed'))
      return { pass, outcome: requeueAfter(blockedRetryMs), resting: false };
    trouble = target.resolved ? await releaseOn(target.cluster, pass) : target.message;
  }
  const left = `What this object installed stays on ${where}, as its annotation ${deletionPolicyAnnotation} asks`;
  const note =
    trouble === undefined
      ? left
      : `${left}; its anchor could not be released for an object of another name: ${trouble}`;
  services.events.record({
    regarding: referenceTo(object),
    reason: 'InstallationOrphaned',
    action: 'Remove',
    note,
  });
  return release(pass);
}

/** What hindered it, if anything did. */
async function releaseOn(cluster: Cluster, pass: Pass): Promise<string | undefined> {
  const { services, signal, log } = pass;
  try {
    await withDeadline(releaseTimeoutMs, signal, (scope) =>
      services.deliverer.release({ ...delivered(pass), cluster, signal: scope }),
    );
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (wasReplaced({ cluster })) throw new StageError({ ...pass, cluster }, error);
    log.warn({ cluster: cluster.name, err: error }, 'anchor not released');
    return error instanceof Error ? error.message : String(error);
  }
}

async function release(pass: Pass): Promise<StageResult> {
  const { component, object, services, signal } = pass;
  const { resource, finalizer } = component;
  const { client } = services.hub;
  const onUpdated = (): void => tellFinalizerUpdate(services, object, 'Remove');
  await removeFinalizer({ client, resource, object, finalizer, signal, onUpdated });
  return ended(pass);
}

function ended(pass: Pass): StageResult {
  return { pass: { ...pass, released: true }, outcome: done, resting: true };
}

function metricLabels({ component, object }: Pass): {
  kind: string;
  object_namespace: string;
  object_name: string;
} {
  return {
    kind: component.kind,
    object_namespace: object.metadata.namespace ?? '',
    object_name: object.metadata.name,
  };
}

function deletionAgeSeconds({ object, services }: Pass): number {
  return Math.max(0, services.clock.now() - Date.parse(object.metadata.deletionTimestamp ?? '')) / 1000;
}
