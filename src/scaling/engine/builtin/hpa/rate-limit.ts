import type { Policy, Rules } from './behavior.ts';
import type { ScaleEvent } from './history.ts';

/** The most that policies let a workload grow to now, not below what there is. */
export function upperLimit(
  current: number,
  { selectPolicy, policies }: Rules,
  events: readonly ScaleEvent[],
  now: number,
): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map((policy) => {
    const start = startOf(policy, current, events, now);
    return policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
  });
  const limit = selectPolicy === 'Max' ? Math.max(...limits) : Math.min(...limits);
  return Math.max(limit, current);
}

/** The least that policies let it shrink to now, not above what there is. */
export function lowerLimit(
  current: number,
  { selectPolicy, policies }: Rules,
  events: readonly ScaleEvent[],
  now: number,
): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map((policy) => {
    const start = startOf(policy, current, events, now);
    return policy.type === 'Pods' ? start - policy.value : Math.trunc(start * (1 - policy.value / 100));
  });
  const limit = selectPolicy === 'Max' ? Math.min(...limits) : Math.max(...limits);
  return Math.min(limit, current);
}

/** How many there were when the policy's period began. */
function startOf({ periodMs }: Policy, current: number, events: readonly ScaleEvent[], now: number): number {
  const changes = events.filter(({ at }) => at > now - periodMs).map(({ change }) => change);
  return current - changes.reduce((sum, change) => sum + change, 0);
}
