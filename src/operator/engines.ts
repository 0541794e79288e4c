import type { Cluster } from '../clusters/index.ts';
import type { Logger, Metrics, Tracing } from '../controller/index.ts';
import { type Clock, resources } from '../kube/index.ts';
import {
  AutoEngine,
  BuiltinEngine,
  type EngineHooks,
  InsteadOfKeda,
  KedaEngine,
  type ScalingEngine,
} from '../scaling/index.ts';
import type { OperatorOptions } from './options.ts';

/** What engines are made with. */
export interface EngineContext {
  readonly hub: Cluster;
  readonly engine: OperatorOptions['scaling']['engine'];
  /** Whether triggers may ask servers on this machine. */
  readonly allowsLoopback: boolean;
  /** The operator's own, where ClusterTriggerAuthentications have their Secrets. */
  readonly namespace: string;
  readonly fieldManager: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly clock: Clock;
}

export type CreateEngine = (context: EngineContext, hooks: EngineHooks) => ScalingEngine;

/** The engine that the flags ask for. Nothing of it runs yet. */
export function createEngine({ engine, ...context }: EngineContext, hooks: EngineHooks): ScalingEngine {
  switch (engine) {
    case 'keda':
      return keda(context, hooks);
    case 'builtin':
      return insteadOfKeda(context, hooks);
    case 'auto':
      return new AutoEngine({ keda: keda(context, hooks), builtin: builtin(context, hooks) });
  }
}

function keda({ hub, fieldManager, clock }: Omit<EngineContext, 'engine'>, hooks: EngineHooks): KedaEngine {
  return new KedaEngine({ ...hooks, client: hub.client, fieldManager, clock });
}

function insteadOfKeda(context: Omit<EngineContext, 'engine'>, hooks: EngineHooks): InsteadOfKeda {
  const { hub, fieldManager, clock } = context;
  return new InsteadOfKeda({
    ...hooks,
    client: hub.client,
    fieldManager,
    clock,
    engine: builtin(context, hooks),
  });
}

function builtin(
  { hub, allowsLoopback, namespace, log, metrics, tracing, clock }: Omit<EngineContext, 'engine'>,
  hooks: EngineHooks,
): BuiltinEngine {
  return new BuiltinEngine({
    ...hooks,
    client: hub.client,
    resource: resources.distributedScaledObjects,
    namespace,
    allowsLoopback,
    clock,
    onRead: (type, outcome, durationMs) => {
      metrics.increment('wheelwright_trigger_reads_total', { trigger_type: type, outcome });
      const attributes = { trigger_type: type };
      tracing.alone({ name: 'trigger', durationMs, attributes, failed: outcome === 'error' });
    },
    onDefect: (key, error) => log.error({ key, err: error }, 'a defect of the builtin engine'),
  });
}
