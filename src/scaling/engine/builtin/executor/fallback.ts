import { milliOf } from '../hpa/milli.ts';
import type { Metric, Replicas } from '../hpa/proposal.ts';
import type { Fallback } from './settings.ts';

/** Failures in a row of each metric. Kept only where there is a fallback. */
export type Health = ReadonlyMap<string, number>;

export const noHealth: Health = new Map();

/** How many replicas the fallback asks for; undefined where it leaves that to the formula. */
export function fallbackReplicas({ behavior, replicas }: Fallback, current: number): number | undefined {
  switch (behavior) {
    case 'static':
      return replicas;
    case 'currentReplicas':
      return current;
    case 'currentReplicasIfHigher':
      return Math.max(current, replicas);
    case 'currentReplicasIfLower':
      return Math.min(current, replicas);
    case 'scalingModifiers':
      return undefined;
  }
}

/** The usage that makes an autoscaler come to `wanted` replicas; undefined where a Value target has no ready replica. */
export function usageFor(
  { name, type, target }: Pick<Metric, 'name' | 'type'> & { readonly target: number },
  wanted: number,
  { ready }: Pick<Replicas, 'ready'>,
): Metric | undefined {
  if (type === 'Value' && ready === 0) return undefined;
  const usage = type === 'Value' ? (target * wanted) / ready : target * wanted;
  return { name, type, usage: milliOf(usage), target: milliOf(target) };
}
