import { expect, test } from 'vitest';
import { FakeClock, settle } from '../../../test/support/memory-hub.ts';
import { ForbiddenError, ServerError } from '../../kube/index.ts';
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
    onFailed: (user, { replicas }, _error, refused) =>
      told.push(`${user} failed ${replicas}${refused ? ' refused' : ''}`),
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
    cluster: member.cluster,
    workload,
    replicas,
    seen: { wanted: member.replicas() ?? 0, resourceVersion: '1' },
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
  expect(told.length).toBeGreaterThanOrEqual(2);
  writers.want('dso', new Map());
  await clock.advance(60_000);
  const after = told.length;
  await clock.advance(60_000);
  expect(told).toHaveLength(after);
  expect(clock.sleeping).toBe(0);
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
  expect(writers.refusal('dso', 'one')).toContain('forbidden');
  writers.want('dso', new Map());
  await clock.advance(30_000);
  expect(told).toEqual(['dso failed 2 refused']);
  member.onWrite = () => undefined;
  await clock.advance(10_000);
  expect(told).toEqual(['dso failed 2 refused', 'dso may again']);
  expect(writers.refusal('dso', 'one')).toBeUndefined();
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
            seen: { wanted: member.replicas() ?? 0, resourceVersion: String(versions++) },
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
