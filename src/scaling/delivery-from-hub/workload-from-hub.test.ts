import { expect, onTestFinished, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { Member, MemberRegistry } from '../../clusters/index.ts';
import { done, type EventDetails, Metrics } from '../../controller/index.ts';
import { FakeClock, MemoryApi } from '../../../test/support/memory-hub.ts';
import type { MemberRow } from '../plan/member-row.ts';
import { deliveredAnnotation } from './delivered-places.ts';
import { type DeliveryAsked, deliveryFinalizer, WorkloadFromHub } from './workload-from-hub.ts';

const { signal } = new AbortController();
const asked: DeliveryAsked = {
  fromHub: false,
  target: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
  leaving: 'remove',
  rows: {},
  members: new Map(),
  sights: new Map(),
};

function world(metadata: Partial<KubeObject['metadata']> = {}, members: readonly Partial<Member>[] = []) {
  const hub = new MemoryApi();
  const clock = new FakeClock();
  const events: EventDetails[] = [];
  const object = hub.seed({
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { namespace: 'team', name: 'web', uid: 'uid-1', ...metadata },
  });
  const fromHub = new WorkloadFromHub({
    hub: hub.client,
    hubUid: 'hub',
    members: { isSynced: true, members, failed: () => undefined } as unknown as MemberRegistry,
    events: { record: (details: EventDetails) => void events.push(details) },
    metrics: new Metrics(),
    clock,
    owned: () => signal,
    onChange: () => undefined,
  });
  const live = (): KubeObject | undefined => hub.peek({ namespace: 'team', name: 'web' });
  return { hub, clock, events, object, fromHub, live };
}

const delivered = {
  finalizers: [deliveryFinalizer],
  annotations: { [deliveredAnnotation]: JSON.stringify([{ member: 'kubeconfig#one', namespace: 'team' }]) },
};
const deletionTimestamp = '2026-01-01T00:00:00Z';

test('an object that does not ask for it costs nothing', async () => {
  const { hub, fromHub, object } = world();
  expect(await fromHub.deliver(object, asked, signal)).toEqual({ object, troubles: new Map() });
  expect(await fromHub.remove(object, signal)).toBeUndefined();
  expect(hub.calls).toEqual([]);
});

test('places of members that nobody can reach stay written down', async () => {
  const { fromHub, object, live } = world(delivered);
  await fromHub.deliver(object, asked, signal);
  expect(live()?.metadata).toMatchObject(delivered);
});

test('what has been removed everywhere leaves no trace on the object', async () => {
  const none = { finalizers: [deliveryFinalizer, 'theirs'], annotations: { [deliveredAnnotation]: '[]' } };
  const { fromHub, object, live } = world(none);
  await fromHub.deliver(object, asked, signal);
  expect(live()?.metadata.finalizers).toEqual(['theirs']);
  expect(live()?.metadata.annotations?.[deliveredAnnotation] ?? null).toBeNull();
});

test('a member that is registered no more holds no deletion up, and what stays there is told', async () => {
  const { fromHub, object, events, live } = world({ ...delivered, deletionTimestamp });
  expect(await fromHub.remove(object, signal)).toEqual(done);
  expect(live()?.metadata.finalizers ?? []).toEqual([]);
  expect(events).toMatchObject([{ reason: 'DeliveryAbandoned' }]);
  expect(events[0]?.note).toContain('kubeconfig#one (namespace team)');
});

test('a member out of reach is waited for, and given up after ten minutes', async () => {
  const { fromHub, object, events, clock, live } = world({ ...delivered, deletionTimestamp }, [
    { id: 'kubeconfig#one', cluster: undefined },
  ]);
  expect(await fromHub.remove(object, signal)).not.toEqual(done);
  expect(live()?.metadata.finalizers).toEqual([deliveryFinalizer]);
  await clock.advance(10 * 60_000);
  expect(await fromHub.remove(object, signal)).toEqual(done);
  expect(events).toMatchObject([{ reason: 'DeliveryAbandoned' }]);
});

test.for([
  ['another cluster, is freed of it', 'uid-2.server.ca', true],
  ['the same cluster under another name, is left alone', 'uid-1.other.ca', false],
] as const)('a place that is none any more, where the new one is %s', async ([, identity, isFreed]) => {
  const member = (name: string, leadsTo: string): Member & { readonly api: MemoryApi } => {
    const api = new MemoryApi();
    const cluster = { id: `kubeconfig#${name}`, name, identity: leadsTo, client: api.client, signal };
    return { id: cluster.id, provider: 'kubeconfig', cluster, api } as unknown as Member & { api: MemoryApi };
  };
  const [one, two] = [member('one', 'uid-1.server.ca'), member('two', identity)];
  const { fromHub, object } = world(delivered, [one, two]);
  onTestFinished(() => fromHub.close());
  const row: MemberRow = {
    name: 'two',
    namespace: 'team',
    id: two.id,
    phase: { name: 'serving' },
    desired: 1,
    pending: 0,
    kept: 0,
    relapses: 0,
  };
  const moved = { ...asked, fromHub: true, rows: { 'team/two': row }, members: new Map([['two', two]]) };
  await fromHub.deliver(object, moved, signal);
  await new Promise(setImmediate);
  expect(one.api.calls.length > 0).toBe(isFreed);
});
