import { objectKey } from '../../api/index.ts';
import { done } from '../../controller/index.ts';
import { installFailed } from '../installation-status.ts';
import { goOn, need, type Pass, rest, type StageResult } from '../pass.ts';
import { rivalOf, targetKey } from '../target-claim.ts';
import { targetNamespace } from '../target-namespace.ts';

/** Makes sure that this object is the one to install on its target, and stays with the namespace it began in. */
export async function claimTarget(pass: Pass): Promise<StageResult> {
  const { component, installation, object, services } = pass;
  const cluster = need(pass, 'cluster');
  const now = services.clock.now();
  const rival = rivalOf(object, services.peers(component));
  if (rival !== undefined) {
    const message = `${component.kind} ${objectKey(rival.metadata)} already manages Knative on cluster "${cluster.name}"; delete one of the two`;
    return rest({ ...pass, status: installFailed(pass.status, 'TargetConflict', message, now) }, done);
  }
  const { clusterProfileRef } = installation.spec;
  const recorded = installation.status?.target;
  if (recorded !== undefined && targetKey(recorded.clusterProfileRef) !== targetKey(clusterProfileRef)) {
    const message = `this object installed on ${targetKey(recorded.clusterProfileRef)} and cannot move to ${targetKey(clusterProfileRef)}; delete it and create it anew`;
    return rest({ ...pass, status: installFailed(pass.status, 'SpecInvalid', message, now) }, done);
  }
  return goOn({ ...pass, namespace: await targetNamespace(pass, cluster) });
}
