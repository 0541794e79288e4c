import { getEventListeners } from 'node:events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { PauseTooLong, RequestLimiter, type RequestLimits } from './request-limiter.ts';

const { signal } = new AbortController();

function limited(limits: Partial<RequestLimits>): {
  readonly clock: ManualClock;
  readonly limiter: RequestLimiter;
} {
  const clock = new ManualClock();
  const all = { requestsPerSecond: 10, burst: 5, inFlight: 100, ...limits };
  return { clock, limiter: new RequestLimiter(all, clock) };
}

/** Starts so many requests and notes which have begun. */
function begin(
  limiter: RequestLimiter,
  count: number,
  each = signal,
): { begun: number[]; releases: (() => void)[] } {
  const begun: number[] = [];
  const releases: (() => void)[] = [];
  for (let i = 0; i < count; i++) {
    limiter.acquire(each).then(
      (release) => {
        begun.push(i);
        releases.push(release);
      },
      () => undefined,
    );
  }
  return { begun, releases };
}

test('a burst starts at once, the rest at the given rate, in the order they came', async () => {
  const { clock, limiter } = limited({});
  const { begun } = begin(limiter, 8);
  await clock.advance(0);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  await clock.advance(99);
  expect(begun).toHaveLength(5);
  await clock.advance(1);
  expect(begun).toHaveLength(6);
  await clock.advance(200);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(clock.sleeping).toBe(0);
});

test('nobody overtakes those who wait, even where their timer is late', async () => {
  const { clock, limiter } = limited({ burst: 1 });
  const { begun } = begin(limiter, 2);
  await clock.advance(0);
  clock.lag(150);
  const late = begin(limiter, 1);
  await clock.advance(0);
  expect([begun, late.begun]).toEqual([[0, 1], []]);
});

test('no more than allowed are under way; whoever ends lets the next one start, once', async () => {
  const { clock, limiter } = limited({ burst: 100, inFlight: 2 });
  const { begun, releases } = begin(limiter, 5);
  await clock.advance(0);
  expect(begun).toEqual([0, 1]);
  releases[0]?.();
  releases[0]?.();
  await clock.advance(0);
  expect(begun).toEqual([0, 1, 2]);
});

test('a pause holds everything, a shorter one does not shorten it, and afterwards all goes on', async () => {
  const { clock, limiter } = limited({});
  limiter.pause(3_000);
  limiter.pause(1_000);
  const { begun } = begin(limiter, 2);
  await clock.advance(2_999);
  expect(begun).toEqual([]);
  await clock.advance(2);
  expect(begun).toEqual([0, 1]);
});

test('a pause that begins while requests wait for a token holds them too', async () => {
  const { clock, limiter } = limited({ burst: 1 });
  const { begun } = begin(limiter, 2);
  await clock.advance(50);
  limiter.pause(1_000);
  await clock.advance(900);
  expect(begun).toEqual([0]);
  await clock.advance(101);
  expect(begun).toEqual([0, 1]);
});

test('a pause beyond somebody’s patience fails him at once, and nobody else', async () => {
  const { clock, limiter } = limited({ burst: 1 });
  await limiter.acquire(signal);
  const hasty = limiter.acquire(signal, 500);
  const patient = limiter.acquire(signal, 5_000);
  limiter.pause(1_000);
  await expect(hasty).rejects.toThrow(new PauseTooLong(1_000));
  await expect(limiter.acquire(signal, 999)).rejects.toMatchObject({ remainingMs: 1_000 });
  await clock.advance(1_000);
  await expect(patient).resolves.toBeTypeOf('function');
});

test('whoever gives up leaves the line; those behind move up, and no timer and no listener stays', async () => {
  const { clock, limiter } = limited({ burst: 1 });
  const controller = new AbortController();
  const staying = new AbortController();
  const first = begin(limiter, 1, staying.signal);
  const leaving = limiter.acquire(controller.signal);
  const behind = begin(limiter, 1, staying.signal);
  controller.abort('enough');
  await expect(leaving).rejects.toBe('enough');
  await clock.advance(100);
  expect([first.begun, behind.begun]).toEqual([[0], [0]]);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  expect(getEventListeners(staying.signal, 'abort')).toEqual([]);
});

test('when the last one in the line gives up, the limiter sleeps no more', async () => {
  const { clock, limiter } = limited({ burst: 1 });
  await limiter.acquire(signal);
  const controller = new AbortController();
  const leaving = limiter.acquire(controller.signal);
  await clock.advance(0);
  expect(clock.sleeping).toBe(1);
  controller.abort('enough');
  await expect(leaving).rejects.toBe('enough');
  expect(clock.sleeping).toBe(0);
  const next = begin(limiter, 1);
  await clock.advance(100);
  expect(next.begun).toEqual([0]);
});

test('nobody joins the line under a signal that is aborted already', async () => {
  const { limiter } = limited({});
  await expect(limiter.acquire(AbortSignal.abort('enough'))).rejects.toBe('enough');
});

test('closing fails all who wait and all who come', async () => {
  const { clock, limiter } = limited({ burst: 1 });
  await limiter.acquire(signal);
  const waiting = limiter.acquire(signal);
  const reason = new Error('closed');
  limiter.close(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(limiter.acquire(signal)).rejects.toBe(reason);
  expect(clock.sleeping).toBe(0);
});

test('whatever comes, leaves and pauses: limits hold, order holds, and everybody who stays gets his turn', async () => {
  const actions = fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('acquire' as const) }),
      fc.record({ do: fc.constant('release' as const) }),
      fc.record({ do: fc.constant('abort' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('pause' as const), ms: fc.integer({ min: 0, max: 500 }) }),
      fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 400 }) }),
    ),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(actions, async (sequence) => {
      const limits = { requestsPerSecond: 10, burst: 3, inFlight: 4 };
      const { clock, limiter } = limited(limits);
      const begun: number[] = [];
      const releases: (() => void)[] = [];
      const controllers: AbortController[] = [];
      for (const action of sequence) {
        if (action.do === 'acquire') {
          const id = controllers.length;
          const controller = new AbortController();
          controllers.push(controller);
          limiter.acquire(controller.signal).then(
            (release) => {
              begun.push(id);
              releases.push(release);
            },
            () => undefined,
          );
        }
        if (action.do === 'release') releases.shift()?.();
        if (action.do === 'abort' && controllers.length > 0)
          controllers[action.which % controllers.length]?.abort('left');
        if (action.do === 'pause') limiter.pause(action.ms);
        await clock.advance(action.do === 'advance' ? action.ms : 0);
        expect(releases.length).toBeLessThanOrEqual(limits.inFlight);
        expect(begun.length).toBeLessThanOrEqual(
          limits.burst + (clock.monotonic() / 1000) * limits.requestsPerSecond + 1e-6,
        );
      }
      for (let i = 0; i < controllers.length; i++) {
        for (const release of releases.splice(0)) release();
        await clock.advance(600);
      }
      expect(begun).toEqual(begun.toSorted((a, b) => a - b));
      const staying = controllers.flatMap(({ signal: { aborted } }, id) => (aborted ? [] : [id]));
      expect(begun).toEqual(expect.arrayContaining(staying));
      expect(clock.sleeping).toBe(0);
    }),
    { numRuns: 60 },
  );
});
