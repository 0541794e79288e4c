import { expect, test } from 'vitest';
import { type EventDetails, Metrics } from '../../controller/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import type { DeliveryReport } from '../../delivery/index.ts';
import { tellDelivery } from './tell-delivery.ts';

const owner = { apiVersion: 'v1', kind: 'Any', namespace: 'team', name: 'web', uid: 'u', hubUid: 'hub' };
const cluster = { name: 'eu-1' } as Cluster;
const nothing: DeliveryReport = {
  total: 2,
  applied: 0,
  drifted: [],
  contested: [],
  unmended: [],
  unwatched: [],
  refused: [],
  pruned: [],
  waiting: [],
  gated: false,
  left: [],
  workloads: 1,
  complete: true,
};
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team', name });

test('what is mended on a member is told, and counts as drift of that member', async () => {
  const events: EventDetails[] = [];
  const metrics = new Metrics();
  const tell = (report: Partial<DeliveryReport>): void =>
    tellDelivery(
      { events: { record: (details) => void events.push(details) }, metrics },
      { owner, cluster },
      { ...nothing, ...report },
    );
  tell({
    drifted: [
      { identity: configMap('a'), action: 'reverted', by: 'kubectl-edit' },
      { identity: configMap('b'), action: 'recreated' },
      { identity: configMap('c'), action: 'reverted' },
    ],
    pruned: [configMap('d')],
    left: [{ identity: configMap('e'), conflict: { manager: 'team', field: '.data.b' } as never }],
  });
  tell({ drifted: [{ identity: configMap('a'), action: 'reverted' }] });
  tell({});
  expect(events.map(({ reason, note }) => `${reason}: ${note}`)).toEqual([
    'DriftMended: ConfigMap team/a on member "eu-1" had been changed and was put back (by kubectl-edit)',
    'DriftMended: ConfigMap team/b on member "eu-1" had been deleted and was restored',
    'DriftMended: ConfigMap team/c on member "eu-1" had been changed and was put back',
    'Pruned: Removed from member "eu-1", because the workload no longer uses it: ConfigMap team/d',
    'DriftMended: ConfigMap team/a on member "eu-1" had been changed and was put back',
  ]);
  const lines = (await metrics.text()).split('\n');
  expect(lines.filter((line) => line.startsWith('wheelwright_drift_total')).toSorted()).toEqual([
    'wheelwright_drift_total{target_cluster="eu-1",action="left"} 1',
    'wheelwright_drift_total{target_cluster="eu-1",action="recreated"} 1',
    'wheelwright_drift_total{target_cluster="eu-1",action="reverted"} 3',
  ]);
});
