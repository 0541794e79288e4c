import type { Clock } from '../../src/kube/index.ts';
import { systemClock } from '../../src/kube/index.ts';

/** A clock on which `factor` seconds pass in one: waits of real code keep their proportions and tests their patience. */
export function hurriedClock(factor: number): Clock {
  const startedAt = systemClock.monotonic();
  const monotonic = (): number => (systemClock.monotonic() - startedAt) * factor;
  const epoch = systemClock.now();
  return {
    now: () => epoch + monotonic(),
    monotonic,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}
