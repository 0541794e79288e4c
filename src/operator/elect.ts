import type { OwnerReference } from '../api/index.ts';
import {
  type Controller,
  ElectedBuckets,
  type HealthRegistry,
  type LeaderBuckets,
  leaderLoopRuns,
  type Logger,
  type Metrics,
  reconcilesEnd,
  SoleOwner,
  type Tracing,
  watchLives,
  watchReturns,
  watchSynced,
} from '../controller/index.ts';
import type { Clock, KubeClient, Reflector } from '../kube/index.ts';
import type { OperatorOptions } from './options.ts';
import { watchReturnMs, watchSilenceMs } from './watch-silence.ts';

/** What an election needs to know of this process, whatever is elected. */
export interface ElectionSetup {
  readonly options: Pick<OperatorOptions, 'leaderElection' | 'buckets' | 'identity'>;
  /** For the Leases. */
  readonly leases: KubeClient;
  readonly namespace: string;
  /** What they go with. */
  readonly leaseOwner: () => OwnerReference | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly clock: Clock;
  readonly health: { readonly liveness: HealthRegistry; readonly readiness: HealthRegistry };
}

/** A controller of objects that a watch shows. */
export interface Electable {
  readonly controller: Controller;
  readonly objects: Pick<Reflector<unknown>, 'synced' | 'lastActivityAt' | 'open' | 'whenSynced'>;
  start(signal: AbortSignal): void;
}

export interface Election<Elected extends Electable> extends ElectionSetup {
  readonly name: string;
  readonly leaseName: (bucket: number, total: number) => string;
  readonly create: (ownership: LeaderBuckets) => Elected;
  /** This replica became the one to act on these keys. */
  readonly onGained: (elected: Elected, concerns: (key: string) => boolean) => void;
  /** It is not any more, for whatever reason: what is held for these keys ends at once. Their runs are aborted, and may still be ending. */
  readonly onLost?: (elected: Elected, concerns: (key: string) => boolean) => void;
}

/** Passes have deadlines of two minutes at the most. */
const longestPassMs = 300_000;

/** A controller, the election that says which keys are its own, and the checks of its health. Nothing of it runs yet. */
export function elect<Elected extends Electable>({
  name,
  leaseName,
  options,
  leases,
  namespace,
  leaseOwner,
  log,
  metrics,
  clock,
  health,
  create,
  onGained,
  onLost,
}: Election<Elected>): { readonly controller: Elected; readonly buckets: LeaderBuckets } {
  const ofBucket =
    (bucket: number) =>
    (key: string): boolean =>
      buckets.bucketOf(key) === bucket;
  const buckets: LeaderBuckets = options.leaderElection
    ? new ElectedBuckets({
        client: leases,
        namespace,
        total: options.buckets,
        leaseName,
        owner: leaseOwner,
        identity: options.identity,
        clock,
        log,
        metrics,
        onGained: (bucket) => onGained(controller, ofBucket(bucket)),
        onLost: (bucket) => onLost?.(controller, ofBucket(bucket)),
        quiesce: (bucket) => controller.controller.whenIdle(ofBucket(bucket)),
      })
    : new SoleOwner();
  const controller: Elected = create(buckets);
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
