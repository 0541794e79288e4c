/** What came of reading one metric of a trigger. */
export interface Measurement {
  /** As in the autoscaler: `s0-…`. */
  readonly metricName: string;
  /** Name of the trigger, for formulas. */
  readonly triggerName: string | undefined;
  readonly metricType: 'AverageValue' | 'Value';
  /** Above zero, but for a formula of modifiers that knows its own; undefined while nobody has said it yet. */
  readonly target: number | undefined;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly kind: 'value'; readonly value: number; readonly isActive: boolean }
  /** The message names the trigger; never a credential or what a server answered. */
  | { readonly kind: 'error'; readonly message: string };
