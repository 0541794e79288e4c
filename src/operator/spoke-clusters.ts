import {
  type AccessError,
  type AccessProvider,
  type ConnectionStarts,
  createAccessCredentials,
  type ExecRunner,
  HubSecrets,
  type LoadedProviderFile,
  ProfileClusters,
  ProfileSource,
  ProviderFileWatcher,
} from '../clusters/index.ts';
import type { EventRecorder, Logger, Metrics, Tracing } from '../controller/index.ts';
import type { Clock, KubeClient } from '../kube/index.ts';
import { spokeServerPolicy } from './access-flags.ts';
import { connectSpoke } from './connect-spoke.ts';
import type { OperatorOptions } from './options.ts';
import { ProfileWarnings } from './profile-warnings.ts';

export interface SpokeClustersOptions {
  readonly options: OperatorOptions;
  readonly hub: KubeClient;
  /** The operator's own namespace. */
  readonly namespace: string;
  /** The operator runs in the hub cluster. */
  readonly inside: boolean;
  readonly runner: ExecRunner;
  readonly starts: ConnectionStarts;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | undefined;
  readonly events: Pick<EventRecorder, 'record'>;
  /** Called before each request to a spoke. */
  readonly beforeRequest: () => void;
  /** Whoever uses the profile of this key must look again; every user without a key. */
  readonly onChange: (profile: string | undefined) => void;
  /** Newer content of the provider file cannot be used; told once for each. */
  readonly onProviderProblem: (problem: AccessError) => void;
}

export interface SpokeClusters {
  readonly profiles: ProfileSource;
  readonly clusters: ProfileClusters;
  close(): Promise<void>;
}

/** Everything between a clusterProfileRef and a connected cluster. Throws AccessError where the provider file cannot be used. */
export async function createSpokeClusters(setup: SpokeClustersOptions): Promise<SpokeClusters> {
  const { options, hub, namespace, inside, runner, clock, log, metrics, onChange } = setup;
  const watcher = await openProviderFile(setup);
  const secrets = new HubSecrets(hub, clock);
  const warnings = new ProfileWarnings(setup);
  const profiles = new ProfileSource({
    client: hub,
    clock,
    onChange: (key) => {
      if (key !== undefined && profiles.lookup(key).found === 'nothing') warnings.forget(key);
      if (key !== undefined) clusters.profileChanged(key);
      onChange(key);
    },
  });
  const clusters = new ProfileClusters({
    lookup: (key) => profiles.lookup(key),
    providers: () => watcher?.file.providers,
    serverPolicy: spokeServerPolicy(options, { inside, serviceHost: options.serviceHost }),
    credentialsFor: ({ provider, invocation }, profile, hooks) =>
      createAccessCredentials({
        provider,
        cluster: profile.key,
        invocation,
        profile,
        ownNamespace: namespace,
        rules: options.access.secrets,
        secrets,
        runner,
        clock,
        hooks: {
          ...hooks,
          fetched: (name, outcome, durationMs) => {
            metrics.increment('wheelwright_credential_fetch_total', { provider: name, outcome });
            metrics.observe(
              'wheelwright_credential_fetch_duration_seconds',
              { provider: name },
              durationMs / 1000,
            );
          },
        },
      }),
    connectClient: connectSpoke(setup),
    starts: setup.starts,
    clock,
    onAccess: (profile, access) => {
      warnings.tell(profile, access);
      const metric = 'wheelwright_cluster_authority_expiry_timestamp_seconds';
      const labels = { target_cluster: profile.key };
      if (access.authorityExpiresAt === undefined) metrics.remove(metric, labels);
      else metrics.set(metric, labels, access.authorityExpiresAt / 1000);
    },
    onChange: (key) => {
      const state = [...clusters.engaged()].find((engaged) => engaged.key === key)?.state;
      if (state?.phase === 'lost') log.warn({ cluster: key, err: state.error }, 'cluster unreachable');
      if (state?.phase === 'connected')
        log.info({ cluster: key, version: state.cluster.serverVersion }, 'cluster connected');
      onChange(key);
    },
    onCredentialExpiry: (key, expiresAt) => {
      const labels = { target_cluster: key };
      if (expiresAt === undefined)
        metrics.remove('wheelwright_cluster_credential_expiry_timestamp_seconds', labels);
      else metrics.set('wheelwright_cluster_credential_expiry_timestamp_seconds', labels, expiresAt / 1000);
    },
  });
  return {
    profiles,
    clusters,
    close: async () => {
      await Promise.all([watcher?.close(), clusters.close()]);
    },
  };
}

async function openProviderFile({
  options,
  clock,
  log,
  metrics,
  onChange,
  onProviderProblem,
}: SpokeClustersOptions): Promise<ProviderFileWatcher | undefined> {
  if (options.providerFile === undefined) {
    log.info('multi-cluster support disabled (--clusterprofile-provider-file is empty)');
    return undefined;
  }
  const { providerFile } = options;
  const warnOf = ({ warnings }: Pick<LoadedProviderFile, 'warnings'>): void => {
    for (const warning of warnings) log.warn({ file: providerFile }, warning);
  };
  const watcher = await ProviderFileWatcher.open({
    path: providerFile,
    commands: { directories: options.pluginDirectories },
    clock,
    onChange: ({ file, changed }) => {
      log.info({ providers: namesOf(file.providers), changed }, 'access provider file changed');
      warnOf(file);
      onChange(undefined);
    },
    onProblem: (problem) => {
      if (problem === undefined) return log.info('access provider file is usable again');
      log.error({ err: problem }, 'access provider file cannot be used; the last good one stays in force');
      metrics.increment('wheelwright_provider_file_reload_failures_total', {});
      onProviderProblem(problem);
    },
  });
  warnOf(watcher.file);
  log.info({ providers: namesOf(watcher.file.providers) }, 'access providers configured');
  return watcher;
}

function namesOf(providers: readonly AccessProvider[]): readonly string[] {
  return providers.map(({ name }) => name);
}
