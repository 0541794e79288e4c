import { describe, expect, test } from 'vitest';
import { EventLoopMonitor } from './event-loop-monitor.ts';
import {
  eventLoopRuns,
  leaderLoopRuns,
  reached,
  reconcilesEnd,
  watchLives,
  watchReturns,
  watchSynced,
} from './health-checks.ts';
import { HealthRegistry } from './health.ts';
import { FakeClock } from './testing/fake-clock.ts';

test('a registry asks every check, and one that throws has failed', () => {
  const registry = new HealthRegistry();
  registry.add('good', () => undefined);
  registry.add('bad', () => 'out of order');
  registry.add('broken', () => {
    throw new Error('no such thing');
  });
  expect(registry.run()).toEqual([
    { name: 'good', problem: undefined },
    { name: 'bad', problem: 'out of order' },
    { name: 'broken', problem: 'the check itself failed: no such thing' },
  ]);
});

test('a check that is taken away is not asked, its successor of the same name is', () => {
  const registry = new HealthRegistry();
  const removeFirst = registry.add('watch', () => 'first');
  const removeSecond = registry.add('watch', () => 'second');
  removeFirst();
  expect(registry.run()).toEqual([{ name: 'watch', problem: 'second' }]);
  removeSecond();
  expect(registry.run()).toEqual([]);
});

describe('checks', () => {
  const clock = new FakeClock();
  test.each([
    ['a calm event loop', eventLoopRuns({ leastDelayMs: 2_000 }, 2_000), undefined],
    [
      'a busy event loop',
      eventLoopRuns({ leastDelayMs: 3_400 }, 2_000),
      'the event loop is late by 3 s again and again',
    ],
    ['a leader loop', leaderLoopRuns({ idleMs: 35_000 }, 35_000), undefined],
    [
      'a stuck leader loop',
      leaderLoopRuns({ idleMs: 36_000 }, 35_000),
      'leader election has not come round for 36 s',
    ],
    ['a reconcile in time', reconcilesEnd({ name: 'serving', longestRunMs: 1 }, 600_000), undefined],
    [
      'a stuck reconcile',
      reconcilesEnd({ name: 'serving', longestRunMs: 601_000 }, 600_000),
      'a reconcile of controller serving has been running for 601 s',
    ],
    ['a watch that lives', watchLives({ lastActivityAt: -1_000 }, clock, 1_000), undefined],
    [
      'a watch that died',
      watchLives({ lastActivityAt: -5_000 }, clock, 1_000),
      'the watch has been silent for 5 s',
    ],
    ['a watch of what is not served', watchLives(() => undefined, clock, 1_000), undefined],
    [
      'a watch that came later and died',
      watchLives(() => ({ lastActivityAt: -5_000 }), clock, 1_000),
      'the watch has been silent for 5 s',
    ],
    [
      'a watch that broke off and returned',
      watchReturns(() => ({ lastActivityAt: -5_000, open: true }), clock, 1_000),
      undefined,
    ],
    [
      'a watch that broke off just now',
      watchReturns(() => ({ lastActivityAt: -1_000, open: false }), clock, 1_000),
      undefined,
    ],
    [
      'a watch that does not return',
      watchReturns(() => ({ lastActivityAt: -5_000, open: false }), clock, 1_000),
      'the watch broke off and cannot be opened again; the last sign of it is 5 s old',
    ],
    [
      'a watch of what is not served that does not return',
      watchReturns(() => undefined, clock, 1_000),
      undefined,
    ],
    ['a server that was reached', reached('the hub', () => true), undefined],
    ['a server that was not', reached('the hub', () => false), 'the hub has not been reached yet'],
    ['a watch that is in step', watchSynced({ synced: true }), undefined],
    ['a watch before its first list', watchSynced({ synced: false }), 'the first list is not complete'],
  ])('%s', (_what, check, problem) => {
    expect(check()).toBe(problem);
  });
});

test('the event loop is late only when it is so three times in a row', async () => {
  const clock = new FakeClock();
  let stallMs = 0;
  const stalling = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms + stallMs, signal),
  };
  const monitor = new EventLoopMonitor(stalling);
  const ended = new AbortController();
  const run = monitor.run(ended.signal);
  await clock.advance(2_500);
  stallMs = 3_000;
  await clock.advance(9_000);
  expect(monitor.leastDelayMs).toBe(0);
  await clock.advance(4_000);
  expect(monitor.leastDelayMs).toBe(3_000);
  stallMs = 0;
  await clock.advance(4_500);
  expect(monitor.leastDelayMs).toBe(0);
  ended.abort();
  await run;
  expect(clock.sleeping).toBe(0);
});
