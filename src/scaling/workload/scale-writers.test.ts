import { expect, test } from 'vitest';
import { FakeClock, settle } from '../../../test/support/memory-hub.ts';
import { ForbiddenError, NotFoundError, ServerError } from '../../kube/index.ts';
import { FakeMember } from '../testing/fake-member.ts';
import { ScaleWriters } from './scale-writers.ts';
import type { WantedScale } from './scale-writer.ts';

const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team', name: 'web' };

function scene() {
  const clock = new FakeClock();
  const owned = new AbortController();
  const told: string[] = [];
  let isOwned = true;
  const writers = new ScaleWriters({
    fieldManager: 'wheelwright/hub',
    clock,
    random: () => 1,
    owned: () => (isOwned ? owned.signal : undefined),
    onWritten: (user, { scale }) => told.push(`${user} wrote ${scale.replicas}`),
    onFailed: (user, { replicas }, { isRefused, isNews }) =>
      told.push(`${user} failed ${replicas}${isRefused ? ' refused' : ''}${isNews ? '' : ' again'}`),
    onAllowed: (user) => told.push(`${user} may again`),
  });
  return {
    clock,
    owned,
    told,
    writers,
    lose: () => {
      isOwned = false;
      owned.abort(new Error('lost'));
    },
  };
}

function scale(member: FakeMember, replicas: number): WantedScale {
  return {
    member: member.name,
    cluster: member.cluster,
    workload,
    replicas,
    seen: { wanted: member.replicas() ?? 0, resourceVersion: '1', uid: 'one-web' },
  };
}

function forbidden(): ForbiddenError {
  return new ForbiddenError({ cluster: 'one', verb: 'patch', resource: 'deployments' }, { message: 'no' });
}

test('all members are written at the same time, and one that hangs delays no other', async () => {
  const { writers, told, clock } = scene();
  const [fast, slow] = [new FakeMember('fast'), new FakeMember('slow')];
  fast.put(1);
  slow.put(1);
  slow.onWrite = (_written, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  writers.want(
    'dso',
    new Map([
      ['slow', scale(slow, 2)],
      ['fast', scale(fast, 3)],
    ]),
  );
  await settle();
  expect([fast.replicas(), slow.replicas()]).toEqual([3, 1]);
  writers.want(
    'dso',
    new Map([
      ['slow', scale(slow, 2)],
      ['fast', scale(fast, 5)],
    ]),
  );
  await settle();
  expect(fast.replicas()).toBe(5);
  await clock.advance(5_000);
  expect(told).toEqual(['dso wrote 3', 'dso wrote 5', 'dso failed 2']);
  slow.onWrite = () => undefined;
  await clock.advance(1_000);
  expect(slow.replicas()).toBe(2);
});

test('while a write is under way only the newest number waits', async () => {
  const { writers } = scene();
  const member = new FakeMember('one');
  member.put(1);
  const gate = Promise.withResolvers<void>();
  member.onWrite = () => gate.promise;
  for (const replicas of [2, 3, 4]) writers.want('dso', new Map([['one', scale(member, replicas)]]));
  member.onWrite = () => undefined;
  gate.resolve();
  await settle();
  expect(member.writes.map(({ replicas }) => replicas)).toEqual([2, 4]);
});

test('a number that is there already is not written', async () => {
  const { writers } = scene();
  const member = new FakeMember('one');
  member.put(3);
  writers.want('dso', new Map([['one', scale(member, 3)]]));
  await settle();
  expect(member.writes).toEqual([]);
});

test('what fails is tried again, later and later, until it is not wanted any more', async () => {
  const { writers, clock, told } = scene();
  const member = new FakeMember('one');
  member.put(1);
  member.onWrite = () => {
    throw new ServerError({ cluster: 'one', verb: 'patch', resource: 'deployments' }, { message: 'no' });
  };
  writers.want('dso', new Map([['one', scale(member, 2)]]));
  await clock.advance(2_000);
  expect(told.slice(0, 2)).toEqual(['dso failed 2', 'dso failed 2 again']);
  writers.want('dso', new Map());
  await clock.advance(60_000);
  const after = told.length;
  await clock.advance(60_000);
  expect(told).toHaveLength(after);
  expect(clock.sleeping).toBe(0);

  // Once it is taken, the next failure is news.
  member.onWrite = () => undefined;
  writers.want('dso', new Map([['one', scale(member, 2)]]));
  await settle();
  member.onWrite = () => {
    throw forbidden();
  };
  writers.want('dso', new Map([['one', scale(member, 3)]]));
  await settle();
  expect(told.at(-1)).toBe('dso failed 3 refused');
});

test('what is refused is only rehearsed, until it would be taken', async () => {
  const { writers, clock, told } = scene();
  const member = new FakeMember('one');
  member.put(1);
  member.onWrite = () => {
    throw forbidden();
  };
  const wanted = scale(member, 2);
  writers.want('dso', new Map([['one', wanted]]));
  await settle();
  expect(writers.refusal('dso', 'one', () => 2)).toContain('forbidden');
  writers.want('dso', new Map());
  await clock.advance(30_000);
  expect(told).toEqual(['dso failed 2 refused']);
  member.onWrite = () => undefined;
  await clock.advance(10_000);
  expect(told).toEqual(['dso failed 2 refused', 'dso may again']);
  expect(writers.refusal('dso', 'one', () => 2)).toBeUndefined();
  expect(member.writes).toEqual([{ name: 'web', replicas: 2, dryRun: true }]);
  expect(member.replicas()).toBe(1);
});

test('nothing is written by who may not act, and nothing runs on after it is forgotten', async () => {
  const { writers, clock, lose } = scene();
  const member = new FakeMember('one');
  member.put(1);
  lose();
  writers.want('dso', new Map([['one', scale(member, 2)]]));
  await clock.advance(60_000);
  expect(member.writes).toEqual([]);
  writers.forget('dso');
  await settle();
  expect(clock.sleeping).toBe(0);
});

test('who undoes every write is left alone for a minute', async () => {
  const { writers, clock } = scene();
  const member = new FakeMember('one');
  member.put(1);
  let later: number | undefined;
  const look = (): void => {
    later = writers.want(
      'dso',
      new Map([
        [
          'one',
          {
            ...scale(member, 3),
            seen: { wanted: member.replicas() ?? 0, resourceVersion: String(versions++), uid: 'one-web' },
          },
        ],
      ]),
    );
  };
  let versions = 1_000;
  for (let round = 0; round < 6; round++) {
    look();
    await settle();
    member.put(1, { writer: 'argocd' });
    await clock.advance(1_000);
  }
  expect(member.writes).toHaveLength(3);
  expect(writers.isContended('dso', 'one')).toBe(true);
  expect(later).toBeGreaterThan(clock.now());
});

test('a cluster made anew behind the same name is written, though its versions are lower', async () => {
  const { writers } = scene();
  const old = new FakeMember('one');
  for (let replicas = 1; replicas <= 20; replicas++) old.put(replicas);
  writers.want('dso', new Map([['one', scale(old, 8)]]));
  await settle();
  const anew = new FakeMember('one', 2);
  anew.put(1, { uid: 'another' });
  const seen = { wanted: 1, resourceVersion: '1', uid: 'another' };
  writers.want('dso', new Map([['one', { ...scale(anew, 8), seen }]]));
  await settle();
  expect(anew.replicas()).toBe(8);
});

test('a write over a connection that was replaced meanwhile is made again over the new one', async () => {
  const { writers } = scene();
  const [old, anew] = [new FakeMember('one'), new FakeMember('one', 2)];
  old.put(1);
  anew.put(1);
  const gate = Promise.withResolvers<void>();
  old.onWrite = () => gate.promise;
  writers.want('dso', new Map([['one', scale(old, 3)]]));
  await settle();
  writers.want('dso', new Map([['one', scale(anew, 3)]]));
  gate.resolve();
  await settle();
  expect([old.replicas(), anew.replicas()]).toEqual([3, 3]);

  const third = new FakeMember('one', 3);
  third.put(1);
  anew.onWrite = () => {
    writers.want('dso', new Map([['one', scale(third, 4)]]));
    anew.lost.abort(new Error('replaced'));
    throw new Error('replaced');
  };
  writers.want('dso', new Map([['one', scale(anew, 4)]]));
  await settle();
  expect(third.replicas()).toBe(4);
});

test('a scale that is missing for a moment is asked for again, as long as the workload is seen', async () => {
  const { writers, clock, told } = scene();
  const member = new FakeMember('one');
  member.put(1);
  member.onWrite = () => {
    throw new NotFoundError({ cluster: 'one', verb: 'patch', resource: 'deployments' }, { message: 'no' });
  };
  writers.want('dso', new Map([['one', scale(member, 2)]]));
  await clock.advance(1_000);
  member.onWrite = () => undefined;
  await clock.advance(15_000);
  expect(member.replicas()).toBe(2);
  expect(told).toEqual(['dso wrote 2']);
});

test('a lower number that is taken ends a refusal, and not again and again', async () => {
  const { writers, clock, told } = scene();
  const member = new FakeMember('one');
  member.put(1);
  member.onWrite = ({ replicas }) => {
    if (replicas > 5) throw forbidden();
  };
  const refuse = async (): Promise<void> => {
    writers.want('dso', new Map([['one', scale(member, 6)]]));
    await settle();
    expect(told.at(-1)).toMatch(/^dso failed 6 refused/);
    writers.want('dso', new Map());
  };
  const share = (replicas: number) => writers.refusal('dso', 'one', () => replicas);
  await refuse();
  share(6);
  await clock.advance(30_000);
  expect(share(3)).toContain('forbidden');
  await clock.advance(10_000);
  expect(told.at(-1)).toBe('dso may again');
  expect(share(3)).toBeUndefined();

  // Others are missing, so that it is asked for more than its share.
  await refuse();
  share(3);
  await clock.advance(60_000);
  expect(told.at(-1)).toMatch(/^dso failed 6 refused/);
  await clock.advance(300_000);
  expect(told.at(-1)).toBe('dso may again');
});
