import {
  ConnectionStarts,
  type EngagedCluster,
  ExecRunner,
  inheritedEnvironment,
  wholeEnvironment,
} from '../clusters/index.ts';
import {
  EventLoopMonitor,
  eventLoopRuns,
  EventRecorder,
  HealthRegistry,
  type Logger,
  Metrics,
  noTracing,
  reached,
  watchLives,
  watchReturns,
} from '../controller/index.ts';
import { Deliverer } from '../delivery/index.ts';
import { eventing, Renderer, serving } from '../knative/index.ts';
import { type Clock, systemClock } from '../kube/index.ts';
import { observeClusters } from './cluster-metrics.ts';
import { formatGoDuration, type OwnerReference } from '../api/index.ts';
import { electComponent, type ElectedComponent } from './elect-component.ts';
import { createEngine as engineOfOptions, type CreateEngine } from './engines.ts';
import { createHubClients } from './hub-clients.ts';
import { hubAccess } from './hub.ts';
import { listen } from './listen.ts';
import { createMembers, type OperatorMembers } from './members.ts';
import { openManifestStore } from './manifest-store.ts';
import type { OperatorOptions } from './options.ts';
import { trimMemory } from './memory-trim.ts';
import { ownAccount } from './own-account.ts';
import { ownReference } from './own-reference.ts';
import { reachHub } from './reach-hub.ts';
import { ExternalScalerServer } from '../scaling/index.ts';
import { createScaling, type ElectedScaling } from './scaling.ts';
import { createSpokeClusters, type SpokeClusters } from './spoke-clusters.ts';
import { type OpenTracing, openTracing } from './tracing/open-tracing.ts';
import { watchReturnMs, watchSilenceMs } from './watch-silence.ts';

export interface OperatorSetup {
  readonly options: OperatorOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly version: string;
  /** Ends the operator. */
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
  /** What evaluates triggers. Default: what the options ask for. */
  readonly createEngine?: CreateEngine | undefined;
}

const fieldManager = 'wheelwright';
const eventLoopLateMs = 2_000;
const drainMs = 5_000;
/** A start without news of the profiles would tell every object that its cluster is not known yet. */
const profilesMs = 5_000;

/**
 * Runs the operator until the signal aborts, and leaves nothing running, however it ends. Throws OptionError,
 * KubeconfigError, AccessError or Error for what hinders the start, and the signal's reason where it aborts before the
 * hub was reached.
 */
export async function runOperator({
  options,
  env,
  log,
  version,
  signal,
  clock = systemClock,
  createEngine = engineOfOptions,
}: OperatorSetup): Promise<void> {
  // Ends in reverse order what begins below.
  await using begun = new AsyncDisposableStack();
  begun.defer(() => log.info('operator stopped'));
  for (const warning of options.warnings) log.warn(warning);
  const tracing = await tracingOf({ options, version, clock, log });
  // After everything that tells it something has ended.
  begun.defer(() => tracing.close(drainMs));
  const metrics = new Metrics();
  metrics.observeProcess();
  metrics.set('wheelwright_build_info', { version, revision: '' }, 1);
  const userAgent = `wheelwright/${version}`;
  // What a kubeconfig names is the user's own program; the rules below are for what profiles may lead to.
  const logins = new ExecRunner({ clock, environment: wholeEnvironment(env), commands: {} });
  begun.defer(() => logins.close());
  const access = await hubAccess({ options, env, runner: logins, clock });
  begun.defer(() => access.credentials.close());
  const elected: ElectedComponent[] = [];
  let members: OperatorMembers | undefined;
  let scaling: ElectedScaling | undefined;
  const fence = (): void => {
    for (const { buckets } of elected) buckets.fence();
    scaling?.buckets.fence();
    members?.fence();
  };
  const limits = options.hubLimits;
  const clients = createHubClients({
    access,
    limits,
    fieldManager,
    userAgent,
    clock,
    metrics,
    tracing,
    beforeRequest: fence,
  });
  begun.defer(() => clients.close());

  const health = { liveness: new HealthRegistry(), readiness: new HealthRegistry() };
  const monitor = new EventLoopMonitor(clock);
  let hub: Awaited<ReturnType<typeof reachHub>> | undefined;
  health.liveness.add('event-loop', eventLoopRuns(monitor, eventLoopLateMs));
  health.readiness.add(
    'hub',
    reached('the hub', () => hub !== undefined),
  );
  begun.use(await listen({ options, health, metrics, log, clock }));
  log.info(`Remote deployments poll interval: ${formatGoDuration(options.pollIntervalMs)}`);

  const runner = new ExecRunner({
    clock,
    environment: inheritedEnvironment(env),
    commands: { directories: options.pluginDirectories },
    timeoutMs: options.pluginTimeoutMs,
  });
  begun.defer(() => runner.close());
  const events = new EventRecorder({
    client: clients.client,
    clock,
    log,
    metrics,
    reportingController: 'wheelwright.dev/knative',
    reportingInstance: options.identity,
  });
  // A hub that was never reached will not take them now.
  begun.defer(() => events.flush(hub === undefined ? 0 : drainMs));
  const starts = new ConnectionStarts(clock);
  const spokes = await createSpokeClusters({
    options,
    hub: clients.client,
    namespace: access.namespace,
    inside: access.inside,
    runner,
    starts,
    userAgent,
    clock,
    log,
    metrics,
    tracing,
    events,
    beforeRequest: fence,
    onChange: (profile) => {
      for (const { controller } of elected) controller.targetChanged(profile);
      members?.profileChanged(profile);
    },
    onProviderProblem: (problem) =>
      events.record({
        regarding: ownReference(env, access.namespace),
        reason: 'ProviderFileInvalid',
        action: 'Fetch',
        note: `${problem.message}; the last good file stays in force`,
      }),
  });
  begun.defer(() => spokes.close());
  let account: OwnerReference | undefined;
  const leaseOwner = (): OwnerReference | undefined => account;
  members = createMembers({
    options,
    hub: clients.client,
    leases: clients.leases,
    leaseOwner,
    spokes,
    starts,
    health,
    namespace: access.namespace,
    inside: access.inside,
    userAgent,
    clock,
    log,
    metrics,
    tracing,
    beforeRequest: fence,
  });
  begun.defer(() => members?.close(hub === undefined ? 0 : drainMs));
  // A hub without the API, or without the right to it, is no fault of this process.
  const profileWatch = (): SpokeClusters['profiles']['reflector'] =>
    spokes.profiles.reflector?.synced === true ? spokes.profiles.reflector : undefined;
  health.liveness.add('clusterprofile-watch', watchLives(profileWatch, clock, watchSilenceMs));
  health.readiness.add('clusterprofile-watch', watchLives(profileWatch, clock, watchSilenceMs));
  health.readiness.add('clusterprofile-watch-returns', watchReturns(profileWatch, clock, watchReturnMs));

  const life = new AbortController();
  begun.defer(() => life.abort());
  void monitor.run(life.signal);
  void trimMemory(clock, life.signal);
  const manifests = await openManifestStore(options, clock, life.signal);
  const reachedHub = await reachHub({
    client: clients.client,
    endpoint: access.endpoint,
    clock,
    log,
    signal,
    life: life.signal,
  });
  if (options.leaderElection) account = await ownAccount(clients.client, access.namespace, { log, signal });
  // Nothing is waited for until all that readiness asks for is there.
  hub = reachedHub;
  const deliverer = new Deliverer({
    fieldManager,
    clock,
    observe: ({ name: cluster }) => ({
      wrote: (verb, outcome) => metrics.increment('wheelwright_delivery_writes_total', { verb, outcome }),
      phaseTook: (phase, ms) => {
        metrics.observe('wheelwright_delivery_duration_seconds', { phase }, ms / 1000);
        tracing.part({ name: 'phase', durationMs: ms, attributes: { phase, cluster }, failed: false });
      },
      mended: (ms) => metrics.observe('wheelwright_drift_mend_duration_seconds', {}, ms / 1000),
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
    const { leases } = clients;
    const { namespace } = access;
    elected.push(
      electComponent({
        component,
        services,
        options,
        leases,
        leaseOwner,
        namespace,
        log,
        metrics,
        tracing,
        clock,
        health,
      }),
    );
  }
  if (members !== undefined && options.scaling.distributedScaledObjects)
    scaling = createScaling({
      options,
      hub: hub.cluster,
      hubUid: hub.uid,
      fieldManager,
      leases: clients.leases,
      leaseOwner,
      members: members.registry,
      createEngine,
      namespace: access.namespace,
      log,
      metrics,
      tracing,
      clock,
      health,
    });
  begun.defer(() => scaling?.events.flush(drainMs));
  const { externalScalerAddress, externalScalerTls } = options.scaling;
  if (externalScalerAddress !== undefined) {
    const scaler = await ExternalScalerServer.listen({
      address: externalScalerAddress,
      tls: externalScalerTls,
      client: clients.client,
      clock,
      onDefect: (error) => log.error({ err: error }, 'a defect of the external scaler'),
    });
    begun.defer(() => scaler.close(drainMs));
    log.info({ port: scaler.port }, 'external scaler listens');
  }
  const all = [...elected, ...(scaling === undefined ? [] : [scaling])];
  metrics.set(
    'wheelwright_buckets',
    {},
    all.reduce((sum, { buckets }) => sum + buckets.total, 0),
  );
  const engaged = (): Iterable<EngagedCluster> => [
    ...spokes.clusters.engaged(),
    ...(members?.engaged() ?? []),
  ];
  begun.defer(observeClusters(metrics, engaged, deliverer));
  begun.defer(async () => {
    await spokes.clusters.drain();
    await Promise.all(all.map(({ controller }) => controller.controller.stop(drainMs)));
    await Promise.all(all.map(({ buckets }) => buckets.stop(drainMs)));
  });
  void spokes.profiles.run(life.signal);
  members?.start(hub.cluster, life.signal);
  await profilesKnown(spokes.profiles.settled(life.signal), clock, signal);
  for (const { controller, buckets } of all) {
    controller.start(life.signal);
    buckets.start();
  }
  log.info({ version, namespace: access.namespace, identity: options.identity }, 'operator started');

  await aborted(signal);
  log.info('operator stopping');
}

async function tracingOf({
  options: { tracing, identity },
  ...setup
}: Pick<OperatorSetup, 'options' | 'version' | 'log'> & { readonly clock: Clock }): Promise<OpenTracing> {
  return tracing === undefined
    ? { ...noTracing, close: () => Promise.resolve() }
    : openTracing({ ...tracing, ...setup, identity });
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
