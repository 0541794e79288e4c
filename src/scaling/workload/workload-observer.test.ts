import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../../../test/support/memory-hub.ts';
import { FakeMember } from '../testing/fake-member.ts';
import type { WorkloadReference } from './workload.ts';
import { WorkloadObserver } from './workload-observer.ts';

const web: WorkloadReference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team', name: 'web' };
const api: WorkloadReference = { ...web, name: 'api' };

function scene() {
  const clock = new FakeClock();
  const member = new FakeMember('one');
  const changed: string[] = [];
  const failures: unknown[] = [];
  const observer = new WorkloadObserver({
    clock,
    onChange: (user) => changed.push(user),
    onFailure: (_cluster, error) => failures.push(error),
  });
  const at = (workload: WorkloadReference, { cluster } = member) => ({ cluster, workload });
  return { clock, member, changed, failures, observer, at };
}

test('a Deployment is followed by a watch that all users in its namespace share', async () => {
  const { member, observer, changed, at } = scene();
  member.put(3, { ready: 2 });
  observer.use('a', [at(web)]);
  observer.use('b', [at(web), at(api)]);
  expect(observer.sight(at(web))).toEqual({ seen: 'nothing' });
  await settle();
  expect(member.watching).toBe(1);
  expect(observer.size).toBe(1);
  expect(observer.sight(at(web))).toMatchObject({
    seen: 'workload',
    wanted: 3,
    replicas: 3,
    ready: 2,
    writer: 'kubectl',
  });
  expect(observer.sight(at(api))).toEqual({
    seen: 'absence',
    why: "Deployment 'api' not found in namespace 'team'",
  });
  changed.length = 0;
  member.put(4);
  expect(changed).toEqual(['a', 'b']);
  member.put(1, { name: 'other' });
  expect(changed).toEqual(['a', 'b']);
});

test('the watch ends with the last user, and with the connection', async () => {
  const { member, observer, at } = scene();
  member.put(1);
  observer.use('a', [at(web)]);
  observer.use('b', [at(web)]);
  await settle();
  observer.use('a', []);
  await settle();
  expect(member.watching).toBe(1);
  observer.use('b', []);
  await settle();
  expect([member.watching, observer.size]).toEqual([0, 0]);
  observer.use('a', [at(web)]);
  await settle();
  member.lost.abort(new Error('lost'));
  await settle();
  expect(member.watching).toBe(0);
});

test('a workload that is deleted is absent, and one that is made anew is there', async () => {
  const { member, observer, at } = scene();
  member.put(1);
  observer.use('a', [at(web)]);
  await settle();
  member.remove();
  expect(observer.sight(at(web)).seen).toBe('absence');
  member.put(2, { uid: 'another' });
  expect(observer.sight(at(web))).toMatchObject({ seen: 'workload', uid: 'another', wanted: 2 });
});

test('a new connection begins with what the last one saw', async () => {
  const { member, observer, at } = scene();
  member.put(3);
  observer.use('a', [at(web)]);
  await settle();
  const next = new FakeMember('one', 2);
  observer.use('a', [at(web, next)]);
  expect(observer.sight(at(web, next))).toMatchObject({ seen: 'workload', wanted: 3 });
  await settle();
  expect(observer.sight(at(web, next)).seen).toBe('absence');
});

test('one to another cluster begins with nothing', async () => {
  const { member, observer, at } = scene();
  member.put(3);
  const here = { ...member.cluster, identity: 'uid-1.server.ca' };
  observer.use('a', [{ cluster: here, workload: web }]);
  await settle();
  const next = new FakeMember('one', 2);
  const there = { ...next.cluster, identity: 'uid-2.server.ca' };
  observer.use('a', [{ cluster: there, workload: web }]);
  expect(observer.sight({ cluster: there, workload: web })).toEqual({ seen: 'nothing' });
  observer.use('a', [at(web, next)]);
});

test('to look again at many costs no more for each than to look at one', async () => {
  const { observer, at } = scene();
  let reads = 0;
  const places = Array.from({ length: 1_000 }, (_, index) =>
    at({
      ...web,
      get name() {
        reads++;
        return `web-${index}`;
      },
    }),
  );
  reads = 0;
  observer.use('a', places);
  observer.use('a', places);
  expect(reads).toBeLessThan(10 * places.length);
  observer.use('a', []);
  await settle();
  expect(observer.size).toBe(0);
});

test('where no watch is allowed each workload is asked for, until one is', async () => {
  const { clock, member, observer, at, changed } = scene();
  member.mayWatch = false;
  member.put(2);
  observer.use('a', [at(web)]);
  await settle();
  expect(observer.sight(at(web))).toMatchObject({ seen: 'workload', wanted: 2, replicas: 2, ready: 2 });
  changed.length = 0;
  member.put(5);
  await clock.advance(10_000);
  expect(observer.sight(at(web))).toMatchObject({ wanted: 5 });
  expect(changed).toEqual(['a']);
  member.remove();
  observer.nudge(at(web));
  await settle();
  expect(observer.sight(at(web)).seen).toBe('absence');
  member.mayWatch = true;
  member.put(6);
  await clock.advance(40_000);
  expect(member.watching).toBe(1);
  const before = member.calls.filter((call) => call === 'get deployments').length;
  await clock.advance(60_000);
  expect(member.calls.filter((call) => call === 'get deployments')).toHaveLength(before);
  observer.close();
  await settle();
  expect(clock.sleeping).toBe(0);
});

test('a watch that is allowed again is used again, though nothing has changed', async () => {
  const { clock, member, observer, at } = scene();
  member.pods = 'refused';
  member.put(4, { ready: 3 });
  observer.use('a', [at(web)]);
  await settle();
  member.refuseWatches();
  await clock.advance(20_000);
  // Readiness is not told by the scale.
  expect(observer.sight(at(web))).toMatchObject({ ready: 4 });
  member.mayWatch = true;
  await clock.advance(40_000);
  expect(observer.sight(at(web))).toMatchObject({ wanted: 4, ready: 3 });
  const before = member.calls.length;
  await clock.advance(60_000);
  expect(member.calls).toHaveLength(before);
  observer.close();
  await settle();
  expect(clock.sleeping).toBe(0);
});

test('other kinds are asked for by their scale, more often while they are on their way', async () => {
  const { clock, member, observer, at } = scene();
  const set = { ...web, kind: 'StatefulSet' };
  member.put(2);
  observer.use('a', [at(set)]);
  await settle();
  expect(member.calls).toEqual(['get statefulsets', 'watch pods']);
  expect(observer.sight(at(set))).toMatchObject({ seen: 'workload', wanted: 2 });
  await clock.advance(9_999);
  expect(member.calls).toHaveLength(2);
  await clock.advance(1);
  expect(member.calls).toHaveLength(3);
  observer.use('a', []);
  await settle();
  expect(clock.sleeping).toBe(0);
});

describe('of other kinds', () => {
  const set = { ...web, kind: 'StatefulSet' };

  test('those serve whose pods are ready, as soon as they are', async () => {
    const { clock, member, observer, changed, at } = scene();
    member.put(3, { ready: 1 });
    member.put(5, { name: 'api' });
    observer.use('a', [at(set)]);
    await settle();
    expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 1 });
    changed.length = 0;
    member.put(3, { ready: 2 });
    expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 2 });
    expect(changed).toEqual(['a']);
    // Pods of the selector that the scale does not count yet, or that somebody else's workload has.
    member.put(4, { ready: 4 });
    expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 3 });
    await clock.advance(10_000);
    expect(observer.sight(at(set))).toMatchObject({ replicas: 4, ready: 4 });
    observer.use('a', []);
    await settle();
    expect([member.watchingPods, clock.sleeping]).toEqual([0, 0]);
  });

  test('pods are asked for where they may not be watched', async () => {
    const { clock, member, observer, at } = scene();
    member.pods = 'listed';
    member.put(3, { ready: 1 });
    observer.use('a', [at(set)]);
    await settle();
    expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 1 });
    member.put(3, { ready: 3 });
    await clock.advance(10_000);
    expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 3 });
    observer.close();
  });

  test('all count, and that is said, where pods may not be read at all; until they may', async () => {
    const { clock, member, observer, at } = scene();
    member.pods = 'refused';
    member.put(3, { ready: 1 });
    observer.use('a', [at(set)]);
    await settle();
    const uncounted = 'all replicas count as ready: its pods cannot be read';
    expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 3, uncounted });
    await clock.advance(60_000);
    expect(member.calls.filter((call) => call === 'list pods')).toHaveLength(1);
    member.pods = 'watched';
    await clock.advance(60_000);
    const sight = observer.sight(at(set));
    expect(sight).toMatchObject({ replicas: 3, ready: 1 });
    expect(sight).not.toHaveProperty('uncounted');
    observer.close();
  });

  test.each(['watched', 'listed'] as const)(
    'all count, and that is said, where the selector fits none of its pods, which are %s; until it fits one',
    async (pods) => {
      const { clock, member, observer, at } = scene();
      member.pods = pods;
      member.podLabel = 'machine';
      member.put(3, { ready: 1 });
      observer.use('a', [at(set)]);
      await settle();
      expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 0 });
      await clock.advance(10_000);
      const uncounted = 'all replicas count as ready: its selector fits no pods';
      expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 3, uncounted });
      member.podLabel = 'app';
      member.put(3, { ready: 1 });
      await clock.advance(10_000);
      const sight = observer.sight(at(set));
      expect(sight).toMatchObject({ replicas: 3, ready: 1 });
      expect(sight).not.toHaveProperty('uncounted');
      member.put(0);
      member.put(3, { ready: 0 });
      member.podLabel = 'machine';
      await clock.advance(60_000);
      expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 0 });
      observer.close();
    },
  );

  test('a list of pods that fails leaves what was counted, and says nothing of the member', async () => {
    const { clock, member, observer, at } = scene();
    member.pods = 'listed';
    member.put(3, { ready: 1 });
    observer.use('a', [at(set)]);
    await settle();
    member.pods = 'throttled';
    member.put(4, { ready: 4 });
    await clock.advance(60_000);
    expect(observer.sight(at(set))).toMatchObject({ seen: 'workload', replicas: 4, ready: 1 });
    observer.close();
  });

  test('a watch of pods that is taken away is believed no more', async () => {
    const { clock, member, observer, at } = scene();
    member.put(3, { ready: 3 });
    observer.use('a', [at(set)]);
    await settle();
    member.pods = 'listed';
    member.endPodWatches();
    member.put(3, { ready: 1 });
    await clock.advance(20_000);
    expect(observer.sight(at(set))).toMatchObject({ replicas: 3, ready: 1 });
    observer.close();
  });
});

test('pods of Deployments cost nothing', async () => {
  const { clock, member, observer, at } = scene();
  member.put(3, { ready: 1 });
  observer.use('a', [at(web)]);
  await clock.advance(60_000);
  expect(member.calls.filter((call) => call.endsWith('pods'))).toEqual([]);
  observer.close();
});

test('one failure of a poll says nothing, several do', async () => {
  const { clock, member, observer, at, failures } = scene();
  member.mayWatch = false;
  member.put(2);
  observer.use('a', [at(web)]);
  await settle();
  member.onRead = () => {
    throw new Error('boom');
  };
  await clock.advance(20_000);
  expect(observer.sight(at(web)).seen).toBe('workload');
  await clock.advance(10_000);
  expect(observer.sight(at(web))).toEqual({ seen: 'failure', why: 'boom' });
  expect(failures.length).toBeGreaterThanOrEqual(3);
});
