import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decideWrite,
  isSinceLastWrite,
  longestBehindMs,
  noWrites,
  type SeenWorkload,
  type WriteHistory,
} from './decide-write.ts';

const uid = 'one';
const generation = 1;

const written = (replicas: number, resourceVersion: string, at = 0): WriteHistory => ({
  last: { replicas, resourceVersion, uid, generation, at },
  reverts: [],
});

function seen(wanted: number, resourceVersion: string, changes: Partial<SeenWorkload> = {}): SeenWorkload {
  return { wanted, resourceVersion, uid, generation, ...changes };
}

describe('a write', () => {
  test.each([
    ['is made where the number differs', 3, seen(2, '5'), noWrites, 'write'],
    ['is not made where it is the same', 3, seen(3, '5'), noWrites, 'rest'],
    ['is not repeated while the watch is behind', 3, seen(2, '5'), written(3, '6'), 'wait'],
    [
      'is made on another workload of the same name',
      3,
      seen(2, '5', { uid: 'another' }),
      written(3, '6'),
      'write',
    ],
    [
      'is made on a cluster whose versions were set back behind another connection',
      3,
      seen(2, '5', { generation: 2 }),
      written(3, '6'),
      'write',
    ],
    ['is made on top of one that the watch does not show yet', 4, seen(2, '5'), written(3, '6'), 'write'],
    ['is repeated once where somebody undid it', 3, seen(2, '7'), written(3, '6'), 'write'],
  ] as const)('%s', (_name, replicas, seen, history, act) => {
    expect(decideWrite(replicas, seen, history, 1_000).act).toBe(act);
  });
});

test.each([
  ['shows the write', seen(3, '6'), written(3, '6'), true],
  ['is newer', seen(2, '7'), written(3, '6'), true],
  ['is from before it', seen(2, '5'), written(3, '6'), false],
  ['is of another workload', seen(2, '7', { uid: 'another' }), written(3, '6'), false],
  ['came by another connection', seen(2, '7', { generation: 2 }), written(3, '6'), false],
  ['was never written', seen(2, '7'), noWrites, false],
])('what is seen and %s', (_case, seen, history, isSince) => {
  expect(isSinceLastWrite(seen, history)).toBe(isSince);
});

test('what is undone three times in two minutes is written once a minute from then on', () => {
  let history: WriteHistory = written(3, '1', 0);
  const acts: string[] = [];
  let version = 1;
  const revertAt = (now: number): void => {
    const decision = decideWrite(3, seen(1, String(++version)), history, now);
    acts.push(
      `${now / 1000}: ${decision.act}${decision.until === undefined ? '' : ` ${decision.until / 1000}`}`,
    );
    history =
      decision.act === 'write'
        ? {
            ...decision.history,
            last: { replicas: 3, resourceVersion: String(++version), uid, generation, at: now },
          }
        : decision.history;
  };
  for (const now of [10_000, 20_000, 30_000, 79_000, 80_000, 90_000]) revertAt(now);
  expect(acts).toEqual(['10: write', '20: write', '30: wait 80', '79: wait 80', '80: write', '90: wait 140']);
});

test('one that is left alone for two minutes is written at once again', () => {
  const contended: WriteHistory = {
    ...written(3, '9', 30_000),
    reverts: [10_000, 20_000, 30_000],
    revertedIn: '8',
  };
  expect(decideWrite(5, seen(3, '9'), contended, 40_000)).toMatchObject({
    act: 'wait',
  });
  expect(decideWrite(5, seen(3, '9'), contended, 150_001)).toMatchObject({
    act: 'write',
  });
});

test('one look at a change by somebody else counts once, however often it is looked at', () => {
  let history = written(3, '1');
  for (let look = 0; look < 10; look++) history = decideWrite(3, seen(1, '2'), history, look).history;
  expect(history.reverts).toHaveLength(1);
});

test('equal numbers are never written', () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.nat(100),
      fc.nat(10),
      fc.array(fc.nat(200_000)),
      fc.nat(300_000),
      (wanted, last, version, reverts, now) => {
        const history: WriteHistory = {
          last: { replicas: last, resourceVersion: '5', uid, generation, at: 0 },
          reverts,
        };
        const isBehind = version < 5 && now < longestBehindMs;
        const { act } = decideWrite(isBehind ? last : wanted, seen(wanted, String(version)), history, now);
        expect(act).not.toBe('write');
      },
    ),
  );
});

test('a watch that has not shown a write for a minute is believed', () => {
  const history = written(3, '6', 1_000);
  const behind = decideWrite(3, seen(2, '5'), history, 1_000);
  expect(behind).toMatchObject({ act: 'wait', until: 1_000 + longestBehindMs });
  expect(decideWrite(3, seen(2, '5'), history, 1_000 + longestBehindMs).act).toBe('write');
});

test('what another connection still shows of a write is nobody undoing it', () => {
  const history = written(3, '6');
  expect(decideWrite(3, seen(2, '5', { generation: 2 }), history, 1_000).history.reverts).toEqual([]);
});
