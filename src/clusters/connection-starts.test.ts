import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { ConnectionStarts } from './connection-starts.ts';

/** Has this many ask for a turn; `begun` holds what ends each turn that was given. */
function begin(starts: ConnectionStarts, count: number, isNew: boolean): { readonly begun: (() => void)[] } {
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const begun: (() => void)[] = [];
  for (let index = 0; index < count; index++) {
    starts.enter(isNew, life.signal).then(
      (end) => begun.push(end),
      () => undefined,
    );
  }
  return { begun };
}

test('a number begin at once, and the next one as soon as one of them is through', async () => {
  const clock = new ManualClock();
  const { begun } = begin(new ConnectionStarts(clock), 100, true);
  await clock.advance(0);
  expect(begun).toHaveLength(64);
  for (const end of begun.slice(0, 10)) end();
  await clock.advance(0);
  expect(begun).toHaveLength(74);
});

test('whoever is silent keeps the others waiting for half a second', async () => {
  const clock = new ManualClock();
  const { begun } = begin(new ConnectionStarts(clock), 1_000, true);
  await clock.advance(499);
  expect(begun).toHaveLength(64);
  await clock.advance(1);
  expect(begun).toHaveLength(128);
});

test('those that are tried again keep no new one waiting', async () => {
  const clock = new ManualClock();
  const starts = new ConnectionStarts(clock);
  const { begun: again } = begin(starts, 1_000, false);
  const { begun: first } = begin(starts, 64, true);
  await clock.advance(0);
  expect({ again: again.length, first: first.length }).toEqual({ again: 64, first: 64 });
});

test('a turn that is over leaves nothing behind', async () => {
  const clock = new ManualClock();
  const { begun } = begin(new ConnectionStarts(clock), 1, true);
  await clock.advance(0);
  begun[0]?.();
  begun[0]?.();
  await clock.advance(0);
  expect(clock.sleeping).toBe(0);
});

test('nobody waits for a turn that is not wanted any more', async () => {
  const clock = new ManualClock();
  const starts = new ConnectionStarts(clock);
  begin(starts, 64, true);
  const life = new AbortController();
  const waiting = starts.enter(true, life.signal);
  life.abort(new Error('closed'));
  await expect(waiting).rejects.toThrow('closed');
});
