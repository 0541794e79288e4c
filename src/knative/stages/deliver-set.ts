import { objectKey } from '../../api/index.ts';
import { referenceTo } from '../../controller/index.ts';
import {
  countDrift,
  DeliveryError,
  describeIdentity,
  type DeliveryOwner,
  type DeliveryReport,
  type ObjectIdentity,
} from '../../delivery/index.ts';
import type { Installation } from '../component.ts';
import { driftPolicyOf } from '../drift-policy.ts';
import { judgeWorkloads } from '../judge-workloads.ts';
import { goOn, need, type Pass, StageError, type StageResult } from '../pass.ts';
import { targetRef } from '../target-claim.ts';
import { wasInstalled } from '../was-installed.ts';

/**
 * Puts the set on the cluster, and tells what had to be mended, what was left to others, and what nobody lets be. Throws
 * a StageError whose pass knows what was done even so: its cause is a DeliveryError where the cluster refused something.
 */
export async function deliverSet(pass: Pass): Promise<StageResult> {
  const { component, object, services, signal } = pass;
  const cluster = need(pass, 'cluster');
  const key = objectKey(object.metadata);
  const delivery = services.deliverer.for(deliveryOwner(pass), cluster, () =>
    services.enqueue(component, key),
  );
  const before = delivery.lastReport;
  let report: DeliveryReport;
  try {
    report = await delivery.deliver(need(pass, 'set'), signal, {
      mendsDrift: driftPolicyOf(object) === 'correct',
      everDelivered: wasInstalled(pass),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new StageError(withAnchor(pass, delivery.anchorUid), error);
  }
  tell(pass, cluster.name, report);
  countDrift(services.metrics, cluster.name, report, before);
  const anchored = withAnchor(pass, delivery.anchorUid);
  const delivered = {
    ...anchored,
    report,
    status: { ...anchored.status, manifests: need(pass, 'paths') },
  };
  if (report.refused.length === 0) return goOn(delivered);
  const status = judgeWorkloads(delivered.status, report, services.clock.now());
  const refusal = new DeliveryError('apply', cluster.name, report.refused);
  throw new StageError({ ...delivered, status }, refusal);
}

/** Once there is an anchor there may be objects, which whoever removes them must find even if the anchor is lost. */
function withAnchor(pass: Pass, anchorUid: string | undefined): Pass {
  return anchorUid === undefined
    ? pass
    : { ...pass, status: { ...pass.status, target: { ...pass.status.target, anchorUid } } };
}

function tell({ object, services, log }: Pass, cluster: string, report: DeliveryReport): void {
  const { events } = services;
  const regarding = referenceTo(object);
  const place = (identity: ObjectIdentity): string => `${describeIdentity(identity)} on cluster "${cluster}"`;
  for (const drift of report.drifted) {
    const { identity, action, by } = drift;
    log.warn({ cluster, object: describeIdentity(identity), action, by }, 'drift mended');
    const note = `${place(identity)} ${whatHappened(drift)}`;
    events.record({ regarding, reason: 'DriftMended', action: 'Mend', note });
  }
  if (report.pruned.length > 0) {
    const names = report.pruned.map(describeIdentity);
    const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
    const note = `Removed from cluster "${cluster}", because no longer wanted: ${names.slice(0, 5).join(', ')}${more}`;
    events.record({ regarding, reason: 'Pruned', action: 'Deliver', note });
  }
  for (const { identity, conflict } of report.left) {
    const note = `${conflict.field} of ${place(identity)} belongs to ${conflict.manager} and is left to it`;
    events.record({ regarding, reason: 'ForeignFieldLeft', action: 'Deliver', note });
  }
  for (const { identity, error } of report.refused)
    log.warn({ cluster, object: describeIdentity(identity), err: error }, 'object refused');
  for (const { identity, by } of report.contested) {
    const note = `${place(identity)} is changed again and again${by === undefined ? '' : ` by ${by}`}, and is put back less and less often`;
    events.record({ regarding, reason: 'ForeignFieldLeft', action: 'Mend', note });
  }
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
  readonly services: Pick<Pass['services'], 'hubUid'>;
}): DeliveryOwner {
  const { namespace = '', name, uid = '' } = installation.metadata;
  return {
    apiVersion: installation.apiVersion,
    kind: component.kind,
    namespace,
    name,
    uid,
    hubUid: services.hubUid,
    sameCluster: targetRef(installation) === undefined,
    soleOfItsKind: true,
  };
}
