import {
  type Behavior,
  defaultDownscaleStabilizationMs,
  longestPeriodMs,
  type Tolerance,
} from './behavior.ts';
import { combine } from './combine.ts';
import { type History, withEvent, withRecommendation } from './history.ts';
import { type Bounds, type LimitReason, normalise } from './normalise.ts';
import { normaliseWithBehavior } from './normalise-with-behavior.ts';
import { type Metric, type Proposal, propose, type Replicas } from './proposal.ts';

/** A metric as it was read, or why it could not be. */
export type MetricReading = Metric | { readonly name: string; readonly error: string };

export interface SyncInput {
  readonly metrics: readonly MetricReading[];
  readonly replicas: Replicas;
  /** `min` is at least 1: zero is not for an autoscaler to decide. */
  readonly bounds: Bounds;
  readonly behavior: Behavior | undefined;
  readonly tolerance: Tolerance;
}

/** What one pass of the autoscaler comes to. */
export type SyncResult = { readonly history: History } & (
  | { readonly kind: 'replicas'; readonly replicas: number; readonly reason: LimitReason }
  /** At zero, which only an activation leaves. */
  | { readonly kind: 'disabled' }
  /** Metrics fail: everything stays as it is. */
  | { readonly kind: 'error'; readonly message: string }
);

/** One pass of HorizontalPodAutoscaler v2. Pure: the history goes in and comes out, `now` is in milliseconds since 1970. */
export function sync(input: SyncInput, before: History, now: number): SyncResult {
  const { replicas, bounds, behavior } = input;
  const { current } = replicas;
  // The first number that is seen counts as asked for, so that a start never shrinks anything at once.
  const history =
    before.recommendations.length > 0
      ? before
      : { ...before, recommendations: [{ at: now, replicas: current }] };
  if (current === 0) return { kind: 'disabled', history };
  // Beyond the bounds nothing is asked and nothing slowed down.
  if (current > bounds.max)
    return { kind: 'replicas', replicas: bounds.max, reason: 'TooManyReplicas', history };
  if (current < bounds.min)
    return { kind: 'replicas', replicas: bounds.min, reason: 'TooFewReplicas', history };
  const combined = combine(
    input.metrics.map((metric) => proposalOf(metric, replicas, input.tolerance)),
    current,
  );
  if (combined.kind === 'error') return { ...combined, history };
  const desired = combined.replicas;
  const normalised =
    behavior === undefined
      ? normalise(desired, current, bounds, history.recommendations, now)
      : normaliseWithBehavior(desired, current, bounds, behavior, history, now);
  const windowMs = Math.max(
    behavior?.scaleUp.stabilizationMs ?? 0,
    behavior?.scaleDown.stabilizationMs ?? defaultDownscaleStabilizationMs,
  );
  return {
    kind: 'replicas',
    ...normalised,
    history: {
      recommendations: withRecommendation(history.recommendations, desired, windowMs, now),
      events: history.events,
    },
  };
}

/** The history after the result of `sync` was written. */
export function rescaled(
  history: History,
  behavior: Behavior | undefined,
  change: number,
  now: number,
): History {
  return behavior === undefined ? history : withEvent(history, change, longestPeriodMs(behavior), now);
}

function proposalOf(metric: MetricReading, replicas: Replicas, tolerance: Tolerance): Proposal {
  return 'error' in metric
    ? { kind: 'error', metric: metric.name, message: metric.error }
    : propose(metric, replicas, tolerance);
}
