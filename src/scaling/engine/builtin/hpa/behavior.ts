/** One policy of a direction: at most so many pods, or per cent of them, in a period. */
export interface Policy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodMs: number;
}

/** Which of the policies counts; `Disabled` forbids the direction. */
export type SelectPolicy = 'Max' | 'Min' | 'Disabled';

export interface Rules {
  readonly stabilizationMs: number;
  readonly selectPolicy: SelectPolicy;
  readonly policies: readonly Policy[];
}

/** `behavior` of a HorizontalPodAutoscaler with its defaults filled in, in both directions. */
export interface Behavior {
  readonly scaleUp: Rules;
  readonly scaleDown: Rules;
}

/** How far usage may be off before anything is scaled, as a part of the target. */
export interface Tolerance {
  readonly up: number;
  readonly down: number;
}

/** As kube-controller-manager has them by default. */
export const defaultTolerance: Tolerance = { up: 0.1, down: 0.1 };
export const defaultDownscaleStabilizationMs = 300_000;

/** The longest period of any policy: older scale events mean nothing. */
export function longestPeriodMs({ scaleUp, scaleDown }: Behavior): number {
  return Math.max(0, ...[...scaleUp.policies, ...scaleDown.policies].map(({ periodMs }) => periodMs));
}
