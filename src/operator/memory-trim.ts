import { Session } from 'node:inspector/promises';
import { performance } from 'node:perf_hooks';
import type { Clock } from '../kube/index.ts';

export interface HeapReading {
  /** Bytes in use, garbage included. */
  readonly used: number;
  /** Bytes in use after the last collection that was asked for; undefined before the first. */
  readonly afterLast: number | undefined;
  /** The part of the time since the last reading in which the event loop was busy, 0 to 1. */
  readonly busy: number;
}

const everyMs = 10_000;
/** Above this a collection would come in the way of work. */
const mostBusy = 0.05;
const leastBytes = 8 << 20;

/** Much of the heap must be garbage by all appearance, and nobody at work who would wait for the collection. */
export function isWorthCollecting({ used, afterLast = 0, busy }: HeapReading): boolean {
  return busy <= mostBusy && used - afterLast >= Math.max(leastBytes, afterLast * 0.3);
}

/**
 * Gives memory back after a burst of work. V8 collects when it allocates: a process that has installed a fleet and then
 * waits for weeks would keep all that the installations left behind.
 */
export async function trimMemory(clock: Clock, signal: AbortSignal): Promise<void> {
  let afterLast: number | undefined;
  let before = performance.eventLoopUtilization();
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal).catch(() => undefined);
    const now = performance.eventLoopUtilization();
    const { utilization: busy } = performance.eventLoopUtilization(now, before);
    before = now;
    if (signal.aborted || !isWorthCollecting({ used: bytesInUse(), afterLast, busy })) continue;
    await collectGarbage();
    afterLast = bytesInUse();
  }
}

function bytesInUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A full collection, by the only way that needs no flag of the process. */
async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
