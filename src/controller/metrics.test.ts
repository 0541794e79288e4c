import { describe, expect, test } from 'vitest';
import { type MetricRow, metricTable } from './metric-table.ts';
import { Metrics } from './metrics.ts';

const rows = Object.entries<MetricRow>(metricTable);

async function linesOf(metrics: Metrics, name: string): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith(`wheelwright_${name}`) || line.startsWith(name));
}

test('every row of the table is served with its type and help, and nothing else is', async () => {
  const text = await new Metrics().text();
  const served = text.split('\n').filter((line) => line.startsWith('# TYPE'));
  expect(served).toEqual(rows.map(([name, { type }]) => `# TYPE ${name} ${type}`));
  for (const [name, { help }] of rows) expect(text).toContain(`# HELP ${name} ${help}\n`);
});

/** Those of Kedify come from kube-state-metrics, which has other rules. */
const isOfKedify = (name: string): boolean => name.startsWith('kube_kedify_');

test.each(rows.filter(([name]) => !isOfKedify(name)))(
  '%s follows the rules for names and labels',
  (name, { type, labels, help, buckets = [], identity = [] }) => {
    expect(name).toMatch(/^(controller_runtime|workqueue|rest_client|leader_election|wheelwright)_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(buckets.length > 0).toBe(type === 'histogram');
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(labels).toEqual(expect.arrayContaining([...identity]));
    expect(help).toMatch(/\.$/);
    for (const label of ['namespace', 'cluster', 'job', 'pod', 'instance'])
      expect(labels).not.toContain(label);
  },
);

test.each(rows.filter(([name]) => isOfKedify(name)))(
  '%s is a gauge of one object and ends with it',
  (_name, { type, labels, kind, help }) => {
    expect([type, labels.slice(0, 2)]).toEqual(['gauge', ['namespace', 'name']]);
    expect(kind).toMatch(/^Distributed/);
    expect(help).toMatch(/\.$/);
  },
);

test('counters, gauges and histograms take values under their labels', async () => {
  const metrics = new Metrics();
  metrics.increment('wheelwright_drift_total', { target_cluster: 'eu-1', action: 'reverted' });
  metrics.increment('wheelwright_drift_total', { target_cluster: 'eu-1', action: 'reverted' }, 2);
  metrics.set('wheelwright_cluster_watches', { target_cluster: 'eu-1' }, 4);
  metrics.observe('wheelwright_drift_mend_duration_seconds', {}, 0.3);
  expect(await linesOf(metrics, 'drift_total')).toEqual([
    'wheelwright_drift_total{target_cluster="eu-1",action="reverted"} 3',
  ]);
  expect(await linesOf(metrics, 'cluster_watches')).toEqual([
    'wheelwright_cluster_watches{target_cluster="eu-1"} 4',
  ]);
  expect(await linesOf(metrics, 'drift_mend_duration_seconds_bucket{le="0.5"}')).toEqual([
    'wheelwright_drift_mend_duration_seconds_bucket{le="0.5"} 1',
  ]);
});

describe('a gauge that tells a current state', () => {
  test('has one series for each cluster, the last one', async () => {
    const metrics = new Metrics();
    for (const state of ['Connecting', 'Ready', 'Ready', 'Unreachable']) {
      metrics.set('wheelwright_cluster_state', { target_cluster: 'eu-1', state }, 1);
    }
    metrics.set('wheelwright_cluster_state', { target_cluster: 'eu-2', state: 'Ready' }, 1);
    expect(await linesOf(metrics, 'cluster_state')).toEqual([
      'wheelwright_cluster_state{target_cluster="eu-1",state="Unreachable"} 1',
      'wheelwright_cluster_state{target_cluster="eu-2",state="Ready"} 1',
    ]);
  });

  test('has one series for each object, also when it moves to another cluster', async () => {
    const metrics = new Metrics();
    const object = { kind: 'KnativeServing', object_namespace: 'a', object_name: 'knative' };
    metrics.set('wheelwright_resource_status', { ...object, target_cluster: 'eu-1', reason: 'NotReady' }, 1);
    metrics.set('wheelwright_resource_status', { ...object, target_cluster: 'eu-2', reason: '' }, 1);
    metrics.set(
      'wheelwright_resource_status',
      { ...object, kind: 'KnativeEventing', target_cluster: 'eu-1', reason: '' },
      1,
    );
    expect(await linesOf(metrics, 'resource_status')).toHaveLength(2);
  });
});

describe('series end', () => {
  const filled = (): Metrics => {
    const metrics = new Metrics();
    for (const target_cluster of ['gone', 'here']) {
      for (const [name, { type, labels }] of rows) {
        if (!labels.includes('target_cluster')) continue;
        const values = Object.fromEntries(
          labels.map((label) => [label, label === 'object_name' ? target_cluster : 'x']),
        );
        const series = { ...values, target_cluster } as never;
        if (type === 'counter') metrics.increment(name as 'wheelwright_drift_total', series);
        if (type === 'gauge') metrics.set(name as 'wheelwright_cluster_watches', series, 1);
      }
    }
    return metrics;
  };

  test('with their cluster', async () => {
    const metrics = filled();
    const about = async (cluster: string) =>
      (await metrics.text()).split('\n').filter((line) => line.includes(`target_cluster="${cluster}"`));
    const before = await about('here');
    expect(await about('gone')).toHaveLength(before.length);
    metrics.forgetClustersExcept(new Set(['here']));
    const isOfObject = (line: string): boolean => line.startsWith('wheelwright_resource_status');
    expect(await about('gone')).toEqual((await about('gone')).filter(isOfObject));
    expect(await about('here')).toEqual(before);
  });

  test('and begin again from nothing when the cluster comes back', async () => {
    const metrics = filled();
    metrics.forgetClustersExcept(new Set());
    metrics.increment('wheelwright_drift_total', { target_cluster: 'gone', action: 'left' });
    expect(await linesOf(metrics, 'drift_total{target_cluster="gone"')).toEqual([
      'wheelwright_drift_total{target_cluster="gone",action="left"} 1',
    ]);
  });

  test('with their object', async () => {
    const metrics = new Metrics();
    for (const kind of ['KnativeServing', 'KnativeEventing']) {
      const object = { kind, object_namespace: 'a', object_name: 'knative' };
      metrics.set('wheelwright_resource_status', { ...object, target_cluster: 'eu-1', reason: '' }, 1);
      metrics.set('wheelwright_resource_deletion_age_seconds', object, 5);
    }
    metrics.forgetObject({ kind: 'KnativeServing', namespace: 'a', name: 'knative' });
    const text = await metrics.text();
    expect(text).not.toContain('kind="KnativeServing"');
    expect(text.match(/kind="KnativeEventing"/g)).toHaveLength(2);
  });

  test('one by one', async () => {
    const metrics = new Metrics();
    const object = { kind: 'KnativeServing', object_namespace: 'a', object_name: 'knative' };
    metrics.set('wheelwright_resource_deletion_age_seconds', object, 5);
    metrics.remove('wheelwright_resource_deletion_age_seconds', object);
    expect(await linesOf(metrics, 'resource_deletion_age_seconds')).toEqual([]);
  });
});

test('what is read at a scrape is read at each one, until it is ended', async () => {
  const metrics = new Metrics();
  let depth = 0;
  const end = metrics.beforeScrape(() => metrics.set('workqueue_depth', { name: 'serving' }, ++depth));
  await metrics.text();
  expect(await linesOf(metrics, 'workqueue_depth')).toEqual(['workqueue_depth{name="serving"} 2']);
  end();
  expect(await linesOf(metrics, 'workqueue_depth')).toEqual(['workqueue_depth{name="serving"} 2']);
});

test('the process tells about itself under Node’s usual names', async () => {
  const metrics = new Metrics();
  metrics.observeProcess();
  const text = await metrics.text();
  for (const name of [
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_gc_duration_seconds',
  ]) {
    expect(text).toContain(`# TYPE ${name} `);
  }
});
