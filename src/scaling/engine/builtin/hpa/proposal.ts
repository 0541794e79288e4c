import type { Tolerance } from './behavior.ts';
import type { Milli } from './milli.ts';

/** An external metric: what its source says, added up, and what it is measured against. */
export interface Metric {
  readonly name: string;
  readonly type: 'AverageValue' | 'Value';
  readonly usage: Milli;
  /** Above zero. */
  readonly target: Milli;
}

/** Replicas of the workload as the autoscaler sees them. */
export interface Replicas {
  /** What `/scale` asks for. */
  readonly current: number;
  /** What there is, as `/scale` reports. */
  readonly observed: number;
  /** What serves. */
  readonly ready: number;
}

/** A number of replicas, or why there is none. */
export type Proposal =
  | { readonly kind: 'replicas'; readonly replicas: number }
  | { readonly kind: 'error'; readonly metric: string; readonly message: string };

const mostReplicas = 2 ** 31 - 1;

/**
 * How many replicas one metric asks for: the algorithm of HorizontalPodAutoscaler v2 for external metrics, with its
 * tolerance inclusive on both sides. With AverageValue a usage within the tolerance keeps what is observed; with Value it
 * keeps what is asked for. Pods are not looked at: `ready` stands for the pods that a hub does not have. Where nothing is
 * ready although something should, a Value metric is an error, for nothing can be said about the load of one replica.
 */
export function propose(metric: Metric, replicas: Replicas, tolerance: Tolerance): Proposal {
  if (metric.target <= 0n)
    return { kind: 'error', metric: metric.name, message: 'its target is below a thousandth' };
  return metric.type === 'AverageValue'
    ? { kind: 'replicas', replicas: fromAverage(metric, replicas, tolerance) }
    : fromValue(metric, replicas, tolerance);
}

function fromAverage({ usage, target }: Metric, { observed }: Replicas, tolerance: Tolerance): number {
  const ratio = Number(usage) / (Number(target) * observed);
  return isWithin(ratio, tolerance) ? observed : capped(Math.ceil(Number(usage) / Number(target)));
}

function fromValue(
  { name, usage, target }: Metric,
  { current, ready }: Replicas,
  tolerance: Tolerance,
): Proposal {
  const ratio = Number(usage) / Number(target);
  if (current === 0) return { kind: 'replicas', replicas: capped(Math.ceil(ratio)) };
  if (isWithin(ratio, tolerance)) return { kind: 'replicas', replicas: current };
  if (ready === 0)
    return {
      kind: 'error',
      metric: name,
      message: 'no replica is ready on any member, and a Value target needs them',
    };
  return { kind: 'replicas', replicas: capped(Math.ceil(ratio * ready)) };
}

function isWithin(ratio: number, { up, down }: Tolerance): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

function capped(replicas: number): number {
  return Math.min(replicas, mostReplicas);
}
