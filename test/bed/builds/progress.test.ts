import { expect, test } from 'vitest';
import { formatElapsed, withProgress } from './progress.ts';

/** Time passes only while `work` asks for it: each sleep that lies before the asked time ends. */
function rehearsal(isTTY: boolean) {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  const written: string[] = [];
  return {
    written,
    options: {
      stream: { isTTY, write: (text: string) => written.push(text) },
      clock: {
        now: () => now,
        monotonic: () => now,
        sleep: async (ms: number, signal?: AbortSignal) =>
          await new Promise<void>((wake, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason as Error));
            sleepers.push({ at: now + ms, wake });
          }),
      },
    },
    async pass(ms: number): Promise<void> {
      const end = now + ms;
      for (let next = sleepers.shift(); next !== undefined && next.at <= end; next = sleepers.shift()) {
        now = next.at;
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
  };
}

const what = { doing: 'Building etcd, once', label: 'go build' };

test('in a file: a line at the start, one each 15 seconds, and one at the end', async () => {
  const { written, options, pass } = rehearsal(false);
  await withProgress(what, () => pass(40_000), options);
  expect(written).toEqual([
    'Building etcd, once\n',
    'go build: 15 s\n',
    'go build: 30 s\n',
    'go build: done in 40 s\n',
  ]);
});

test('on a terminal: one short line, redrawn each second, that says in the end how it ended', async () => {
  const { written, options, pass } = rehearsal(true);
  await withProgress(what, () => pass(2_500), options);
  const erase = '\r\u001B[2K';
  expect(written).toEqual([
    'Building etcd, once\n',
    `${erase}go build: 1 s`,
    `${erase}go build: 2 s`,
    `${erase}go build: done in 3 s\n`,
  ]);
});

test('a failure is told and passed on', async () => {
  const { written, options } = rehearsal(false);
  const failing = withProgress(what, () => Promise.reject(new Error('no space')), options);
  await expect(failing).rejects.toThrow('no space');
  expect(written.at(-1)).toBe('go build: failed after 0 s\n');
});

test.each([
  [400, '0 s'],
  [59_499, '59 s'],
  [60_000, '1 min 0 s'],
  [259_000, '4 min 19 s'],
])('%i ms are %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});
