import type { Cluster, MemberRegistry } from '../clusters/index.ts';
import { EventRecorder, knativeLeaseName, type LeaderBuckets } from '../controller/index.ts';
import { ScalingController } from '../scaling/index.ts';
import { elect, type ElectionSetup } from './elect.ts';
import type { CreateEngine } from './engines.ts';
import type { OperatorOptions } from './options.ts';

export interface ScalingSetup extends ElectionSetup {
  readonly options: OperatorOptions;
  readonly hub: Cluster;
  /** uid of the hub's kube-system namespace. */
  readonly hubUid: string;
  /** That of the hub's client. */
  readonly fieldManager: string;
  readonly members: MemberRegistry;
  readonly createEngine: CreateEngine;
}

export interface ElectedScaling {
  readonly controller: ScalingController;
  readonly buckets: LeaderBuckets;
  readonly events: EventRecorder;
}

/** The controller of DistributedScaledObjects with its engine. Nothing of it runs yet. */
export function createScaling({ createEngine, ...setup }: ScalingSetup): ElectedScaling {
  const { options, hub, hubUid, fieldManager, members, namespace, log, metrics, tracing, clock } = setup;
  const { client } = hub;
  const events = new EventRecorder({
    client,
    clock,
    log,
    metrics,
    reportingController: 'wheelwright.dev/scaling',
    reportingInstance: options.identity,
  });
  const { engine, allowsLoopbackTriggers: allowsLoopback } = options.scaling;
  const elected = elect({
    ...setup,
    name: 'distributedscaledobject',
    leaseName: knativeLeaseName('wheelwright.distributedscaledobjects'),
    create: (ownership) =>
      new ScalingController({
        services: { hub: client, members, events },
        hubUid,
        createEngine: (hooks) =>
          createEngine(
            { hub, engine, allowsLoopback, namespace, fieldManager, log, metrics, tracing, clock },
            hooks,
          ),
        workers: options.workers,
        ownership,
        log,
        metrics,
        tracing,
        clock,
      }),
    onGained: (controller, concerns) => controller.gain(concerns),
    onLost: (controller, concerns) => controller.release(concerns),
  });
  return { ...elected, events };
}
