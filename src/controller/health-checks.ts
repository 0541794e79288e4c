import type { Clock } from '../kube/index.ts';
import type { EventLoopMonitor } from './event-loop-monitor.ts';
import type { HealthCheck } from './health.ts';

/** What a reflector shows of itself. */
export interface WatchSigns {
  /** Monotonic milliseconds of the last event, bookmark, list or opening. */
  readonly lastActivityAt: number;
  /** True once the first list is complete. */
  readonly synced: boolean;
  /** A watch is open now. */
  readonly open: boolean;
}

/** Fails while every one of the last turns of the event loop was late by more than `limitMs`; a single pause is none. */
export function eventLoopRuns(monitor: Pick<EventLoopMonitor, 'leastDelayMs'>, limitMs: number): HealthCheck {
  return () =>
    monitor.leastDelayMs > limitMs
      ? `the event loop is late by ${seconds(monitor.leastDelayMs)} again and again`
      : undefined;
}

/** Fails when leader election has not come round for `limitMs`: the lease may be lost without anybody noticing. */
export function leaderLoopRuns(buckets: { readonly idleMs: number }, limitMs: number): HealthCheck {
  return () =>
    buckets.idleMs > limitMs
      ? `leader election has not come round for ${seconds(buckets.idleMs)}`
      : undefined;
}

/** Fails when a reconcile goes on for longer than `limitMs`, deaf to its deadline: its key would wait for ever. */
export function reconcilesEnd(
  controller: { readonly name: string; readonly longestRunMs: number },
  limitMs: number,
): HealthCheck {
  return () =>
    controller.longestRunMs > limitMs
      ? `a reconcile of controller ${controller.name} has been running for ${seconds(controller.longestRunMs)}`
      : undefined;
}

/** Fails until it is so. `what` is whom the process waits for. */
export function reached(what: string, isReached: () => boolean): HealthCheck {
  return () => (isReached() ? undefined : `${what} has not been reached yet`);
}

type LivingWatch = Pick<WatchSigns, 'lastActivityAt'>;

/** Fails when a watch has given no sign of life for `limitMs`. A watch that comes and goes is given by a function. */
export function watchLives(
  watch: LivingWatch | (() => LivingWatch | undefined),
  clock: Clock,
  limitMs: number,
): HealthCheck {
  return () => {
    const current = typeof watch === 'function' ? watch() : watch;
    if (current === undefined) return undefined;
    const silentMs = clock.monotonic() - current.lastActivityAt;
    return silentMs > limitMs ? `the watch has been silent for ${seconds(silentMs)}` : undefined;
  };
}

/**
 * Fails when a watch broke off and could not be opened again for `limitMs`: its server is away, and what is known grows
 * old. Sooner than by silence alone, which may be that of a quiet server.
 */
export function watchReturns(
  watch: () => Pick<WatchSigns, 'lastActivityAt' | 'open'> | undefined,
  clock: Clock,
  limitMs: number,
): HealthCheck {
  return () => {
    const { open, lastActivityAt } = watch() ?? { open: true, lastActivityAt: 0 };
    const silentMs = clock.monotonic() - lastActivityAt;
    return !open && silentMs > limitMs
      ? `the watch broke off and cannot be opened again; the last sign of it is ${seconds(silentMs)} old`
      : undefined;
  };
}

/** Fails until the first list of a watch is complete. */
export function watchSynced(watch: Pick<WatchSigns, 'synced'>): HealthCheck {
  return () => (watch.synced ? undefined : 'the first list is not complete');
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
