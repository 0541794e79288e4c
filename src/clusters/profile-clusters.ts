import { type Clock, type CredentialSource, UnauthorizedError } from '../kube/index.ts';
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
import type { ConnectionStarts } from './connection-starts.ts';
import { type ConnectClient, Connection, type ConnectionState } from './connection.ts';
import { Engagement } from './engagement.ts';
import { profileKey, type ProfileLookup } from './profile-source.ts';
import { isSilence } from './silence.ts';
import {
  accessFailure,
  connecting,
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
  readonly starts?: ConnectionStarts | undefined;
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  /** A cluster was connected or lost: whoever uses the profile of this key should look again. */
  readonly onChange: (key: string) => void;
  /** Told at every resolution what a profile leads to, before anything is dialled. */
  readonly onAccess?: ((profile: ClusterProfile, access: ResolvedAccess) => void) | undefined;
  readonly onCredentialExpiry?: ((key: string, expiresAt: number | undefined) => void) | undefined;
  /**
   * How long a resolution may wait for a first connection, in milliseconds. Default 1 s: a healthy cluster is connected
   * in less, so that most who ask get it at once.
   */
  readonly patienceMs?: number | undefined;
  /** How many may wait for a first connection at a time. Default 8; more are told that it is under way. */
  readonly mostWaiting?: number | undefined;
}

export interface ResolveOptions {
  /** Who needs the cluster; it stays connected until every user has released it. */
  readonly user: string;
  /** Go on where the cluster manager says that the cluster is not healthy: to clean up, trying is better than waiting. */
  readonly ignoreHealth?: boolean | undefined;
}

type Access = { readonly access: ResolvedAccess; readonly profile: ClusterProfile };

/** What is known of one engaged cluster, for metrics and status. */
export interface EngagedCluster {
  /** The name of the cluster. */
  readonly key: string;
  /** Where it comes from: `clusterprofile`, `kubeconfig`, `file`. */
  readonly source: string;
  readonly provider: string;
  readonly state: ConnectionState;
  /** When its API server was last heard of, in milliseconds since the epoch. */
  readonly lastContactMs: number | undefined;
}

/**
 * The clusters that ClusterProfiles lead to. Every resolution looks at the profile as it is now; a connection is kept as
 * long as the same credential source leads to the same server, so that heartbeats of the profile cost nothing. On any
 * real change another one takes its place as soon as it is verified; at once where the profile itself is another one.
 */
export class ProfileClusters {
  readonly #options: ProfileClustersOptions;
  readonly #engaged = new Map<string, Engagement>();
  readonly #users = new Map<string, Set<string>>();
  #closed = false;
  #generation = 0;
  #waiting = 0;

  constructor(options: ProfileClustersOptions) {
    this.#options = options;
  }

  /** Answers soon, see `patienceMs`, whatever the cluster does; `onChange` tells when there is more to say. */
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
    const { connection } = engaged;
    try {
      const cluster = await this.#patiently(connection);
      if (cluster !== undefined) return { resolved: true, cluster, provider: engaged.provider };
      const { former } = engaged;
      if (former === undefined) return connecting(key);
      return { resolved: true, cluster: await former.connection.cluster(), provider: former.provider };
    } catch (error) {
      const { state } = connection;
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
    if (isSilence(error) || error instanceof UnauthorizedError) this.suspect(cluster);
  }

  /** The cluster is asked whether it is still there; nothing happens where it is another one's, or replaced by now. */
  suspect(cluster: Cluster): void {
    this.#engaged.get(cluster.name)?.suspect(cluster);
  }

  /** As `suspect`, where it is not known anyway whether the cluster is there. */
  check(cluster: Cluster): void {
    this.#engaged.get(cluster.name)?.check(cluster);
  }

  /** The profile changed: where it is gone, its connection ends now, whether or not somebody asks for it. */
  profileChanged(key: string): void {
    if (this.#options.lookup(key).found === 'nothing') this.#disengage(key);
  }

  *engaged(): IterableIterator<EngagedCluster> {
    for (const [key, { serving }] of this.#engaged) {
      const { provider, connection } = serving;
      yield {
        key,
        source: 'clusterprofile',
        provider,
        state: connection.state,
        lastContactMs: connection.lastContactMs,
      };
    }
  }

  /** For shutdown: resolves nothing new and ends attempts under way; what is connected stays for the work under way. */
  async drain(): Promise<void> {
    this.#closed = true;
    const unfinished = [...this.#engaged.values()].filter(
      ({ serving }) => serving.connection.state.phase !== 'connected',
    );
    await Promise.all(unfinished.map(({ connection }) => connection.close()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#engaged.values()].map((engagement) => engagement.close()));
    this.#engaged.clear();
  }

  /** The cluster; undefined where its first connection takes longer than the caller should wait. */
  async #patiently(connection: Connection): Promise<Cluster | undefined> {
    const cluster = connection.cluster();
    const { state } = connection;
    if (!connection.isUndecided || state.phase !== 'connecting') return cluster;
    // The outcome is told by onChange.
    cluster.catch(() => undefined);
    const { clock, patienceMs = 1_000, mostWaiting = 8 } = this.#options;
    const waitMs = state.startedAt + patienceMs - clock.monotonic();
    if (waitMs <= 0 || this.#waiting >= mostWaiting) return undefined;
    const enough = new AbortController();
    this.#waiting++;
    try {
      return await Promise.race([cluster, clock.sleep(waitMs, enough.signal).then(() => undefined)]);
    } finally {
      this.#waiting--;
      enough.abort();
    }
  }

  #access(key: string, ignoreHealth: boolean): Access | TargetFailure {
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
  ): Access | TargetFailure {
    const readiness = profileReadiness(profile);
    if (!readiness.ready && !ignoreHealth) {
      const message = `ClusterProfile ${profile.key} is not ready: ${readiness.message}. Work goes on as soon as it is.`;
      return fail('ClusterProfileNotReady', message);
    }
    try {
      const access = resolveAccess(profile, providers, this.#options.serverPolicy, this.#options.clock.now());
      this.#options.onAccess?.(profile, access);
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

  #engage(key: string, { access, profile }: Access): Engagement | TargetFailure {
    const known = this.#engaged.get(key);
    if (known?.fingerprint === access.fingerprint && known.uid === profile.uid) return known;
    const before = known?.uid === profile.uid ? known : undefined;
    if (before === undefined) this.#disengage(key);
    let engagement: Engagement;
    try {
      engagement = this.#newEngagement(key, { access, profile });
    } catch (error) {
      if (error instanceof AccessError) return this.#refuse(key, error);
      throw error;
    }
    this.#engaged.set(key, engagement);
    if (before?.serving.connection.state.phase === 'connected') engagement.replace(before);
    else void before?.close();
    return engagement;
  }

  #newEngagement(key: string, { access, profile }: Access): Engagement {
    const { connectClient, starts, clock, random, onChange, onCredentialExpiry } = this.#options;
    let connection: Connection | undefined;
    const hooks: CredentialHooks = {
      expiry: (_cluster, expiresAt) => {
        if (this.#engaged.get(key)?.connection === connection) onCredentialExpiry?.(key, expiresAt);
      },
      changed: () => connection?.reconsider(),
    };
    connection = new Connection({
      id: `clusterprofile#${key}`,
      name: key,
      endpoint: access.endpoint,
      credentials: this.#options.credentialsFor(access, profile, hooks),
      connectClient,
      starts,
      clock,
      random,
      onChange: () => onChange(key),
      nextGeneration: () => ++this.#generation,
    });
    const { fingerprint, provider } = access;
    return new Engagement({ connection, fingerprint, provider, uid: profile.uid, clock });
  }

  #disengage(key: string): void {
    const engaged = this.#engaged.get(key);
    this.#engaged.delete(key);
    void engaged?.close();
  }
}
