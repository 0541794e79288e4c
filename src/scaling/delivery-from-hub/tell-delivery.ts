import { type EventRecorder, type Metrics, referenceTo } from '../../controller/index.ts';
import { countDrift, type DeliveryReport, describeIdentity } from '../../delivery/index.ts';
import type { WantedDelivery } from './place-delivery.ts';

export interface DeliveryTellers {
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: Pick<Metrics, 'increment'>;
}

const shownObjects = 5;

/** Tells and counts what was mended on a member and what was removed from it. */
export function tellDelivery(
  { events, metrics }: DeliveryTellers,
  { owner, cluster }: Pick<WantedDelivery, 'owner' | 'cluster'>,
  report: DeliveryReport,
): void {
  const { apiVersion, kind, namespace, name, uid } = owner;
  const regarding = referenceTo({ apiVersion, kind, metadata: { namespace, name, uid } });
  // Drift is always mended here, so that there is none that was reported before.
  countDrift(metrics, cluster.name, report, undefined);
  for (const { identity, action, by } of report.drifted) {
    const what =
      action === 'recreated' ? 'had been deleted and was restored' : 'had been changed and was put back';
    const who = by === undefined ? '' : ` (by ${by})`;
    const note = `${describeIdentity(identity)} on member "${cluster.name}" ${what}${who}`;
    events.record({ regarding, reason: 'DriftMended', action: 'Mend', note });
  }
  if (report.pruned.length === 0) return;
  const names = report.pruned.slice(0, shownObjects).map(describeIdentity).join(', ');
  const more = report.pruned.length > shownObjects ? ` and ${report.pruned.length - shownObjects} more` : '';
  const note = `Removed from member "${cluster.name}", because the workload no longer uses it: ${names}${more}`;
  events.record({ regarding, reason: 'Pruned', action: 'Deliver', note });
}
