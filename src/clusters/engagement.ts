import type { Clock } from '../kube/index.ts';
import type { Cluster } from './cluster.ts';
import { isSameCluster } from './cluster-identity.ts';
import { type Connection, type ConnectionLostError, ConnectionReplacedError } from './connection.ts';

export interface EngagementOptions {
  readonly connection: Connection;
  /** Equal as long as the same credential from the same source goes to the same server in the same way. */
  readonly fingerprint: string;
  readonly provider: string;
  /** That of the profile: another one is another cluster. */
  readonly uid: string;
  readonly clock: Clock;
}

/** For how long work that is under way on a replaced connection may go on. */
const drainMs = 10_000;

/**
 * One way to reach a cluster. Where it takes the place of another way, that one serves until this one is verified, and is
 * then left to the work under way on it, but ends at once where this one turns out to lead to another cluster. If this one comes to nothing, so does the other: what the
 * profile said before it does not say any more.
 */
export class Engagement {
  readonly connection: Connection;
  readonly fingerprint: string;
  readonly provider: string;
  readonly uid: string;
  readonly #clock: Clock;
  readonly #life = new AbortController();
  #former: Engagement | undefined;

  constructor({ connection, fingerprint, provider, uid, clock }: EngagementOptions) {
    this.connection = connection;
    this.fingerprint = fingerprint;
    this.provider = provider;
    this.uid = uid;
    this.#clock = clock;
  }

  /** The one before, while it is connected and this one is not verified yet. */
  get former(): Engagement | undefined {
    const former = this.#former;
    return this.connection.isUndecided && former?.connection.state.phase === 'connected' ? former : undefined;
  }

  /** What is in use now. */
  get serving(): Engagement {
    return this.former ?? this;
  }

  /** Connects at once, to take over from `other`, which this one owns from now on. */
  replace(other: Engagement): void {
    const serving = other.serving;
    this.#former = serving;
    if (serving !== other) other.#giveUpAllBut(serving);
    serving.#endFormer();
    this.connection.cluster().then(
      (cluster) => {
        // What is under way on another cluster is not wanted there any more.
        if (isSameCluster(clusterOf(serving)?.identity, cluster.identity)) void this.#drainFormer();
        else this.#endFormer();
      },
      () => this.#endFormer(),
    );
  }

  suspect(cluster: Cluster): void {
    this.connection.suspect(cluster);
    this.#former?.connection.suspect(cluster);
  }

  /** As `suspect`, where it is not known anyway whether the cluster is there. */
  check(cluster: Cluster): void {
    this.connection.check(cluster);
    this.#former?.connection.check(cluster);
  }

  async close(reason?: ConnectionLostError): Promise<void> {
    this.#life.abort();
    await Promise.all([this.#former?.close(reason), this.connection.close(reason)]);
  }

  #giveUpAllBut(serving: Engagement): void {
    if (this.#former === serving) this.#former = undefined;
    void this.close();
  }

  async #drainFormer(): Promise<void> {
    await this.#clock.sleep(drainMs, this.#life.signal).catch(() => undefined);
    this.#endFormer();
  }

  #endFormer(): void {
    void this.#former?.close(new ConnectionReplacedError('another connection has taken its place'));
    this.#former = undefined;
  }
}

function clusterOf({ connection: { state } }: Engagement): Cluster | undefined {
  return state.phase === 'connected' ? state.cluster : undefined;
}
