import type { DistributedScaledObject } from '../../../../api/index.ts';
import type { Expression } from '../formula/expression.ts';
import { FormulaError } from '../formula/formula-error.ts';
import { parseFormula } from '../formula/parse-formula.ts';
import type { Behavior, Tolerance } from '../hpa/behavior.ts';
import { isTarget, targetRemedy } from '../triggers/target.ts';
import { BehaviorError, readBehavior, readTolerance } from '../hpa/read-behavior.ts';

export type ScaledObjectSpec = DistributedScaledObject['spec']['scaledObjectSpec'];

export type FallbackBehavior =
  | 'static'
  | 'currentReplicas'
  | 'currentReplicasIfHigher'
  | 'currentReplicasIfLower'
  | 'scalingModifiers';

export interface Fallback {
  /** Failures in a row that are put up with. */
  readonly failureThreshold: number;
  readonly replicas: number;
  readonly behavior: FallbackBehavior;
}

export interface Modifiers {
  readonly formula: Expression;
  readonly target: number;
  readonly activationTarget: number;
  readonly metricType: 'AverageValue' | 'Value';
}

/** How one object is to be scaled, with KEDA's defaults filled in. Times are milliseconds. */
export interface Settings {
  readonly pollingMs: number;
  readonly cooldownMs: number;
  readonly initialCooldownMs: number;
  readonly idle: number | undefined;
  /** 0 where it may be scaled to zero. */
  readonly min: number;
  readonly max: number;
  readonly fallback: Fallback | undefined;
  readonly modifiers: Modifiers | undefined;
  readonly behavior: Behavior | undefined;
  readonly tolerance: Tolerance;
}

/** A spec that KEDA would refuse as well; the message names field, value and remedy. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const defaults = { pollingSeconds: 30, cooldownSeconds: 300, max: 100 };

/** Reads `spec.scaledObjectSpec`, apart from what each trigger says. Throws SettingsError. */
export function readSettings(spec: ScaledObjectSpec): Settings {
  const bounds = boundsOf(spec);
  const names = triggerNames(spec);
  const given = spec.advanced?.horizontalPodAutoscalerConfig?.behavior;
  try {
    const modifiers = modifiersOf(spec, names);
    return {
      ...bounds,
      pollingMs: (spec.pollingInterval ?? defaults.pollingSeconds) * 1_000,
      cooldownMs: (spec.cooldownPeriod ?? defaults.cooldownSeconds) * 1_000,
      initialCooldownMs: (spec.initialCooldownPeriod ?? 0) * 1_000,
      fallback: fallbackOf(spec, modifiers),
      modifiers,
      behavior: readBehavior(given),
      tolerance: readTolerance(given),
    };
  } catch (error) {
    if (error instanceof BehaviorError)
      throw new SettingsError(`spec.scaledObjectSpec.${error.message}`, { cause: error });
    throw error;
  }
}

function boundsOf(spec: ScaledObjectSpec): Pick<Settings, 'idle' | 'min' | 'max'> {
  const min = spec.minReplicaCount ?? 0;
  const max = spec.maxReplicaCount ?? defaults.max;
  const idle = spec.idleReplicaCount;
  const least = spec.minReplicaCount === undefined ? 0 : Math.max(min, 1);
  if (least > max)
    throw refused('minReplicaCount', min, `must not be above maxReplicaCount, which is ${max}`);
  if (idle !== undefined && idle >= least)
    throw refused(
      'idleReplicaCount',
      idle,
      `must be below minReplicaCount, which is ${spec.minReplicaCount ?? 'not set'}`,
    );
  return { idle, min, max };
}

function triggerNames(spec: ScaledObjectSpec): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [index, { name }] of spec.triggers.entries()) {
    if (name === undefined || name === '') continue;
    if (names.has(name))
      throw refused(`triggers[${index}].name`, name, 'another trigger has it; names must differ');
    names.add(name);
  }
  return names;
}

function modifiersOf(spec: ScaledObjectSpec, names: ReadonlySet<string>): Modifiers | undefined {
  const given = spec.advanced?.scalingModifiers;
  if (given === undefined || ((given.formula ?? '') === '' && (given.target ?? '') === '')) return undefined;
  const place = 'advanced.scalingModifiers';
  if ((given.formula ?? '') === '') throw refused(`${place}.formula`, '', 'must be set, as the target is');
  const target = numberOf(`${place}.target`, given.target ?? '');
  if (!isTarget(target)) throw refused(`${place}.target`, given.target ?? '', targetRemedy);
  const formula = given.formula ?? '';
  try {
    return {
      formula: parseFormula(formula, names),
      target,
      activationTarget:
        (given.activationTarget ?? '') === ''
          ? 0
          : numberOf(`${place}.activationTarget`, given.activationTarget ?? ''),
      metricType: given.metricType ?? 'AverageValue',
    };
  } catch (error) {
    if (error instanceof FormulaError) throw refused(`${place}.formula`, formula, error.message);
    throw error;
  }
}

/** With modifiers a fallback needs a whole target. KEDA silently has none otherwise; here that is told. */
function fallbackOf(spec: ScaledObjectSpec, modifiers: Modifiers | undefined): Fallback | undefined {
  const given = spec.fallback;
  if (given === undefined) return undefined;
  const behavior = given.behavior ?? 'static';
  if (behavior === 'scalingModifiers' && modifiers === undefined)
    throw refused('fallback.behavior', behavior, 'needs advanced.scalingModifiers.formula');
  if (modifiers !== undefined && !Number.isInteger(modifiers.target))
    throw refused(
      'advanced.scalingModifiers.target',
      modifiers.target,
      'must be a whole number where there is a fallback',
    );
  return { failureThreshold: given.failureThreshold, replicas: given.replicas, behavior };
}

function numberOf(field: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw refused(field, text, 'must be a number');
  return value;
}

function refused(field: string, value: string | number, remedy: string): SettingsError {
  return new SettingsError(`spec.scaledObjectSpec.${field} is '${value}': ${remedy}`);
}
