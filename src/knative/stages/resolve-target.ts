import { objectKey } from '../../api/index.ts';
import { done, findCondition, requeueAfter } from '../../controller/index.ts';
import { failed, pending, type StatusDraft, succeed } from '../installation-status.ts';
import { goOn, type Pass, rest, type StageResult } from '../pass.ts';

/** News of the connection comes by itself; this is for the case that it gets lost. */
const connectingRetryMs = 60_000;

/**
 * The cluster that spec.clusterProfileRef leads to, connected and answering; the hub without one. A failure rests: the
 * registry of clusters calls as soon as the profile, its provider or the connection changes.
 */
export async function resolveTarget(pass: Pass): Promise<StageResult> {
  const { installation, services } = pass;
  const { clusterProfileRef } = installation.spec;
  if (clusterProfileRef === undefined) {
    return goOn({
      ...pass,
      cluster: services.hub,
      status: succeed(pass.status, 'TargetClusterResolved', services.clock.now()),
    });
  }
  const target = await services.clusters.resolve(clusterProfileRef, { user: clusterUser(pass) });
  const now = services.clock.now();
  if (target.resolved) {
    return goOn({
      ...pass,
      cluster: target.cluster,
      status: succeed(pass.status, 'TargetClusterResolved', now),
    });
  }
  if ('connecting' in target)
    return {
      pass: { ...pass, status: undecided(pass, target.message) },
      outcome: requeueAfter(connectingRetryMs),
      resting: false,
    };
  const { reason, message } = target;
  pass.log.info({ cluster: objectKey(clusterProfileRef), reason }, 'target cluster not resolved');
  const status = failed(pass.status, 'TargetClusterResolved', { reason, because: reason, message }, now);
  return rest({ ...pass, status }, done);
}

/** What was found out before about the same cluster stands until there is something new to say about it. */
function undecided({ status, installation, services }: Pass, message: string): StatusDraft {
  const known = findCondition(status.conditions, 'TargetClusterResolved')?.status !== 'Unknown';
  const before = status.target?.clusterProfileRef;
  const { clusterProfileRef: wanted } = installation.spec;
  const same =
    status.target === undefined ||
    (before !== undefined && wanted !== undefined && objectKey(before) === objectKey(wanted));
  if (known && same) return status;
  return pending(status, 'TargetClusterResolved', message, services.clock.now());
}

/** Who holds a connection: one object of one kind. */
export function clusterUser({ component, object }: Pick<Pass, 'component' | 'object'>): string {
  return `${component.kind} ${objectKey(object.metadata)}`;
}
