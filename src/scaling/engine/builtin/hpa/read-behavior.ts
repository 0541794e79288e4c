import { parseQuantity } from '../triggers/values/quantity.ts';
import {
  type Behavior,
  defaultDownscaleStabilizationMs,
  defaultTolerance,
  type Policy,
  type Rules,
  type SelectPolicy,
  type Tolerance,
} from './behavior.ts';

interface GivenPolicy {
  readonly type: string;
  readonly value: number;
  readonly periodSeconds: number;
}

export interface GivenRules {
  readonly policies?: readonly GivenPolicy[] | undefined;
  readonly selectPolicy?: string | undefined;
  readonly stabilizationWindowSeconds?: number | undefined;
  readonly tolerance?: string | number | undefined;
}

/** `advanced.horizontalPodAutoscalerConfig.behavior` as it stands in an object. */
export interface GivenBehavior {
  readonly scaleUp?: GivenRules | undefined;
  readonly scaleDown?: GivenRules | undefined;
}

/** A behavior that no API server would take; the message names the field, the value and what is allowed. */
export class BehaviorError extends Error {
  override readonly name = 'BehaviorError';
}

const longestStabilization = 3_600;
const longestPeriod = 1_800;

/** Fills in the defaults of autoscaling/v2; undefined where nothing is given. Throws BehaviorError. */
export function readBehavior(given: GivenBehavior | undefined): Behavior | undefined {
  if (given === undefined) return undefined;
  return {
    scaleUp: rules('scaleUp', given.scaleUp, {
      stabilizationMs: 0,
      policies: [
        { type: 'Pods', value: 4, periodMs: 15_000 },
        { type: 'Percent', value: 100, periodMs: 15_000 },
      ],
    }),
    scaleDown: rules('scaleDown', given.scaleDown, {
      stabilizationMs: defaultDownscaleStabilizationMs,
      policies: [{ type: 'Percent', value: 100, periodMs: 15_000 }],
    }),
  };
}

/** Each direction has its own tolerance, 0.1 where none is given. Throws BehaviorError. */
export function readTolerance(given: GivenBehavior | undefined): Tolerance {
  return {
    up: tolerance('scaleUp', given?.scaleUp) ?? defaultTolerance.up,
    down: tolerance('scaleDown', given?.scaleDown) ?? defaultTolerance.down,
  };
}

function rules(
  direction: string,
  given: GivenRules | undefined,
  defaults: Omit<Rules, 'selectPolicy'>,
): Rules {
  const window = given?.stabilizationWindowSeconds;
  if (window !== undefined && !(window >= 0 && window <= longestStabilization))
    throw refused(
      direction,
      'stabilizationWindowSeconds',
      window,
      `must be from 0 to ${longestStabilization}`,
    );
  const policies = given?.policies?.map((policy, index) =>
    policyOf(`${direction}.policies[${index}]`, policy),
  );
  if (policies?.length === 0) throw refused(direction, 'policies', '[]', 'must have one at least');
  return {
    stabilizationMs: window === undefined ? defaults.stabilizationMs : window * 1_000,
    selectPolicy: selectPolicy(direction, given?.selectPolicy),
    policies: policies ?? defaults.policies,
  };
}

function policyOf(place: string, { type, value, periodSeconds }: GivenPolicy): Policy {
  if (type !== 'Pods' && type !== 'Percent') throw refused(place, 'type', type, 'must be Pods or Percent');
  if (!(value > 0)) throw refused(place, 'value', value, 'must be above 0');
  if (!(periodSeconds >= 1 && periodSeconds <= longestPeriod))
    throw refused(place, 'periodSeconds', periodSeconds, `must be from 1 to ${longestPeriod}`);
  return { type, value, periodMs: periodSeconds * 1_000 };
}

function selectPolicy(direction: string, given: string | undefined): SelectPolicy {
  if (given === undefined) return 'Max';
  if (given === 'Max' || given === 'Min' || given === 'Disabled') return given;
  throw refused(direction, 'selectPolicy', given, 'must be Max, Min or Disabled');
}

function tolerance(direction: string, given: GivenRules | undefined): number | undefined {
  if (given?.tolerance === undefined) return undefined;
  const value = parseQuantity(String(given.tolerance));
  if (value === undefined || value < 0)
    throw refused(direction, 'tolerance', given.tolerance, 'must be a number from 0, such as 0.05');
  return value;
}

function refused(place: string, field: string, value: string | number, remedy: string): BehaviorError {
  return new BehaviorError(
    `advanced.horizontalPodAutoscalerConfig.behavior.${place}.${field} is '${value}': ${remedy}`,
  );
}
