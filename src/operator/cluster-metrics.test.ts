import { expect, test } from 'vitest';
import type { Cluster, ConnectionState, EngagedCluster } from '../clusters/index.ts';
import { Metrics } from '../controller/index.ts';
import type { Deliverer } from '../delivery/index.ts';
import { countRequest, observeClusters } from './cluster-metrics.ts';

const key = 'fleet/ap-1';
const cluster = { serverVersion: 'v1.36.1' } as Cluster;
const whence = { key, source: 'clusterprofile', provider: 'tokens' };
const lost: ConnectionState = {
  phase: 'lost',
  stale: false,
  error: new Error('refused'),
  sinceMs: 0,
  failures: 1,
};
const connected: ConnectionState = { phase: 'connected', cluster, sinceMs: 0, failures: 0 };
const lastContactMs = 1_700_000_000_000;
const first: ConnectionState = {
  phase: 'connecting',
  attempt: Promise.resolve(cluster),
  startedAt: 0,
  previous: undefined,
};
const again: ConnectionState = { ...first, previous: lost };

class Fixture {
  readonly metrics = new Metrics();
  engaged: readonly EngagedCluster[] = [];
  delivered: ReturnType<Deliverer['overview']> = [];
  readonly stop = observeClusters(this.metrics, () => this.engaged, {
    overview: () => this.delivered,
  } as Deliverer);

  /** The lines of a scrape that are about the cluster. */
  async scrape(): Promise<readonly string[]> {
    const text = await this.metrics.text();
    return text.split('\n').filter((line) => line.includes(`target_cluster="${key}"`));
  }
}

test.each<[string, ConnectionState, string, number]>([
  ['that is being connected', first, 'Connecting', 0],
  ['that answers', connected, 'Ready', 0],
  ['that does not answer', lost, 'Unreachable', 1],
  ['that is tried again', again, 'Unreachable', 1],
])('a cluster %s is shown as such, once', async (_what, state, name, open) => {
  const fixture = new Fixture();
  fixture.engaged = [{ ...whence, state: connected, lastContactMs }];
  await fixture.scrape();
  fixture.engaged = [{ ...whence, state, lastContactMs }];
  const lines = await fixture.scrape();
  expect(lines.filter((line) => line.startsWith('wheelwright_cluster_state'))).toEqual([
    `wheelwright_cluster_state{target_cluster="${key}",state="${name}"} 1`,
  ]);
  expect(lines).toContain(`wheelwright_cluster_circuit_open{target_cluster="${key}"} ${open}`);
});

test('a cluster that answers is shown with its provider, its version, and when it was last heard', async () => {
  const fixture = new Fixture();
  fixture.engaged = [{ ...whence, state: connected, lastContactMs }];
  const lines = (await fixture.scrape()).join('\n');
  expect(lines).toContain('source="clusterprofile",provider="tokens",server_version="v1.36.1"');
  expect(lines).toContain(
    `wheelwright_cluster_last_contact_timestamp_seconds{target_cluster="${key}"} 1700000000`,
  );
});

test('when a cluster was last heard of stands still while nobody hears of it', async () => {
  const fixture = new Fixture();
  fixture.engaged = [{ ...whence, state: lost, lastContactMs }];
  expect(await fixture.scrape()).toContain(
    `wheelwright_cluster_last_contact_timestamp_seconds{target_cluster="${key}"} 1700000000`,
  );
});

test('what is kept on a cluster is shown with it', async () => {
  const fixture = new Fixture();
  fixture.delivered = [{ cluster: key, watches: 20, objects: 88, notReady: 2 }];
  const lines = await fixture.scrape();
  for (const [name, value] of [
    ['cluster_watches', 20],
    ['inventory_objects', 88],
    ['inventory_not_ready', 2],
  ])
    expect(lines).toContain(`wheelwright_${name}{target_cluster="${key}"} ${value}`);
});

test('a cluster that nobody needs any more is shown no more', async () => {
  const fixture = new Fixture();
  fixture.engaged = [{ ...whence, state: connected, lastContactMs }];
  await fixture.scrape();
  fixture.engaged = [];
  expect(await fixture.scrape()).toEqual([]);
  fixture.stop();
});

test('a cluster that came and went between two scrapes leaves nothing', async () => {
  const fixture = new Fixture();
  await fixture.scrape();
  fixture.metrics.increment('wheelwright_cluster_requests_total', { target_cluster: key, outcome: 'ok' });
  fixture.metrics.set('wheelwright_cluster_credential_expiry_timestamp_seconds', { target_cluster: key }, 1);
  expect(await fixture.scrape()).toEqual([]);
});

test('what is wrong with an object is told also when its cluster is known no more', async () => {
  const fixture = new Fixture();
  const object = { kind: 'KnativeServing', object_namespace: 'a', object_name: 'knative' };
  const status = { ...object, target_cluster: key, reason: 'MulticlusterDisabled' };
  fixture.metrics.set('wheelwright_resource_status', status, 1);
  expect(await fixture.scrape()).toHaveLength(1);
});

test.each([
  ['200', 'ok'],
  ['429', 'throttled'],
  ['401', 'denied'],
  ['403', 'denied'],
  ['404', 'refused'],
  ['500', 'error'],
  ['error', 'error'],
])('a request that ended in %s counts as %s', async (code, outcome) => {
  const fixture = new Fixture();
  const request = { cluster: key, verb: 'get', method: 'GET', code, durationMs: 5 };
  fixture.stop();
  countRequest(fixture.metrics, 'spokes', request);
  expect(await fixture.scrape()).toEqual([
    `wheelwright_cluster_requests_total{target_cluster="${key}",outcome="${outcome}"} 1`,
  ]);
  countRequest(fixture.metrics, 'hub', { ...request, cluster: 'hub' });
  expect(await fixture.metrics.text()).toContain(
    `rest_client_requests_total{code="${code}",method="GET",host="hub"} 1`,
  );
});

test('a watch is as long as it is quiet, so its length is not observed', async () => {
  const fixture = new Fixture();
  countRequest(fixture.metrics, 'spokes', {
    cluster: key,
    verb: 'watch',
    method: 'GET',
    code: '200',
    durationMs: 5,
  });
  expect(await fixture.metrics.text()).not.toContain(
    'rest_client_request_duration_seconds_count{verb="watch"',
  );
});
