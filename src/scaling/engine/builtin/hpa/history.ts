/** What an autoscaler asked for before its rules were applied. */
export interface Recommendation {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly replicas: number;
}

/** A change that was written. */
export interface ScaleEvent {
  readonly at: number;
  /** Replicas added, or removed where it is below zero. */
  readonly change: number;
}

/** What an autoscaler remembers from one decision to the next. */
export interface History {
  readonly recommendations: readonly Recommendation[];
  /** Kept only where a behavior is given. */
  readonly events: readonly ScaleEvent[];
}

export const noHistory: History = { recommendations: [], events: [] };

/** Adds one and drops those that no window reaches any more. */
export function withRecommendation(
  recommendations: readonly Recommendation[],
  replicas: number,
  windowMs: number,
  now: number,
): readonly Recommendation[] {
  return [...recommendations.filter(({ at }) => at >= now - windowMs), { at: now, replicas }];
}

/** After a change was written. */
export function withEvent(
  { recommendations, events }: History,
  change: number,
  periodMs: number,
  now: number,
): History {
  return {
    recommendations,
    events: [...events.filter(({ at }) => at >= now - periodMs), { at: now, change }],
  };
}
