import {
  type Clock,
  type CredentialSource,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../kube/index.ts';
import {
  AccessError,
  type AccessProvider,
  type ClusterProfile,
  type CredentialHooks,
  profileReadiness,
  resolveAccess,
  type ResolvedAccess,
  type ServerPolicy,
} from './access/index.ts';
import type { Cluster } from './cluster.ts';
import { type ConnectClient, Connection, type ConnectionState } from './connection.ts';
import { profileKey, type ProfileLookup } from './profile-source.ts';
import {
  accessFailure,
  connectionFailure,
  fail,
  providerClosed,
  type TargetFailure,
  type TargetResolution,
} from './target.ts';

export interface ProfileReference {
  readonly namespace: string;
  readonly name: string;
}

export interface ProfileClustersOptions {
  readonly lookup: (key: string) => ProfileLookup;
  /** Undefined where the operator runs without an access provider file. */
  readonly providers: () => readonly AccessProvider[] | undefined;
  readonly serverPolicy: ServerPolicy;
  /** Throws AccessError where the invocation makes no sense for the profile. */
  readonly credentialsFor: (
    access: ResolvedAccess,
    profile: ClusterProfile,
    hooks: CredentialHooks,
  ) => CredentialSource;
  readonly connectClient: ConnectClient;
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  /** A cluster was connected or lost: whoever uses the profile of this key should look again. */
  readonly onChange: (key: string) => void;
  readonly onCredentialExpiry?: ((key: string, expiresAt: number | undefined) => void) | undefined;
}

export interface ResolveOptions {
  /** Who needs the cluster; it stays connected until every user has released it. */
  readonly user: string;
  /** Go on where the cluster manager says that the cluster is not healthy: to clean up, trying is better than waiting. */
  readonly ignoreHealth?: boolean | undefined;
}

interface Engaged {
  readonly connection: Connection;
  readonly fingerprint: string;
  readonly provider: string;
  readonly uid: string;
}

/** What is known of one engaged cluster, for metrics and status. */
export interface EngagedCluster {
  readonly key: string;
  readonly provider: string;
  readonly state: ConnectionState;
}

/**
 * The clusters that ClusterProfiles lead to. Every resolution looks at the profile as it is now; a connection is kept as
 * long as the same credential source leads to the same server, so that heartbeats of the profile cost nothing, and is
 * replaced on any real change.
 */
export class ProfileClusters {
  readonly #options: ProfileClustersOptions;
  readonly #engaged = new Map<string, Engaged>();
  readonly #users = new Map<string, Set<string>>();
  #closed = false;

  constructor(options: ProfileClustersOptions) {
    this.#options = options;
  }

  async resolve(
    reference: ProfileReference,
    { user, ignoreHealth = false }: ResolveOptions,
  ): Promise<TargetResolution> {
    const key = profileKey(reference);
    const access = this.#access(key, ignoreHealth);
    if ('reason' in access) return access;
    const engaged = this.#engage(key, access);
    if ('reason' in engaged) return engaged;
    this.#users.set(key, (this.#users.get(key) ?? new Set()).add(user));
    try {
      return { resolved: true, cluster: await engaged.connection.cluster(), provider: engaged.provider };
    } catch (error) {
      const { state } = engaged.connection;
      const stale =
        (state.phase === 'lost' && state.stale) ||
        (state.phase === 'connecting' && state.previous?.stale === true);
      return this.#closed ? providerClosed() : connectionFailure(key, error, stale);
    }
  }

  /** The user needs the cluster no more; the last one to say so ends the connection. */
  release(reference: ProfileReference, user: string): void {
    const key = profileKey(reference);
    const users = this.#users.get(key);
    if (users?.delete(user) !== true || users.size > 0) return;
    this.#users.delete(key);
    this.#disengage(key);
  }

  /** A watch on this cluster broke off, or could not be opened: the cluster is asked whether it is still there. */
  watchFailed(cluster: Cluster, error: unknown): void {
    const tells =
      error instanceof UnreachableError ||
      error instanceof TimeoutError ||
      error instanceof UnauthorizedError;
    if (tells) this.#engaged.get(cluster.name)?.connection.suspect(cluster);
  }

  /** The profile changed: where it is gone, its connection ends now, whether or not somebody asks for it. */
  profileChanged(key: string): void {
    if (this.#options.lookup(key).found === 'nothing') this.#disengage(key);
  }

  *engaged(): IterableIterator<EngagedCluster> {
    for (const [key, { provider, connection }] of this.#engaged)
      yield { key, provider, state: connection.state };
  }

  /** For shutdown: resolves nothing new and ends attempts under way; what is connected stays for the work under way. */
  async drain(): Promise<void> {
    this.#closed = true;
    const unfinished = [...this.#engaged.values()].filter(
      ({ connection }) => connection.state.phase !== 'connected',
    );
    await Promise.all(unfinished.map(({ connection }) => connection.close()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#engaged.values()].map(({ connection }) => connection.close()));
    this.#engaged.clear();
  }

  #access(
    key: string,
    ignoreHealth: boolean,
  ): { readonly access: ResolvedAccess; readonly profile: ClusterProfile } | TargetFailure {
    if (this.#closed) return providerClosed();
    const providers = this.#options.providers();
    if (providers === undefined) {
      return fail(
        'AccessProviderNotConfigured',
        'cluster provider not configured; set --clusterprofile-provider-file.',
      );
    }
    const lookup = this.#options.lookup(key);
    switch (lookup.found) {
      case 'unknown':
        return fail('ClusterProfileUnavailable', `failed to get ClusterProfile ${key}: ${lookup.why}.`);
      case 'nothing':
        return fail(
          'ClusterProfileNotFound',
          `failed to get ClusterProfile ${key}: no such object. Create it or change spec.clusterProfileRef; it is picked up at once.`,
        );
      case 'unreadable':
        return this.#refuse(key, lookup.error);
      case 'profile':
        return this.#usable(lookup.profile, providers, ignoreHealth);
    }
  }

  #usable(
    profile: ClusterProfile,
    providers: readonly AccessProvider[],
    ignoreHealth: boolean,
  ): { readonly access: ResolvedAccess; readonly profile: ClusterProfile } | TargetFailure {
    const readiness = profileReadiness(profile);
    if (!readiness.ready && !ignoreHealth) {
      const message = `ClusterProfile ${profile.key} is not ready: ${readiness.message}. Work goes on as soon as it is.`;
      return fail('ClusterProfileNotReady', message);
    }
    try {
      const access = resolveAccess(profile, providers, this.#options.serverPolicy, this.#options.clock.now());
      return { access, profile };
    } catch (error) {
      if (error instanceof AccessError) return this.#refuse(profile.key, error);
      throw error;
    }
  }

  /** Nothing allows access to the cluster any more, so what earlier allowed it ends as well. */
  #refuse(key: string, error: AccessError): TargetFailure {
    this.#disengage(key);
    return accessFailure(key, error);
  }

  #engage(
    key: string,
    { access, profile }: { readonly access: ResolvedAccess; readonly profile: ClusterProfile },
  ): Engaged | TargetFailure {
    const known = this.#engaged.get(key);
    if (known?.fingerprint === access.fingerprint && known.uid === profile.uid) return known;
    if (known !== undefined) this.#disengage(key);
    const { connectClient, clock, random, onChange, onCredentialExpiry } = this.#options;
    let connection: Connection | undefined;
    const hooks: CredentialHooks = {
      expiry: (_cluster, expiresAt) => onCredentialExpiry?.(key, expiresAt),
      changed: () => connection?.reconsider(),
    };
    try {
      const credentials = this.#options.credentialsFor(access, profile, hooks);
      connection = new Connection({
        id: `clusterprofile#${key}`,
        name: key,
        endpoint: access.endpoint,
        credentials,
        connectClient,
        clock,
        random,
        onChange: () => onChange(key),
      });
      const engaged = {
        connection,
        fingerprint: access.fingerprint,
        provider: access.provider,
        uid: profile.uid,
      };
      this.#engaged.set(key, engaged);
      return engaged;
    } catch (error) {
      if (error instanceof AccessError) return accessFailure(key, error);
      throw error;
    }
  }

  #disengage(key: string): void {
    const engaged = this.#engaged.get(key);
    this.#engaged.delete(key);
    void engaged?.connection.close();
  }
}
