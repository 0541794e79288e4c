import { evaluate } from '../formula/evaluate.ts';
import { FormulaError } from '../formula/formula-error.ts';
import { milliOf } from '../hpa/milli.ts';
import type { Replicas } from '../hpa/proposal.ts';
import type { MetricReading } from '../hpa/sync.ts';
import { fallbackReplicas, type Health, noHealth, usageFor } from './fallback.ts';
import type { Measurement } from './measurement.ts';
import type { Fallback, Modifiers, Settings } from './settings.ts';

/** What measurements come to. */
export interface Weighed {
  /** What the autoscaler calculates with. */
  readonly metrics: readonly MetricReading[];
  readonly isActive: boolean;
  readonly isError: boolean;
  /** The first failure, in words. */
  readonly problem: string | undefined;
  /** Metrics that the fallback stands in for. */
  readonly fallenBack: readonly string[];
  readonly health: Health;
}

/** Applies fallback and formula to what was read. Pure: the health goes in and comes out. */
export function weigh(
  measurements: readonly Measurement[],
  settings: Pick<Settings, 'fallback' | 'modifiers'>,
  replicas: Replicas,
  before: Health,
): Weighed {
  const { fallback, modifiers } = settings;
  const health = fallback === undefined ? noHealth : healthAfter(measurements, before);
  const judgement = { fallback, replicas, health, isForFormula: modifiers !== undefined };
  const judged = measurements.map((one) => judge(one, judgement));
  const problem = judged.find(({ error }) => error !== undefined)?.error;
  const fallenBack = judged.filter(({ isFallback }) => isFallback).map(({ reading }) => reading.name);
  const common = { fallenBack, health };
  if (modifiers === undefined)
    return {
      ...common,
      metrics: judged.map(({ reading }) => reading),
      isActive: judged.some(({ isActive }) => isActive),
      isError: problem !== undefined,
      problem,
    };
  const composite = compose(judged, modifiers, fallback, replicas, problem);
  if ('error' in composite)
    return { ...common, metrics: [composite], isActive: false, isError: true, problem: composite.error };
  const isActive = composite.usage > milliOf(modifiers.activationTarget);
  return { ...common, metrics: [composite], isActive, isError: false, problem: undefined };
}

interface Judged {
  readonly triggerName: string | undefined;
  /** For formulas; undefined where there is none. */
  readonly value: number | undefined;
  readonly reading: MetricReading;
  readonly isActive: boolean;
  readonly isFallback: boolean;
  readonly error: string | undefined;
}

interface Judgement {
  readonly fallback: Fallback | undefined;
  readonly replicas: Replicas;
  readonly health: Health;
  /** Whether a formula makes one metric of all, and fallbacks stand in for that. */
  readonly isForFormula: boolean;
}

const compositeName = 'composite-metric';

function healthAfter(measurements: readonly Measurement[], before: Health): Health {
  return new Map(
    measurements.map(({ metricName, outcome }) => [
      metricName,
      outcome.kind === 'value' ? 0 : (before.get(metricName) ?? 0) + 1,
    ]),
  );
}

function judge(
  { metricName: name, triggerName, metricType: type, target, outcome }: Measurement,
  { fallback, replicas, health, isForFormula }: Judgement,
): Judged {
  if (outcome.kind === 'value') {
    const { value, isActive } = outcome;
    const reading = { name, type, usage: milliOf(value), target: milliOf(target ?? 0) };
    return { triggerName, value, reading, isActive, isFallback: false, error: undefined };
  }
  const failed = (error: string): Judged => ({
    triggerName,
    value: undefined,
    reading: { name, error },
    isActive: false,
    isFallback: false,
    error,
  });
  if (fallback === undefined || (health.get(name) ?? 0) <= fallback.failureThreshold)
    return failed(outcome.message);
  const fallenBack = (reading: MetricReading): Judged => ({
    triggerName,
    value: undefined,
    reading,
    isActive: true,
    isFallback: true,
    error: undefined,
  });
  // The fallback is then for what the formula comes to, with a target of its own.
  if (isForFormula) return fallenBack({ name, error: outcome.message });
  if (target === undefined)
    return failed(`${outcome.message}; the fallback needs the target of the trigger, which it never told`);
  const wanted = fallbackReplicas(fallback, replicas.current) ?? fallback.replicas;
  const reading = usageFor({ name, type, target }, wanted, replicas);
  return reading === undefined
    ? failed(`${outcome.message}; the fallback needs a ready replica for a Value target, and there is none`)
    : fallenBack(reading);
}

function compose(
  judged: readonly Judged[],
  modifiers: Modifiers,
  fallback: Fallback | undefined,
  replicas: Replicas,
  problem: string | undefined,
): MetricReading {
  const name = compositeName;
  const { metricType: type, target } = modifiers;
  if (problem !== undefined) return { name, error: problem };
  const isLeftToFormula = fallback?.behavior === 'scalingModifiers';
  const standIn = (wanted: number): MetricReading =>
    usageFor({ name, type, target }, wanted, replicas) ?? {
      name,
      error: 'the fallback needs a ready replica for a Value target, and there is none',
    };
  if (!isLeftToFormula && fallback !== undefined && judged.some(({ isFallback }) => isFallback))
    return standIn(fallbackReplicas(fallback, replicas.current) ?? fallback.replicas);
  try {
    const value = evaluate(modifiers.formula, variablesOf(judged));
    if (value !== null) return { name, type, usage: milliOf(value), target: milliOf(target) };
    if (isLeftToFormula) return standIn(fallback.replicas);
    return { name, error: 'the formula of advanced.scalingModifiers comes to nil' };
  } catch (error) {
    if (error instanceof FormulaError)
      return { name, error: `the formula of advanced.scalingModifiers: ${error.message}` };
    throw error;
  }
}

/** Metrics of one trigger count together. */
function variablesOf(judged: readonly Judged[]): ReadonlyMap<string, number | null> {
  const variables = new Map<string, number | null>();
  for (const { triggerName, value } of judged) {
    if (triggerName === undefined) continue;
    const before = variables.get(triggerName);
    variables.set(triggerName, before === null || value === undefined ? null : (before ?? 0) + value);
  }
  return variables;
}
