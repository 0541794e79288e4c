import { referenceTo } from '../../controller/index.ts';
import { describeIdentity, type DeliveryOwner, type DeliveryReport } from '../../delivery/index.ts';
import type { Installation } from '../component.ts';
import { goOn, need, type Pass, type StageResult } from '../pass.ts';

/** Puts the set on the cluster, and tells what had to be mended. */
export async function deliverSet(pass: Pass): Promise<StageResult> {
  const { component, object, services, signal } = pass;
  const cluster = need(pass, 'cluster');
  const set = need(pass, 'set');
  const key = `${object.metadata.namespace}/${object.metadata.name}`;
  const delivery = services.deliverer.for(deliveryOwner(pass), cluster, () =>
    services.enqueue(component, key),
  );
  const report = await delivery.deliver(set, signal);
  for (const drift of report.drifted) {
    const { identity, action, by } = drift;
    pass.log.warn({ cluster: cluster.name, object: describeIdentity(identity), action, by }, 'drift mended');
    services.metrics.increment('wheelwright_drift_total', { target_cluster: cluster.name, action });
    services.events.record({
      regarding: referenceTo(object),
      reason: 'DriftMended',
      action: 'Mend',
      note: `${describeIdentity(identity)} on cluster "${cluster.name}" ${whatHappened(drift)}`,
    });
  }
  for (const { identity, conflict } of report.left) {
    services.metrics.increment('wheelwright_drift_total', { target_cluster: cluster.name, action: 'left' });
    services.events.record({
      regarding: referenceTo(object),
      reason: 'ForeignFieldLeft',
      action: 'Deliver',
      note: `${conflict.field} of ${describeIdentity(identity)} on cluster "${cluster.name}" belongs to ${conflict.manager} and is left to it`,
    });
  }
  return goOn({ ...pass, report });
}

function whatHappened({ action, by, field }: DeliveryReport['drifted'][number]): string {
  if (action === 'recreated') return 'had been deleted and was restored';
  return `had been changed${by === undefined ? '' : ` by ${by}`}${field === undefined ? '' : ` (${field})`} and was put back`;
}

export function deliveryOwner({
  component,
  installation,
  services,
}: {
  readonly component: Pass['component'];
  readonly installation: Installation;
  readonly services: Pass['services'];
}): DeliveryOwner {
  const { namespace = '', name, uid = '' } = installation.metadata;
  return {
    apiVersion: installation.apiVersion,
    kind: component.kind,
    namespace,
    name,
    uid,
    hubUid: services.hubUid,
    sameCluster: installation.spec.clusterProfileRef === undefined,
  };
}
