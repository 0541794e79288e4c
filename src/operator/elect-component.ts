import {
  ElectedBuckets,
  type HealthRegistry,
  knativeLeaseName,
  type LeaderBuckets,
  leaderLoopRuns,
  type Logger,
  type Metrics,
  reconcilesEnd,
  SoleOwner,
  watchLives,
  watchReturns,
  watchSynced,
} from '../controller/index.ts';
import { KnativeController, type KnativeComponent, type KnativeServices } from '../knative/index.ts';
import type { Clock, KubeClient } from '../kube/index.ts';
import type { OperatorOptions } from './options.ts';
import { watchReturnMs, watchSilenceMs } from './watch-silence.ts';

export interface ComponentSetup {
  readonly component: KnativeComponent;
  readonly services: Omit<KnativeServices, 'peers' | 'enqueue'>;
  readonly options: OperatorOptions;
  /** For the Leases. */
  readonly leases: KubeClient;
  readonly namespace: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly health: { readonly liveness: HealthRegistry; readonly readiness: HealthRegistry };
}

export interface ElectedComponent {
  readonly controller: KnativeController;
  readonly buckets: LeaderBuckets;
}

/** Passes have a deadline of two minutes. */
const longestPassMs = 300_000;

/**
 * One controller and the election that says which keys are its own; under the reference operator's Lease names, so that the
 * two never work at the same time. Nothing of it runs yet.
 */
export function electComponent({
  component,
  services,
  options,
  leases,
  namespace,
  log,
  metrics,
  clock,
  health,
}: ComponentSetup): ElectedComponent {
  const name = component.kind.toLowerCase();
  const buckets: LeaderBuckets = options.leaderElection
    ? new ElectedBuckets({
        client: leases,
        namespace,
        total: options.buckets,
        leaseName: knativeLeaseName(
          `knative-operator.knative.dev.operator.pkg.reconciler.${name}.reconciler`,
        ),
        identity: options.identity,
        clock,
        log,
        metrics,
        onGained: (bucket) => controller.adopt((key) => buckets.bucketOf(key) === bucket),
        quiesce: (bucket) => controller.controller.whenIdle((key) => buckets.bucketOf(key) === bucket),
      })
    : new SoleOwner();
  const controller: KnativeController = new KnativeController({
    component,
    services,
    workers: options.workers,
    ownership: buckets,
    log,
    metrics,
    clock,
  });
  health.liveness.add(`${name}-reconciles`, reconcilesEnd(controller.controller, longestPassMs));
  health.liveness.add(`${name}-watch`, watchLives(controller.objects, clock, watchSilenceMs));
  health.liveness.add(`${name}-leader-election`, leaderLoopRuns(buckets, watchSilenceMs));
  health.readiness.add(`${name}-watch`, watchSynced(controller.objects));
  health.readiness.add(`${name}-watch-alive`, watchLives(controller.objects, clock, watchSilenceMs));
  health.readiness.add(
    `${name}-watch-returns`,
    watchReturns(() => controller.objects, clock, watchReturnMs),
  );
  return { controller, buckets };
}
