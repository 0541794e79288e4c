import type { Clock } from '../../kube/index.ts';

/**
 * What plans of one process take for now: the wall clock as it was at first, and no jump of it since, so that a clock that
 * is set ends no grace period and begins none anew. Milliseconds since 1970.
 */
export function steadyTime(clock: Pick<Clock, 'now' | 'monotonic'>): () => number {
  const began = { wall: clock.now(), monotonic: clock.monotonic() };
  return () => began.wall + Math.round(clock.monotonic() - began.monotonic);
}
