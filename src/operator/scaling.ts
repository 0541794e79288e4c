import type { Cluster, MemberRegistry } from '../clusters/index.ts';
import { EventRecorder, knativeLeaseName, type LeaderBuckets } from '../controller/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { ScalingController } from '../scaling/index.ts';
import { elect, type ElectionSetup } from './elect.ts';
import { chooseEngine, type EngineFactories } from './engines.ts';
import type { OperatorOptions } from './options.ts';

export interface ScalingSetup extends ElectionSetup {
  readonly options: OperatorOptions;
  readonly hub: Cluster;
  /** uid of the hub's kube-system namespace. */
  readonly hubUid: string;
  readonly client: KubeClient;
  readonly members: MemberRegistry;
  readonly engines: EngineFactories;
  /** Ends the choice of an engine. */
  readonly signal: AbortSignal;
}

export interface ElectedScaling {
  readonly controller: ScalingController;
  readonly buckets: LeaderBuckets;
  readonly events: EventRecorder;
}

/** The controller of DistributedScaledObjects with its engine. Nothing of it runs yet. Throws KubeErrors. */
export async function createScaling(setup: ScalingSetup): Promise<ElectedScaling> {
  const { options, hub, hubUid, client, members, engines, signal, log, metrics, clock } = setup;
  const events = new EventRecorder({
    client,
    clock,
    log,
    metrics,
    reportingController: 'wheelwright.dev/scaling',
    reportingInstance: options.identity,
  });
  const context = { hub, options, events, log, metrics, clock };
  const factory = await chooseEngine(context, engines, signal);
  const elected = elect({
    ...setup,
    name: 'distributedscaledobject',
    leaseName: knativeLeaseName('wheelwright.distributedscaledobjects'),
    create: (ownership) =>
      new ScalingController({
        services: { hub: client, members, events },
        hubUid,
        createEngine: (hooks) => factory(context, hooks),
        workers: options.workers,
        ownership,
        log,
        metrics,
        clock,
      }),
    onGained: (controller, concerns) => controller.gain(concerns),
    onLost: (controller, concerns) => controller.release(concerns),
  });
  return { ...elected, events };
}
