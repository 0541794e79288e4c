import { type KubeObject, objectKey, reasons } from '../../api/index.ts';
import {
  AccessError,
  type AccessProvider,
  type Cluster,
  type ClusterProfile,
  connectionFailure,
  createAccessCredentials,
  loadProviderFile,
  type ProfileReference,
  readClusterProfile,
  resolveAccess,
} from '../../clusters/index.ts';
import {
  type Clock,
  type KubeClient,
  type KubeClientOptions,
  NotFoundError,
  resources,
} from '../../kube/index.ts';
import { type SpokeAccess, spokeServerPolicy } from '../../operator/index.ts';
import { connectionFinding } from '../check/connection-finding.ts';
import { CliError, usageError } from '../failure/cli-error.ts';
import { ask, valueOf } from '../hub/answer.ts';
import { profileResource } from '../hub/fleet-profile.ts';
import type { Hub } from '../hub/open-hub.ts';
import { operatorNamespace, readOperatorLeases } from '../hub/operator-trace.ts';
import { secretsNow } from '../hub/secrets-now.ts';
import type { Env } from '../terminal/style.ts';
import { version } from '../version.ts';

export interface TargetClustersOptions {
  readonly hub: Hub;
  /** Path of the operator's access provider file. */
  readonly providerFile: string | undefined;
  readonly access: SpokeAccess;
  readonly env: Env;
  readonly clock: Clock;
  readonly connect: (options: KubeClientOptions) => KubeClient;
  readonly signal: AbortSignal;
}

interface Connected {
  readonly cluster: Cluster;
  readonly close: () => Promise<void>;
}

/** As many requests at a time as the operator sends. */
const limits = { requestsPerSecond: 200, burst: 400, inFlight: 64 };

/** The clusters that installations go to, on the way that the operator takes, from here. Whoever opens it closes it. */
export class TargetClusters {
  readonly #options: TargetClustersOptions;
  readonly #life = new AbortController();
  /** By key of the ClusterProfile. */
  readonly #spokes = new Map<string, Connected>();

  constructor(options: TargetClustersOptions) {
    this.#options = options;
  }

  /** The hub itself, and the uid of its kube-system namespace. Throws KubeError. */
  async hub(): Promise<{ readonly cluster: Cluster; readonly uid: string }> {
    const { hub, signal } = this.#options;
    const { client } = hub;
    const [{ gitVersion }, system] = await Promise.all([
      client.serverVersion({ signal }),
      client.get(resources.namespaces, { name: 'kube-system' }, { signal, metadataOnly: true }),
    ]);
    const cluster = this.#cluster({ id: 'hub', name: 'hub', client, serverVersion: gitVersion });
    return { cluster, uid: system.metadata.uid ?? '' };
  }

  /** The cluster of a ClusterProfile, whatever its cluster manager says of it. Throws CliError, KubeError of the hub. */
  async spoke(reference: ProfileReference): Promise<Cluster> {
    const key = objectKey(reference);
    const known = this.#spokes.get(key);
    if (known !== undefined) return known.cluster;
    const providers = await this.#providers(key);
    const object = await this.#profile(reference);
    try {
      const connected = await this.#connect(readClusterProfile(object), providers);
      this.#spokes.set(key, connected);
      return connected.cluster;
    } catch (error) {
      this.#options.signal.throwIfAborted();
      const { reason, message } = connectionFailure(key, error, false);
      const { code, fix } = reasons[reason];
      const better = error instanceof Error ? connectionFinding(error).fix : undefined;
      throw unreachable(key, { message, code, fix: better ?? fix });
    }
  }

  async close(): Promise<void> {
    this.#life.abort();
    await Promise.all([...this.#spokes.values()].map(({ close }) => close()));
  }

  async #providers(key: string): Promise<readonly AccessProvider[]> {
    const { providerFile: path, access } = this.#options;
    if (path === undefined)
      throw usageError(`Cannot reach cluster "${key}" without the access provider file of the operator.`, {
        fix: 'name it with --provider-file',
        code: reasons.AccessProviderNotConfigured.code,
      });
    try {
      return (await loadProviderFile({ path, commands: { directories: access.pluginDirectories } }))
        .providers;
    } catch (error) {
      if (!(error instanceof AccessError)) throw error;
      throw usageError(`${error.message.replace(/^c/, 'C')}.`, {
        fix: 'mend the file, or name another with --provider-file',
        code: reasons.ProviderFileInvalid.code,
      });
    }
  }

  async #profile(reference: ProfileReference): Promise<KubeObject> {
    const { hub, signal } = this.#options;
    try {
      const resource = await profileResource(hub.client, signal);
      return await hub.client.get(resource, reference, { signal });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const key = objectKey(reference);
      throw unreachable(key, {
        ...reasons.ClusterProfileNotFound,
        message: 'there is no such ClusterProfile.',
      });
    }
  }

  async #connect(profile: ClusterProfile, providers: readonly AccessProvider[]): Promise<Connected> {
    const { hub, access, env, clock, connect, signal } = this.#options;
    const { key } = profile;
    const policy = spokeServerPolicy(access, {
      inside: hub.inside,
      serviceHost: env['KUBERNETES_SERVICE_HOST'],
    });
    const { provider, invocation, endpoint } = resolveAccess(profile, providers, policy, clock.now());
    const credentials = createAccessCredentials({
      provider,
      cluster: key,
      invocation,
      profile,
      ownNamespace: await this.#operatorNamespace(),
      rules: access.access.secrets,
      secrets: secretsNow(hub.client),
      runner: hub.runner,
      clock,
    });
    const client = connect({
      cluster: key,
      endpoint,
      credentials,
      limits,
      timeoutMs: hub.timeoutMs,
      userAgent: `wheelwright-cli/${version}`,
      clock,
    });
    const close = async (): Promise<void> => {
      await client.close();
      credentials.close();
    };
    try {
      // Before the calls, so that a slow access provider is not taken for a slow server.
      await credentials.get(signal);
      const { gitVersion } = await client.serverVersion({ signal });
      const id = `clusterprofile#${key}`;
      return { cluster: this.#cluster({ id, name: key, client, serverVersion: gitVersion }), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Where readers look for Secrets when a profile names no namespace. */
  async #operatorNamespace(): Promise<string> {
    const { hub, clock, signal } = this.#options;
    const leases = await ask({ clock, signal }, () => readOperatorLeases(hub.client, signal));
    return operatorNamespace(valueOf(leases), hub.namespace);
  }

  #cluster(facts: Pick<Cluster, 'id' | 'name' | 'client' | 'serverVersion'>): Cluster {
    return { ...facts, generation: 1, signal: this.#life.signal };
  }
}

function unreachable(
  key: string,
  { message, fix, code }: { readonly message: string; readonly fix: string; readonly code: `WW${number}` },
): CliError {
  return new CliError({
    problem: `Cannot reach cluster "${key}": ${message}`,
    fix,
    code,
    exit: 'unreachable',
  });
}
