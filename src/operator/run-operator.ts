import { type Cluster, ExecRunner, inheritedEnvironment } from '../clusters/index.ts';
import {
  ElectedBuckets,
  EventLoopMonitor,
  eventLoopRuns,
  EventRecorder,
  HealthRegistry,
  healthRoutes,
  HttpServer,
  knativeLeaseName,
  type LeaderBuckets,
  leaderLoopRuns,
  type Logger,
  Metrics,
  metricsRoutes,
  reconcilesEnd,
  type Route,
  SoleOwner,
  watchLives,
  watchSynced,
} from '../controller/index.ts';
import { Deliverer } from '../delivery/index.ts';
import {
  cachedReleases,
  directorySource,
  eventing,
  KnativeController,
  type KnativeComponent,
  type KnativeServices,
  ManifestStore,
  releasePageSource,
  Renderer,
  serving,
  UrlManifests,
} from '../knative/index.ts';
import {
  backoffMs,
  type Clock,
  createKubeClient,
  type KubeClient,
  resources,
  systemClock,
} from '../kube/index.ts';
import { countRequest, observeClusters } from './cluster-metrics.ts';
import { formatGoDuration } from './duration.ts';
import { hubAccess } from './hub.ts';
import type { OperatorOptions } from './options.ts';
import { ownReference } from './own-reference.ts';
import { createSpokeClusters } from './spoke-clusters.ts';

export interface OperatorSetup {
  readonly options: OperatorOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly version: string;
  /** Ends the operator. */
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
}

const fieldManager = 'wheelwright';
/** Hub watches answer with a bookmark about once a minute; silent for so long, they are dead. */
const watchSilenceMs = 300_000;
const eventLoopLateMs = 2_000;
/** Passes have a deadline of two minutes. */
const longestPassMs = 300_000;
const drainMs = 5_000;
/** A start without news of the profiles would tell every object that its cluster is not known yet. */
const profilesMs = 5_000;

/** Runs the operator until the signal aborts. Throws KubeconfigError, AccessError or Error for what hinders the start. */
export async function runOperator({
  options,
  env,
  log,
  version,
  signal,
  clock = systemClock,
}: OperatorSetup): Promise<void> {
  const metrics = new Metrics();
  metrics.observeProcess();
  metrics.set('wheelwright_build_info', { version, revision: '' }, 1);
  const userAgent = `wheelwright/${version}`;
  const runner = new ExecRunner({
    clock,
    environment: inheritedEnvironment(env),
    commands: { directories: options.pluginDirectories },
    timeoutMs: options.pluginTimeoutMs,
  });
  const access = await hubAccess({ options, env, runner, clock });
  const elections: ReturnType<typeof startComponent>[] = [];
  const fence = (): void => {
    for (const { buckets } of elections) buckets.fence();
  };
  const hubClient = createKubeClient({
    cluster: 'hub',
    endpoint: access.endpoint,
    credentials: access.credentials,
    limits: options.hubLimits,
    fieldManager,
    userAgent,
    clock,
    onRequest: (request) => countRequest(metrics, 'hub', request),
    beforeRequest: fence,
  });
  const events = new EventRecorder({
    client: hubClient,
    clock,
    log,
    metrics,
    reportingController: 'wheelwright.dev/knative',
    reportingInstance: options.identity,
  });
  const health = { liveness: new HealthRegistry(), readiness: new HealthRegistry() };
  const controllers: KnativeController[] = [];
  const spokes = await createSpokeClusters({
    options,
    hub: hubClient,
    namespace: access.namespace,
    inside: access.inside,
    runner,
    userAgent,
    clock,
    log,
    metrics,
    beforeRequest: fence,
    onChange: (profile) => {
      for (const controller of controllers) controller.targetChanged(profile);
    },
    onProviderProblem: (problem) =>
      events.record({
        regarding: ownReference(env, access.namespace),
        reason: 'ProviderFileInvalid',
        action: 'Fetch',
        note: `${problem.message}; the last good file stays in force`,
      }),
  });
  const servers = await listen(options, health, metrics, log, clock);
  log.info(`Remote deployments poll interval: ${formatGoDuration(options.pollIntervalMs)}`);

  const life = new AbortController();
  const hub = await connectHub(hubClient, clock, log, signal, life.signal);
  const manifests = manifestStore(options, clock, life.signal);
  const deliverer = new Deliverer({
    fieldManager,
    clock,
    observe: () => ({
      wrote: (verb, outcome) => metrics.increment('wheelwright_delivery_writes_total', { verb, outcome }),
      phaseTook: (phase, ms) =>
        metrics.observe('wheelwright_delivery_duration_seconds', { phase }, ms / 1000),
    }),
    onWatchFailure: (cluster, resource, error) => {
      metrics.increment('wheelwright_cluster_watch_restarts_total', {
        target_cluster: cluster.name,
        cause: causeOf(error),
      });
      log.debug({ cluster: cluster.name, resource, err: error }, 'watch interrupted');
      spokes.clusters.watchFailed(cluster, error);
    },
  });
  const services = {
    hub: hub.cluster,
    hubUid: hub.uid,
    clusters: spokes.clusters,
    deliverer,
    manifests,
    renderer: new Renderer({ manifests, kubernetesMinVersion: options.kubernetesMinVersion }),
    events,
    metrics,
    clock,
    pollIntervalMs: options.pollIntervalMs,
    spokeNamespace: options.spokeNamespace,
  };
  for (const component of [serving, eventing]) {
    const election = startComponent({
      component,
      services,
      options,
      hub: hubClient,
      namespace: access.namespace,
      log,
      metrics,
      clock,
      health,
    });
    elections.push(election);
    controllers.push(election.controller);
  }
  metrics.set(
    'wheelwright_buckets',
    {},
    elections.reduce((sum, { buckets }) => sum + buckets.total, 0),
  );
  const stopObserving = observeClusters(metrics, spokes.clusters, deliverer, clock);
  const monitor = new EventLoopMonitor(clock);
  health.liveness.add('event-loop', eventLoopRuns(monitor, eventLoopLateMs));
  void monitor.run(life.signal);
  void spokes.profiles.run(life.signal);
  await profilesKnown(spokes.profiles.settled(life.signal), clock, signal);
  for (const { controller, buckets } of elections) {
    controller.start(life.signal);
    buckets.start();
  }
  log.info({ version, namespace: access.namespace, identity: options.identity }, 'operator started');

  await aborted(signal);
  log.info('operator stopping');
  await spokes.clusters.drain();
  await Promise.all(elections.map(({ controller }) => controller.controller.stop(drainMs)));
  await Promise.all(elections.map(({ buckets }) => buckets.stop(drainMs)));
  await events.flush(drainMs);
  life.abort();
  stopObserving();
  await spokes.close();
  await runner.close();
  await Promise.all(servers.map((server) => server.close(drainMs)));
  await hubClient.close();
  access.credentials.close();
  log.info('operator stopped');
}

interface ComponentSetup {
  readonly component: KnativeComponent;
  readonly services: Omit<KnativeServices, 'peers' | 'enqueue'>;
  readonly options: OperatorOptions;
  readonly hub: KubeClient;
  readonly namespace: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly health: { readonly liveness: HealthRegistry; readonly readiness: HealthRegistry };
}

/** One controller and the election that says which keys are its own; under the reference operator's Lease names, so that the two never work at the same time. */
function startComponent({
  component,
  services,
  options,
  hub,
  namespace,
  log,
  metrics,
  clock,
  health,
}: ComponentSetup): { readonly controller: KnativeController; readonly buckets: LeaderBuckets } {
  const name = component.kind.toLowerCase();
  const buckets: LeaderBuckets = options.leaderElection
    ? new ElectedBuckets({
        client: hub,
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
  return { controller, buckets };
}

async function listen(
  options: OperatorOptions,
  health: Parameters<typeof healthRoutes>[0],
  metrics: Metrics,
  log: Logger,
  clock: Clock,
): Promise<readonly HttpServer[]> {
  const wanted: readonly [typeof options.healthAddress, Map<string, Route>][] = [
    [options.healthAddress, healthRoutes(health)],
    [options.metricsAddress, metricsRoutes(metrics)],
  ];
  const servers: HttpServer[] = [];
  for (const [address, routes] of wanted) {
    if (address !== undefined) servers.push(await HttpServer.listen({ address, routes, log, clock }));
  }
  return servers;
}

function manifestStore(options: OperatorOptions, clock: Clock, signal: AbortSignal): ManifestStore {
  const cache = cachedReleases(options.cacheDirectory);
  return new ManifestStore({
    sources: [
      ...(options.manifestsDirectory === undefined ? [] : [directorySource(options.manifestsDirectory)]),
      cache,
      ...(options.download ? [releasePageSource({ cache, fetch })] : []),
    ],
    urls: new UrlManifests({ clock, fetch }),
    signal,
  });
}

/** The hub may come up after its operator: it is waited for, and told of. */
async function connectHub(
  client: KubeClient,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
  life: AbortSignal,
): Promise<{ readonly cluster: Cluster; readonly uid: string }> {
  for (let attempt = 0; ; attempt++) {
    try {
      const [version, system] = await Promise.all([
        client.serverVersion({ signal }),
        client.get(resources.namespaces, { name: 'kube-system' }, { signal, metadataOnly: true }),
      ]);
      const cluster = {
        id: 'hub',
        name: 'hub',
        generation: 1,
        client,
        serverVersion: version.gitVersion,
        signal: life,
      };
      return { cluster, uid: system.metadata.uid ?? '' };
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error }, 'the hub cannot be reached');
      await clock.sleep(backoffMs(attempt, { baseMs: 500, capMs: 15_000 }), signal);
    }
  }
}

async function profilesKnown(settled: Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const onAbort = (): void => enough.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([settled, clock.sleep(profilesMs, enough.signal)]).catch(() => undefined);
  enough.abort();
  signal.removeEventListener('abort', onAbort);
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
