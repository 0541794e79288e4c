import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('a sleep that is aborted rejects with the reason of its signal and leaves no listener', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const sleeping = systemClock.sleep(60_000, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('a sleep under a signal that is aborted already does not begin', async () => {
  await expect(systemClock.sleep(60_000, AbortSignal.abort('enough'))).rejects.toBe('enough');
});

test('a negative time is no time', async () => {
  await expect(systemClock.sleep(-1)).resolves.toBeUndefined();
});

test('a time longer than timers can be does not end at once', async () => {
  const controller = new AbortController();
  let isOver = false;
  const sleeping = systemClock.sleep(Number.MAX_SAFE_INTEGER, controller.signal).finally(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  expect(isOver).toBe(false);
  controller.abort('enough');
  await expect(sleeping).rejects.toBe('enough');
});
