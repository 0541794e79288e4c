import type { EngineReport, Verdict } from '../scaling-engine.ts';
import type { Child } from './child.ts';

/** KEDA begins with conditions that say nothing. */
const notYet: Verdict = {
  status: 'Unknown',
  reason: 'ScaledObjectPending',
  message: 'KEDA has not looked at the ScaledObject yet',
};
const notPaused: Verdict = {
  status: 'False',
  reason: 'ScaledObjectUnpaused',
  message: 'scaling is not paused',
};

/**
 * What KEDA says of the ScaledObject, in its words. Its Ready is about the ScaledObject alone; a total that the autoscaler
 * cannot compute follows no trigger either.
 */
export function reportOfChild({ conditions }: Pick<Child, 'conditions'>, hasFallback: boolean): EngineReport {
  const mirrored = (type: string, otherwise: Verdict): Verdict => {
    const condition = conditions.find((one) => one.type === type);
    const { status, reason = '', message = '' } = condition ?? {};
    if (status !== 'True' && status !== 'False' && status !== 'Unknown') return otherwise;
    return {
      status,
      reason: reason === '' ? otherwise.reason : reason,
      message: message === '' ? otherwise.message : message,
    };
  };
  const ready = mirrored('Ready', notYet);
  const paused = mirrored('Paused', notPaused);
  const autoscaler = mirrored('HPAActive', notYet);
  const isStuck = ready.status === 'True' && paused.status !== 'True' && autoscaler.status === 'False';
  return {
    ready: isStuck ? autoscaler : ready,
    active: mirrored('Active', notYet),
    paused,
    ...(hasFallback ? { fallback: mirrored('Fallback', notYet) } : {}),
  };
}
