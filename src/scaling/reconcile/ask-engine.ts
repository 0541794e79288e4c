import { parseDistributedScaledObject } from '../../api/index.ts';
import { KubeError } from '../../kube/index.ts';
import type { EngineReport } from '../engine/scaling-engine.ts';
import type { ScalingPass } from './scaling-pass.ts';

export interface EngineAnswer {
  readonly report: EngineReport;
  /** Why the engine is to be asked again soon. */
  readonly error?: unknown;
}

/** An engine that fails is told of in the status and asked again, whatever hinders it; what is spread stays spread. */
export async function askEngine(
  { services, object, context }: ScalingPass,
  readyReplicas: number,
): Promise<EngineAnswer> {
  const parsed = parseDistributedScaledObject(object);
  if (!parsed.ok) return { report: notReady('the object cannot be read') };
  try {
    return { report: await services.engine.ensure(parsed.resource, { readyReplicas }, context.signal) };
  } catch (error) {
    context.signal.throwIfAborted();
    const message =
      error instanceof KubeError ? error.message : 'a defect of this program; its log says more';
    return { report: notReady(message), error };
  }
}

function notReady(message: string): EngineReport {
  const reason = 'ScaledObjectNotReady';
  const unknown = { status: 'Unknown', reason, message } as const;
  return { ready: { status: 'False', reason, message }, active: unknown, paused: unknown };
}
