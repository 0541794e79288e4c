import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlineExceeded, untilAborted, withDeadline } from './deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work that ends only with its signal, as a request does. */
function endless(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the work was aborted')));
  });
}

test('the result of work that ends in time is the result, and nothing is left behind', async () => {
  const { signal } = new AbortController();
  expect(await withDeadline(1_000, signal, async () => 'done')).toBe('done');
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('work that takes too long ends with DeadlineExceeded, whatever it made of the abort', async () => {
  const failure = withDeadline(1_000, undefined, endless).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await failure).toEqual(new DeadlineExceeded('no answer within 1000 ms'));
});

test('the caller’s reason survives', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const working = withDeadline(1_000, controller.signal, endless);
  controller.abort(reason);
  await expect(working).rejects.toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('work does not begin under a signal that is aborted already', async () => {
  const work = vi.fn<typeof endless>(endless);
  await expect(withDeadline(1_000, AbortSignal.abort('enough'), work)).rejects.toBe('enough');
  expect(work).not.toHaveBeenCalled();
});

test('an error of the work itself is passed on', async () => {
  const error = new Error('mine');
  await expect(withDeadline(1_000, undefined, () => Promise.reject(error))).rejects.toBe(error);
});

test('a deadline longer than timers can be is not due at once', async () => {
  const working = withDeadline(Number.MAX_SAFE_INTEGER, undefined, async (signal) => signal.aborted);
  await vi.advanceTimersByTimeAsync(10);
  expect(await working).toBe(false);
});

test('waiting for something shared ends with the signal, and without a trace', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const shared = Promise.withResolvers<string>();
  const waiting = untilAborted(shared.promise, controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  shared.resolve('late');
  expect(await untilAborted(shared.promise, undefined)).toBe('late');
});

test('what is shared may fail after its waiter has left, even one that came too late', async () => {
  const shared = Promise.withResolvers<string>();
  await expect(untilAborted(shared.promise, AbortSignal.abort('left'))).rejects.toBe('left');
  shared.reject(new Error('nobody listens'));
  await vi.advanceTimersByTimeAsync(1);
});
