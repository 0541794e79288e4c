import { expect, test } from 'vitest';
import type { Clock } from '../../src/kube/clock.ts';
import { waitFor } from './wait-for.ts';

/** Sleeping moves the time; the sleeper that is due first wakes first. */
function skippingClock(): Clock & { readonly slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  const sleepers: { at: number; wake: () => void }[] = [];
  const tick = (): void => {
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    now = next?.at ?? now;
    next?.wake();
  };
  return {
    slept,
    now: () => now,
    monotonic: () => now,
    sleep: async (ms, signal) => {
      slept.push(ms);
      await new Promise<void>((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
        sleepers.push({ at: now + ms, wake: resolve });
        setImmediate(tick);
      });
    },
  };
}

test('what the predicate returns is returned, once it is something', async () => {
  const answers = [undefined, null, false, 0];
  expect(await waitFor('a number', () => answers.shift(), { clock: skippingClock() })).toBe(0);
  expect(answers).toEqual([]);
});

test('it looks at once and then every so often', async () => {
  const clock = skippingClock();
  let looks = 0;
  await waitFor('the third look', () => ++looks === 3, { clock, timeoutMs: 1_000, everyMs: 7 });
  expect(clock.slept.toSorted((a, b) => a - b)).toEqual([7, 7, 1_000]);
});

const failures: readonly { readonly seen: string; readonly predicate: Parameters<typeof waitFor>[1] }[] = [
  {
    seen: '2 of 3 ready',
    predicate: (saw) => {
      saw('2 of 3 ready');
      return false;
    },
  },
  {
    seen: '{"replicas":2}',
    predicate: (saw) => {
      saw({ replicas: 2 });
      return undefined;
    },
  },
  {
    seen: 'connection refused',
    predicate: () => {
      throw new Error('connection refused');
    },
  },
  { seen: 'null', predicate: async () => null },
];

test.each(failures)(
  'after the deadline the message says what was last seen: $seen',
  async ({ predicate, seen }) => {
    const waiting = waitFor('the Deployment', predicate, { clock: skippingClock(), timeoutMs: 500 });
    await expect(waiting).rejects.toThrow(`waited 500 ms for the Deployment; last seen: ${seen}`);
  },
);

test('a look that hangs does not outlive the deadline', async () => {
  const waiting = waitFor('an answer', () => new Promise<boolean>(() => undefined), {
    clock: skippingClock(),
    timeoutMs: 10,
  });
  await expect(waiting).rejects.toThrow('waited 10 ms for an answer; last seen: nothing yet');
});

test('an aborted signal ends the wait with its reason', async () => {
  const abort = new AbortController();
  const waiting = waitFor('the end of time', () => false, { signal: abort.signal });
  abort.abort(new Error('the process has ended'));
  await expect(waiting).rejects.toThrow('the process has ended');
  await expect(waitFor('anything', () => true, { signal: abort.signal })).rejects.toThrow(
    'the process has ended',
  );
});
