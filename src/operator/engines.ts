import type { Cluster } from '../clusters/index.ts';
import type { EventRecorder, Logger, Metrics } from '../controller/index.ts';
import { type Clock, NoMatchError } from '../kube/index.ts';
import type { EngineHooks, ScalingEngine } from '../scaling/index.ts';
import type { OperatorOptions } from './options.ts';

/** What engines are made with. */
export interface EngineContext {
  readonly hub: Cluster;
  readonly options: OperatorOptions;
  readonly events: EventRecorder;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

export type EngineFactory = (context: EngineContext, hooks: EngineHooks) => ScalingEngine;
export type EngineFactories = Readonly<Partial<Record<ScalingEngine['name'], EngineFactory>>>;

/** Every engine there is. */
export const engines: EngineFactories = {};

const scaledObject = { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' } as const;

/** The engine that the options ask for; with `auto` KEDA where the hub serves it. Throws KubeErrors. */
export async function chooseEngine(
  { hub, options, log }: EngineContext,
  factories: EngineFactories,
  signal: AbortSignal,
): Promise<EngineFactory> {
  const { engine } = options.scaling;
  const name = engine === 'auto' ? ((await servesKeda(hub, signal)) ? 'keda' : 'builtin') : engine;
  const factory = factories[name];
  if (factory === undefined) throw new Error(`--scaling-engine '${name}' is not part of this build`);
  log.info({ engine: name }, 'scaling engine chosen');
  return factory;
}

async function servesKeda({ client }: Cluster, signal: AbortSignal): Promise<boolean> {
  try {
    await client.resourceFor(scaledObject, { signal });
    return true;
  } catch (error) {
    if (error instanceof NoMatchError) return false;
    throw error;
  }
}
