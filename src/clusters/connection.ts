import {
  backoffMs,
  type Clock,
  type CredentialSource,
  type Endpoint,
  type KubeClient,
  KubeError,
  TimeoutError,
  UnreachableError,
} from '../kube/index.ts';
import type { Cluster } from './cluster.ts';

/** Makes the client for one attempt; `onTrouble` is called whenever a request or a watch of it fails to get through. */
export type ConnectClient = (options: {
  readonly cluster: string;
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource;
  readonly onTrouble: () => void;
}) => KubeClient;

export interface ConnectionOptions {
  readonly id: string;
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Owned by the connection: closed with it. */
  readonly credentials: CredentialSource;
  readonly connectClient: ConnectClient;
  readonly clock: Clock;
  /** Told when the cluster was connected or lost. */
  readonly onChange: () => void;
  readonly random?: (() => number) | undefined;
}

/**
 * idle        nobody has asked for the cluster yet
 * connecting  one attempt that everybody shares
 * connected   the server has answered with our credential
 * lost        it does not answer, or never did: the circuit is open, callers fail at once with `error`, and attempts go
 *             on behind it, later and later
 * closed      for good
 */
export type ConnectionState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly attempt: Promise<Cluster>; readonly previous: Lost | undefined }
  | { readonly phase: 'connected'; readonly cluster: Cluster; readonly sinceMs: number }
  | Lost
  | { readonly phase: 'closed' };

export interface Lost {
  readonly phase: 'lost';
  /** True until the first attempt after the loss has failed as well. */
  readonly stale: boolean;
  readonly error: Error;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly failures: number;
}

/** The connection was lost or closed while, or before, it was used. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

const reconnect = { baseMs: 1_000, capMs: 60_000 };
const probeTimeoutMs = 3_000;
const probes = 2;
const betweenProbesMs = 1_000;

/**
 * The one owner of connecting to, watching over and giving up one cluster. Everybody else gets a Cluster whose signal
 * aborts as soon as it is no good any more.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #life = new AbortController();
  #state: ConnectionState = { phase: 'idle' };
  #session = new AbortController();
  #generation = 0;
  #probing = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get endpoint(): Endpoint {
    return this.#options.endpoint;
  }

  /** The cluster, connecting first where that was not tried yet. Throws what hinders it. */
  async cluster(): Promise<Cluster> {
    const state = this.#state;
    switch (state.phase) {
      case 'connected':
        return state.cluster;
      case 'connecting':
        if (state.previous !== undefined) throw state.previous.error;
        return state.attempt;
      case 'lost':
        throw state.error;
      case 'closed':
        throw new ConnectionLostError('the connection was closed');
      case 'idle':
        return this.#attempt(undefined);
    }
  }

  /** Something gives reason to believe that the cluster is back, or should be looked for now. */
  retryNow(): void {
    if (this.#state.phase === 'lost') this.#attempt(this.#state).catch(() => undefined);
  }

  async close(): Promise<void> {
    const state = this.#state;
    if (state.phase === 'closed') return;
    this.#state = { phase: 'closed' };
    const reason = new ConnectionLostError('the connection was closed');
    this.#life.abort(reason);
    this.#session.abort(reason);
    this.#options.credentials.close();
    if (state.phase === 'connected') await state.cluster.client.close();
  }

  #attempt(previous: Lost | undefined): Promise<Cluster> {
    const attempt = this.#connect();
    this.#state = { phase: 'connecting', attempt, previous };
    attempt.then(
      (cluster) => this.#connected(cluster),
      (error: unknown) => this.#failed(error as Error, previous),
    );
    return attempt;
  }

  async #connect(): Promise<Cluster> {
    const { id, name, endpoint, credentials, connectClient } = this.#options;
    const session = new AbortController();
    this.#session = session;
    const onTrouble = (): void => void this.#suspect(session.signal);
    const client = connectClient({ cluster: name, endpoint, credentials, onTrouble });
    try {
      const signal = this.#life.signal;
      const [version] = await Promise.all([client.serverVersion({ signal }), client.resources({ signal })]);
      return {
        id,
        name,
        generation: ++this.#generation,
        client,
        serverVersion: version.gitVersion,
        signal: session.signal,
      };
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  #connected(cluster: Cluster): void {
    if (this.#state.phase === 'closed') return void cluster.client.close();
    this.#state = { phase: 'connected', cluster, sinceMs: this.#options.clock.now() };
    this.#options.onChange();
  }

  #failed(error: Error, previous: Lost | undefined): void {
    if (this.#state.phase === 'closed') return;
    const failures = (previous?.failures ?? 0) + 1;
    this.#lose({
      phase: 'lost',
      stale: false,
      error,
      sinceMs: previous?.sinceMs ?? this.#options.clock.now(),
      failures,
    });
  }

  #lose(lost: Lost): void {
    this.#state = lost;
    const { clock, random, onChange } = this.#options;
    onChange();
    const wait = backoffMs(lost.failures, reconnect, random);
    clock.sleep(wait, this.#life.signal).then(
      () => {
        if (this.#state === lost) this.#attempt(lost).catch(() => undefined);
      },
      () => undefined,
    );
  }

  /** A failed request alone says little: the cluster is asked, and lost only if it does not answer that either. */
  async #suspect(session: AbortSignal): Promise<void> {
    const state = this.#state;
    if (this.#probing || state.phase !== 'connected' || state.cluster.signal !== session) return;
    this.#probing = true;
    try {
      const error = await this.#probe(state.cluster);
      if (error === undefined || this.#state !== state) return;
      this.#session.abort(
        new ConnectionLostError(
          `the connection to cluster "${this.#options.name}" was lost: ${error.message}`,
          { cause: error },
        ),
      );
      this.#lose({ phase: 'lost', stale: true, error, sinceMs: this.#options.clock.now(), failures: 0 });
      await state.cluster.client.close();
    } finally {
      this.#probing = false;
    }
  }

  /** Why the cluster does not answer; undefined where it does, even if it refuses. */
  async #probe(cluster: Cluster): Promise<Error | undefined> {
    let last: Error | undefined;
    for (let attempt = 1; attempt <= probes; attempt++) {
      try {
        await cluster.client.serverVersion({ timeoutMs: probeTimeoutMs, signal: this.#life.signal });
        return undefined;
      } catch (error) {
        if (this.#life.signal.aborted) return undefined;
        const silent = error instanceof UnreachableError || error instanceof TimeoutError;
        if (error instanceof KubeError && !silent) return undefined;
        last = error as Error;
      }
      if (attempt < probes)
        await this.#options.clock.sleep(betweenProbesMs, this.#life.signal).catch(() => undefined);
    }
    return last;
  }
}
