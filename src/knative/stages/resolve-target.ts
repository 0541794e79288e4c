import { objectKey } from '../../api/index.ts';
import { done } from '../../controller/index.ts';
import { failed, succeed } from '../installation-status.ts';
import { goOn, type Pass, rest, type StageResult } from '../pass.ts';

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
  const { reason, message } = target;
  pass.log.info({ cluster: objectKey(clusterProfileRef), reason }, 'target cluster not resolved');
  const status = failed(pass.status, 'TargetClusterResolved', { reason, because: reason, message }, now);
  return rest({ ...pass, status }, done);
}

/** Who holds a connection: one object of one kind. */
export function clusterUser({ component, object }: Pick<Pass, 'component' | 'object'>): string {
  return `${component.kind} ${objectKey(object.metadata)}`;
}
