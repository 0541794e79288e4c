import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchPings } from './ping-watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const timing = { pingIntervalMs: 1_000, pongTimeoutMs: 500 };

/** A session whose server answers every PING while `answers` is true. */
function fake(): { session: ClientHttp2Session; socket: Socket; state: { answers: boolean; pings: number } } {
  const state = { answers: true, pings: 0 };
  const socket = { bytesRead: 0 };
  const session = {
    destroyed: false,
    ping: (onPong: (error: Error | null) => void) => {
      state.pings++;
      const answer = (): void => {
        socket.bytesRead += 17;
        onPong(null);
      };
      if (state.answers) setTimeout(answer, 100);
      return true;
    },
  };
  return { session: session as unknown as ClientHttp2Session, socket: socket as Socket, state };
}

test('a server that answers is left alone', async () => {
  const { session, socket, state } = fake();
  const onDead = vi.fn<() => void>();
  const stop = watchPings(session, socket, timing, onDead);
  await vi.advanceTimersByTimeAsync(60_200);
  expect(state.pings).toBeGreaterThanOrEqual(30);
  expect(onDead).not.toHaveBeenCalled();
  stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('a server that falls silent is dead after interval and timeout, once', async () => {
  const { session, socket, state } = fake();
  const onDead = vi.fn<() => void>();
  watchPings(session, socket, timing, onDead);
  await vi.advanceTimersByTimeAsync(10_000);
  state.answers = false;
  await vi.advanceTimersByTimeAsync(1_600);
  expect(onDead).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onDead).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('every PONG is told', async () => {
  const { session, socket, state } = fake();
  const onPong = vi.fn<() => void>();
  const stop = watchPings(session, socket, { ...timing, onPong }, () => undefined);
  await vi.advanceTimersByTimeAsync(10_500);
  expect(onPong).toHaveBeenCalledTimes(10);
  expect(state.pings).toBe(10);
  stop();
});

test('bytes of any kind are a sign of life', async () => {
  const { session, socket, state } = fake();
  state.answers = false;
  const onDead = vi.fn<() => void>();
  const data = setInterval(() => ((socket as { bytesRead: number }).bytesRead += 1), 400);
  const stop = watchPings(session, socket, timing, onDead);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onDead).not.toHaveBeenCalled();
  stop();
  clearInterval(data);
});

test('a timer that comes late gives the server another chance: this process was stopped or busy', async () => {
  const { session, socket, state } = fake();
  state.answers = false;
  const onDead = vi.fn<() => void>();
  const now = vi.spyOn(performance, 'now');
  const stop = watchPings(session, socket, timing, onDead);
  await vi.advanceTimersByTimeAsync(1_000);
  const real = performance.now();
  now.mockReturnValue(real + 60_000);
  await vi.advanceTimersByTimeAsync(500);
  expect(onDead).not.toHaveBeenCalled();
  now.mockRestore();
  stop();
});

test('a session that ended by itself is not pinged', async () => {
  const { session, socket, state } = fake();
  (session as { destroyed: boolean }).destroyed = true;
  const onDead = vi.fn<() => void>();
  const stop = watchPings(session, socket, timing, onDead);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(state.pings).toBe(0);
  expect(onDead).not.toHaveBeenCalled();
  stop();
});
