import { KubeError } from '../../../../kube/index.ts';
import type { Directives } from '../executor/directives.ts';
import type { EngineReport, Verdict } from '../../scaling-engine.ts';

/** Before the triggers were read for the first time. */
export const notYet: EngineReport = {
  ready: { status: 'Unknown', reason: 'UnknownState', message: 'Triggers have not been evaluated yet' },
  active: { status: 'Unknown', reason: 'UnknownState', message: 'Triggers have not been evaluated yet' },
  paused: { status: 'False', reason: 'ScaledObjectUnpaused', message: 'Scaling is not paused' },
};

/** The object cannot be scaled as it is written. */
export function refusedReport(message: string): EngineReport {
  return {
    ...notYet,
    ready: { status: 'False', reason: 'ScaledObjectCheckFailed', message },
    active: { status: 'Unknown', reason: 'UnknownState', message: 'Triggers are not evaluated' },
  };
}

/** Of a look that did not come to its end. */
export function failureVerdict(error: unknown): Verdict {
  if (!(error instanceof KubeError))
    return {
      status: 'Unknown',
      reason: 'InternalError',
      message: 'A defect of this program; its log says more',
    };
  const message = `The total cannot be written: ${error.message}`;
  return { status: 'False', reason: 'ErrorScalingTarget', message };
}

export function pausedVerdict({ paused, isScaleInPaused, isScaleOutPaused }: Directives): Verdict {
  if (paused !== undefined)
    return pausedWith(
      paused.replicas === undefined
        ? 'Scaling is paused'
        : `Scaling is paused at ${paused.replicas} replicas`,
    );
  if (isScaleInPaused && isScaleOutPaused) return pausedWith('Scaling in and out is paused');
  if (isScaleInPaused) return pausedWith('Scaling in is paused');
  if (isScaleOutPaused) return pausedWith('Scaling out is paused');
  return notYet.paused;
}

function pausedWith(message: string): Verdict {
  return { status: 'True', reason: 'ScaledObjectPaused', message };
}

/** Undefined where the object has no fallback. */
export function fallbackVerdict(hasFallback: boolean, fallenBack: readonly string[]): Verdict | undefined {
  if (!hasFallback) return undefined;
  return fallenBack.length > 0
    ? {
        status: 'True',
        reason: 'FallbackExists',
        message: `The fallback stands in for ${fallenBack.join(', ')}`,
      }
    : { status: 'False', reason: 'NoFallbackFound', message: 'No fallback is in force' };
}
