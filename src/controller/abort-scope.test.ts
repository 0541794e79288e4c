import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { openAbortScope } from './abort-scope.ts';
import { FakeClock } from './testing/fake-clock.ts';

const late = new Error('late');

function scopeUnder(...parents: readonly AbortSignal[]) {
  const clock = new FakeClock();
  return { clock, scope: openAbortScope({ clock, deadlineMs: 1_000, onDeadline: () => late, parents }) };
}

test('it aborts at its deadline', async () => {
  const { clock, scope } = scopeUnder();
  await clock.advance(999);
  expect(scope.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(scope.signal.reason).toBe(late);
});

test('it aborts with the first of its parents, for its reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const { scope } = scopeUnder(first.signal, second.signal);
  second.abort('second');
  first.abort('first');
  expect(scope.signal.reason).toBe('second');
});

test('it is aborted from the start under a parent that is', () => {
  expect(scopeUnder(AbortSignal.abort('over')).scope.signal.reason).toBe('over');
});

test('closed, it leaves no timer and no listener, and does not abort any more', async () => {
  const parent = new AbortController();
  const { clock, scope } = scopeUnder(parent.signal);
  expect(getEventListeners(parent.signal, 'abort')).toHaveLength(1);
  scope.close();
  parent.abort();
  await clock.advance(2_000);
  expect(getEventListeners(parent.signal, 'abort')).toEqual([]);
  expect(clock.sleeping).toBe(0);
  expect(scope.signal.aborted).toBe(false);
});
