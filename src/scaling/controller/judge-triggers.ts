import type { DistributedScaledObjectSpec } from '../../api/index.ts';
import type { ScalingEngine } from '../engine/scaling-engine.ts';

type Triggers = DistributedScaledObjectSpec['scaledObjectSpec']['triggers'];

export interface TriggerJudgement {
  /** Why the engine cannot evaluate the triggers; undefined where it can. */
  readonly unsupported: string | undefined;
  /** What it evaluates otherwise than the user may think. */
  readonly ignored: readonly string[];
}

/**
 * Triggers that need pods behind the scale target, of which the hub has none: under KEDA, cpu and memory, values that
 * are not averages, and metadata from the environment of a container.
 */
export function judgeTriggers(triggers: Triggers, engine: ScalingEngine['name']): TriggerJudgement {
  const unsupported = triggers.flatMap(({ type, metricType }, index) => {
    const at = `spec.scaledObjectSpec.triggers[${index}]`;
    if (type === 'cpu' || type === 'memory')
      return [`${at}.type '${type}' needs pods on the hub; use prometheus or metrics-api`];
    if (metricType !== undefined && metricType !== 'AverageValue' && engine === 'keda')
      return [`${at}.metricType '${metricType}' needs pods on the hub; use AverageValue`];
    return [];
  });
  const ignored = triggers.flatMap(({ metadata }, index) =>
    Object.keys(metadata)
      .filter((key) => key.endsWith('FromEnv'))
      .map(
        (key) =>
          `spec.scaledObjectSpec.triggers[${index}].metadata.${key} is ignored: the hub has no containers`,
      ),
  );
  return { unsupported: unsupported.length === 0 ? undefined : unsupported.join('; '), ignored };
}
