import { objectKey } from '../../api/index.ts';
import { done, writeStatus } from '../../controller/index.ts';
import { installFailed } from '../installation-status.ts';
import { goOn, need, type Pass, rest, type StageResult } from '../pass.ts';
import { rivalOf, targetKey } from '../target-claim.ts';

/**
 * Makes sure that this object is the one to install on its target, and writes down where it installs before anything is
 * installed: whoever removes it later, with nothing but the object, knows where to look.
 */
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
  const namespace = recorded?.namespace ?? installNamespace(pass);
  const target = { ...(clusterProfileRef === undefined ? {} : { clusterProfileRef }), namespace };
  const claimed = { ...pass, namespace, status: { ...pass.status, target } };
  if (recorded !== undefined) return goOn(claimed);
  const written = await writeStatus({
    client: services.hub.client,
    resource: component.resource,
    object,
    status: claimed.status,
    signal: pass.signal,
  });
  return goOn({ ...claimed, object: written ?? object });
}

function installNamespace({ component, installation, services }: Pass): string {
  const { namespace = '' } = installation.metadata;
  const remote = installation.spec.clusterProfileRef !== undefined;
  return remote && services.spokeNamespace === 'canonical' ? component.canonicalNamespace : namespace;
}
