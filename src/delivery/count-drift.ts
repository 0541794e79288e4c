import type { Metrics } from '../controller/index.ts';
import type { DeliveryReport } from './delivery-report.ts';
import { identityKey } from './identity.ts';

/** Counts what others changed on a cluster. Drift that is only reported counts once, however many passes see it. */
export function countDrift(
  metrics: Pick<Metrics, 'increment'>,
  cluster: string,
  { drifted, left, unmended }: Pick<DeliveryReport, 'drifted' | 'left' | 'unmended'>,
  before: Pick<DeliveryReport, 'unmended'> | undefined,
): void {
  const known = new Set(before?.unmended.map(({ identity }) => identityKey(identity)));
  const count = (action: 'recreated' | 'reverted' | 'left' | 'reported', by: number): void => {
    if (by > 0) metrics.increment('wheelwright_drift_total', { target_cluster: cluster, action }, by);
  };
  for (const each of ['recreated', 'reverted'] as const)
    count(each, drifted.filter(({ action }) => action === each).length);
  count('left', left.length);
  count('reported', unmended.filter(({ identity }) => !known.has(identityKey(identity))).length);
}
