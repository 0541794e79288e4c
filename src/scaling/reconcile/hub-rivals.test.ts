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
  const client = { list } as unknown as KubeClient;
  const rivals = new HubRivals({ client, clock, onChange: (user) => changed.push(user) });
  return {
    clock,
    rivals,
    changed,
    lists: () => lists,
    serve: (next: readonly unknown[] | Error) => {
      items = next;
    },
  };
}

const autoscaler = {
  metadata: { name: 'web-hpa' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
};

test('an autoscaler of the workload is found, and whoever asked is told', async () => {
  const { rivals, changed, serve } = scene();
  serve([autoscaler, { metadata: { name: 'odd' }, spec: {} }]);
  expect(rivals.of('team/dso', web)).toBeUndefined();
  await settle();
  expect(changed).toEqual(['team/dso']);
  expect(rivals.of('team/dso', web)).toBe('web-hpa');
  expect(rivals.of('team/dso', { ...web, name: 'api' })).toBeUndefined();
});

test('a namespace is asked once a minute, and an answer that fails changes nothing', async () => {
  const { rivals, clock, lists, serve, changed } = scene();
  serve([autoscaler]);
  for (let look = 0; look < 10; look++) {
    rivals.of('team/dso', web);
    await settle();
  }
  expect(lists()).toBe(1);
  serve(new Error('forbidden'));
  await clock.advance(60_000);
  rivals.of('team/dso', web);
  await settle();
  expect([lists(), rivals.of('team/dso', web), changed]).toEqual([2, 'web-hpa', ['team/dso']]);
  serve([]);
  await clock.advance(60_000);
  rivals.of('team/dso', web);
  await settle();
  expect(rivals.of('team/dso', web)).toBeUndefined();
});
