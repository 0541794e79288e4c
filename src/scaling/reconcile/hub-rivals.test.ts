import { expect, test } from 'vitest';
import { FakeClock, settle } from '../../../test/support/memory-hub.ts';
import type { KubeClient } from '../../kube/index.ts';
import { HubRivals } from './hub-rivals.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team', name: 'web' };

function scene() {
  const clock = new FakeClock();
  let lists = 0;
  let items: readonly unknown[] | Error = [];
  const changed: string[] = [];
  const list = async () => {
    lists++;
    if (items instanceof Error) throw items;
    return { items, resourceVersion: '1' };
  };
  const uids = new Map<string, string>();
  let gets = 0;
  const get = async (_resource: unknown, { name }: { readonly name: string }) => {
    gets++;
    const uid = uids.get(name);
    if (uid === undefined) throw new Error('not found');
    return { metadata: { name, uid } };
  };
  const resourceFor = async () => ({ plural: 'deployments' });
  const client = { list, get, resourceFor } as unknown as KubeClient;
  const rivals = new HubRivals({ client, clock, onChange: (user) => changed.push(user) });
  return {
    clock,
    rivals,
    changed,
    lists: () => lists,
    gets: () => gets,
    uids,
    serve: (next: readonly unknown[] | Error) => {
      items = next;
    },
  };
}

const autoscaler = {
  metadata: { name: 'web-hpa' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
};

const found = { found: 'rival', name: 'web-hpa' };
const none = { found: 'none' };

test('an autoscaler of the workload is found, and all who asked meanwhile are told', async () => {
  const { rivals, changed, serve } = scene();
  serve([autoscaler, { metadata: { name: 'odd' }, spec: {} }]);
  expect(rivals.ofHub('team/dso', web)).toEqual({ found: 'unknown' });
  expect(rivals.ofHub('team/other', web)).toEqual({ found: 'unknown' });
  await settle();
  expect(changed).toEqual(['team/dso', 'team/other']);
  expect(rivals.ofHub('team/dso', web)).toEqual(found);
  expect(rivals.ofHub('team/dso', { ...web, name: 'api' })).toEqual(none);
});

test('a namespace is asked once a minute, and an answer that fails changes nothing', async () => {
  const { rivals, clock, lists, serve, changed } = scene();
  serve([autoscaler]);
  for (let look = 0; look < 10; look++) {
    rivals.ofHub('team/dso', web);
    await settle();
  }
  expect(lists()).toBe(1);
  serve(new Error('forbidden'));
  await clock.advance(60_000);
  rivals.ofHub('team/dso', web);
  await settle();
  expect([lists(), rivals.ofHub('team/dso', web), changed]).toEqual([2, found, ['team/dso']]);
  serve([]);
  await clock.advance(60_000);
  rivals.ofHub('team/dso', web);
  await settle();
  expect(rivals.ofHub('team/dso', web)).toEqual(none);
});

test('who may not look finds nothing, and knows that', async () => {
  const { rivals, serve, changed } = scene();
  serve(new Error('forbidden'));
  rivals.ofHub('team/dso', web);
  await settle();
  expect(rivals.ofHub('team/dso', web)).toEqual(none);
  expect(changed).toEqual(['team/dso']);
});

test('a member that is the hub under another name is found by the uid of its workload', async () => {
  const { rivals, serve, uids, changed, clock, lists } = scene();
  serve([autoscaler]);
  uids.set('web', 'uid-of-web');
  const look = () => rivals.ofWorkload('team/dso', web, 'uid-of-web');
  expect(look()).toEqual(none);
  await settle();
  look();
  await settle();
  expect(look()).toEqual(found);
  expect(changed).toEqual(['team/dso', 'team/dso']);
  expect(rivals.ofWorkload('team/dso', web, 'of another cluster')).toEqual(none);
  // What is rarely so is asked for rarely.
  await clock.advance(300_000);
  look();
  await settle();
  expect(lists()).toBe(1);
});

test('a workload that no autoscaler scales is not asked for', async () => {
  const { rivals, serve, gets } = scene();
  serve([]);
  for (let look = 0; look < 3; look++) {
    rivals.ofWorkload('team/dso', web, 'a');
    await settle();
  }
  expect(gets()).toBe(0);
});

test('namespaces that nobody asks for any more are forgotten, and nothing is told after the end', async () => {
  const { rivals, clock, changed, serve } = scene();
  rivals.ofHub('team/dso', web);
  await settle();
  await clock.advance(1_200_000);
  rivals.ofHub('other/dso', { ...web, namespace: 'other' });
  await settle();
  expect(rivals.size).toBe(1);
  serve([autoscaler]);
  changed.length = 0;
  rivals.ofHub('third/dso', { ...web, namespace: 'third' });
  rivals.close();
  await settle();
  expect([rivals.size, changed]).toEqual([0, []]);
});
