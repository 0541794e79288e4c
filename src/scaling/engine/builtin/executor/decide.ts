import type { Verdict } from '../../scaling-engine.ts';
import type { Directives } from './directives.ts';
import type { Settings } from './settings.ts';

export interface DecisionInput {
  readonly settings: Settings;
  readonly directives: Directives;
  readonly current: number;
  readonly isActive: boolean;
  readonly isError: boolean;
  /** The first failure, in words. */
  readonly problem: string | undefined;
  /** Milliseconds since 1970; undefined: never since the object exists. */
  readonly lastActiveAt: number | undefined;
  readonly createdAt: number;
  readonly now: number;
}

/** What is to be done between zero and the least number; the rest is for the autoscaler. */
export interface Decision {
  /** What `/scale` must say; undefined: nothing is to be written. */
  readonly write: number | undefined;
  /** To be remembered once what is written is written. */
  readonly lastActiveAt: number | undefined;
  readonly ready: Verdict;
  readonly active: Verdict;
}

/** The order in which KEDA decides about one object. Pure; a failing trigger never makes anything smaller. */
export function decide(input: DecisionInput): Decision {
  const { settings, directives, isActive, isError, now } = input;
  if (directives.paused !== undefined) return whilePaused(directives.paused.replicas, input);
  if (isActive || directives.isActivationForced) return whileActive(input, now);
  const active: Verdict = {
    status: 'False',
    reason: 'ScalerNotActive',
    message: 'Scaling is not performed because triggers are not active',
  };
  // KEDA goes on towards zero here where the fallback is zero replicas. What is not known makes nothing smaller with us.
  if (isError && settings.fallback !== undefined) return { ...held(input), ready: partial(input), active };
  if (isError)
    return {
      ...held(input),
      active,
      ready: {
        status: 'False',
        reason: 'TriggerError',
        message: `Triggers defined in the object are not working correctly; the total stays: ${input.problem ?? ''}`,
      },
    };
  return whileInactive(input, active);
}

const allWell: Verdict = {
  status: 'True',
  reason: 'ScaledObjectReady',
  message: 'Triggers are evaluated and the total follows them',
};

type Rest = Pick<Decision, 'write' | 'lastActiveAt'>;

function held({ lastActiveAt }: DecisionInput): Rest {
  return { write: undefined, lastActiveAt };
}

function whilePaused(replicas: number | undefined, input: DecisionInput): Decision {
  return {
    ...held(input),
    write: replicas === input.current ? undefined : replicas,
    ready: { ...allWell, message: 'Scaling is paused' },
    active: {
      status: 'Unknown',
      reason: 'UnknownState',
      message: 'Triggers are not evaluated while scaling is paused',
    },
  };
}

function whileActive(input: DecisionInput, now: number): Decision {
  const { settings, directives, current, isError } = input;
  const active: Verdict = {
    status: 'True',
    reason: 'ScalerActive',
    message: 'Scaling is performed because triggers are active',
  };
  if ((settings.idle !== undefined && current < settings.min) || current === 0) {
    const decision = { active, ready: isError ? partial(input) : allWell };
    return directives.isScaleOutPaused
      ? { ...held(input), ...decision }
      : { write: Math.max(settings.min, 1), lastActiveAt: now, ...decision };
  }
  return isError
    ? { ...held(input), active, ready: partial(input) }
    : { write: undefined, lastActiveAt: now, active, ready: allWell };
}

function whileInactive(input: DecisionInput, active: Verdict): Decision {
  const { settings, directives, current } = input;
  const { idle, min } = settings;
  const decision = { ...held(input), ready: allWell, active };
  if (isAboveRest(settings, current)) {
    if (directives.isScaleInPaused) return decision;
    if (isCooledDown(input)) return { ...decision, write: idle ?? min };
    return {
      ...decision,
      active: {
        status: 'False',
        reason: 'ScalerCooldown',
        message: 'Scaling down is delayed until the cooldown has passed',
      },
    };
  }
  return idle === undefined && current < min ? { ...decision, write: min } : decision;
}

/** Whether the total is more than what it comes to without demand, by an activation that ends. */
export function isAboveRest({ idle, min }: Pick<Settings, 'idle' | 'min'>, current: number): boolean {
  return (idle !== undefined && current > idle) || (current > 0 && min === 0);
}

/** Whether it may go to rest, as far as the time is concerned. */
export function isCooledDown({
  settings,
  lastActiveAt,
  createdAt,
  now,
}: Pick<DecisionInput, 'settings' | 'lastActiveAt' | 'createdAt' | 'now'>): boolean {
  return lastActiveAt === undefined
    ? now > createdAt + settings.initialCooldownMs
    : now > lastActiveAt + settings.cooldownMs;
}

function partial({ problem }: DecisionInput): Verdict {
  return {
    status: 'Unknown',
    reason: 'PartialTriggerError',
    message: `Some triggers defined in the object are not working correctly: ${problem ?? ''}`,
  };
}
