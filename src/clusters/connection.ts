import {
  backoffMs,
  type Clock,
  type CredentialSource,
  type Endpoint,
  type KubeClient,
  KubeError,
  UnauthorizedError,
} from '../kube/index.ts';
import { AccessError } from './access/index.ts';
import type { Cluster } from './cluster.ts';
import { askIdentity } from './cluster-identity.ts';
import type { ConnectionStarts } from './connection-starts.ts';
import { isSilence } from './silence.ts';

/**
 * Makes the client for one attempt. `onTrouble` is called whenever a request or a watch of it got no answer, a 401, or
 * an answer that no API server gives; `onContact` whenever the API server is heard of, `onAlive` whenever anybody is at the
 * other end of a connection.
 */
export type ConnectClient = (options: {
  readonly cluster: string;
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource;
  readonly onTrouble: () => void;
  readonly onContact: () => void;
  readonly onAlive: () => void;
}) => KubeClient;

export interface ConnectionOptions {
  readonly id: string;
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Owned by the connection: closed with it. */
  readonly credentials: CredentialSource;
  readonly connectClient: ConnectClient;
  /** Shared with all other connections. Default: it begins at once. */
  readonly starts?: ConnectionStarts | undefined;
  readonly clock: Clock;
  /** Told when the cluster was connected or lost. */
  readonly onChange: () => void;
  readonly random?: (() => number) | undefined;
  /** The longest pause between two attempts, in milliseconds. Default a minute. */
  readonly longestPauseMs?: number | undefined;
  /** The generation of the next cluster. Default: counted from 1. */
  readonly nextGeneration?: (() => number) | undefined;
}

/**
 * idle        nobody has asked for the cluster yet
 * connecting  one attempt that everybody shares
 * connected   the server has answered with our credential
 * lost        it does not answer, refuses our credential, or never took us: the circuit is open, callers fail at once
 *             with `error`, and attempts go on behind it, later and later
 * closed      for good
 */
export type ConnectionState =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'connecting';
      readonly attempt: Promise<Cluster>;
      /** Monotonic milliseconds. */
      readonly startedAt: number;
      readonly previous: Lost | undefined;
    }
  | {
      readonly phase: 'connected';
      readonly cluster: Cluster;
      /** Milliseconds since the epoch. */
      readonly sinceMs: number;
      /** Of attempts and of connections that did not last, in a row before this one. */
      readonly failures: number;
    }
  | Lost
  | { readonly phase: 'closed' };

export interface Lost {
  readonly phase: 'lost';
  /** The server fell silent, and it is not known yet whether another connection to it comes about. */
  readonly stale: boolean;
  readonly error: Error;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly failures: number;
}

/** The connection was lost or closed while, or before, it was used. */
export class ConnectionLostError extends Error {
  override readonly name: string = 'ConnectionLostError';
}

/** Another connection to the same cluster has taken the place of this one: whoever used it begins anew there. */
export class ConnectionReplacedError extends ConnectionLostError {
  override readonly name = 'ConnectionReplacedError';
}

const firstPauseMs = 1_000;
/** A connection that lasted this long makes the failures before it forgotten. */
const steadyAfterMs = 120_000;
/**
 * A slow server is there, and has its time to say so. Where one answer was lost, or the connection that it was to come by, a
 * second question has what the first one left of the time for both: a silence is known as soon as ever.
 */
const patienceMs = { one: 5_000, both: 6_000, least: 1_000 };
const betweenProbesMs = 1_000;
/** Connections that are used answer a PING every five seconds: nothing for longer is a reason to ask. */
const quietMs = 6_000;
/** Whoever answers PINGs may be a gateway, and says nothing of the credential: at the latest after so long it is asked. */
const askAgainMs = { least: 65_000, most: 73_000 };

/**
 * The one owner of connecting to, watching over and giving up one cluster. Everybody else gets a Cluster whose signal
 * aborts as soon as it is no good any more.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #life = new AbortController();
  #state: ConnectionState = { phase: 'idle' };
  #session = new AbortController();
  #pause = new AbortController();
  #generation = 0;
  #probing = false;
  #probeAgain = false;
  #lastContactMs: number | undefined;
  /** Monotonic milliseconds: when anything was heard of it, and when it has to be asked whatever is heard. */
  #heardAt = 0;
  #askAt = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** When the API server was last heard of, in milliseconds since the epoch. */
  get lastContactMs(): number | undefined {
    return this.#lastContactMs;
  }

  /** Whether the first attempt is still to come or under way, so that nobody knows whether there is a connection. */
  get isUndecided(): boolean {
    const { phase } = this.#state;
    return phase === 'idle' || (phase === 'connecting' && this.#state.previous === undefined);
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
        return this.#attempt(undefined, true);
    }
  }

  /**
   * Something that matters has changed, such as the credential: a lost cluster is tried now, a connected one is asked
   * whether it still takes us.
   */
  reconsider(): void {
    if (this.#state.phase === 'lost') this.#attempt(this.#state, true).catch(() => undefined);
    if (this.#probing) this.#probeAgain = true;
    else void this.#suspect();
  }

  /** A request or a watch of this cluster failed in a way that may mean that it is gone. */
  suspect(cluster: Cluster): void {
    if (this.#state.phase === 'connected' && this.#state.cluster === cluster) void this.#suspect();
  }

  /** Asks whether the cluster is still there, if that is not known anyway. */
  check(cluster: Cluster): void {
    const now = this.#options.clock.monotonic();
    if (now - this.#heardAt >= quietMs || now >= this.#askAt) this.suspect(cluster);
  }

  /** `reason` is what work under way on the cluster is told. */
  async close(reason = new ConnectionLostError('the connection was closed')): Promise<void> {
    const state = this.#state;
    if (state.phase === 'closed') return;
    this.#state = { phase: 'closed' };
    this.#life.abort(reason);
    this.#pause.abort();
    this.#session.abort(reason);
    this.#options.credentials.close();
    if (state.phase === 'connected') await state.cluster.client.close();
  }

  #attempt(previous: Lost | undefined, isNew: boolean): Promise<Cluster> {
    this.#pause.abort();
    const attempt = this.#connect(isNew);
    this.#state = { phase: 'connecting', attempt, startedAt: this.#options.clock.monotonic(), previous };
    attempt.then(
      (cluster) => this.#connected(cluster, previous),
      (error: unknown) => this.#failed(error as Error, previous),
    );
    return attempt;
  }

  async #connect(isNew: boolean): Promise<Cluster> {
    const { id, name, endpoint, credentials, connectClient, starts, clock, nextGeneration } = this.#options;
    const session = new AbortController();
    this.#session = session;
    const onTrouble = (): void => {
      if (session === this.#session) void this.#suspect();
    };
    const onAlive = (): void => {
      if (session === this.#session) this.#heardAt = clock.monotonic();
    };
    const onContact = (): void => {
      this.#lastContactMs = clock.now();
      onAlive();
    };
    const client = connectClient({ cluster: name, endpoint, credentials, onTrouble, onContact, onAlive });
    let endTurn: (() => void) | undefined;
    try {
      const signal = this.#life.signal;
      // Before the calls, so that a slow access provider is not taken for a slow server.
      await credentials.get(signal);
      endTurn = await starts?.enter(isNew, signal);
      const [version, identity] = await Promise.all([
        client.serverVersion({ signal }),
        askIdentity(client, endpoint, signal),
        client.resources({ signal }),
      ]);
      return {
        id,
        name,
        generation: nextGeneration?.() ?? ++this.#generation,
        client,
        serverVersion: version.gitVersion,
        identity,
        signal: session.signal,
      };
    } catch (error) {
      await client.close();
      throw error;
    } finally {
      endTurn?.();
    }
  }

  #connected(cluster: Cluster, previous: Lost | undefined): void {
    if (this.#state.phase === 'closed') return void cluster.client.close();
    const { clock, onChange } = this.#options;
    this.#answered();
    this.#state = {
      phase: 'connected',
      cluster,
      sinceMs: clock.now(),
      failures: previous?.failures ?? 0,
    };
    onChange();
  }

  /** It takes our credential. */
  #answered(): void {
    const { clock, random = Math.random } = this.#options;
    this.#heardAt = clock.monotonic();
    this.#askAt = this.#heardAt + askAgainMs.least + (askAgainMs.most - askAgainMs.least) * random();
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
    const { clock, random, onChange, longestPauseMs: capMs = 60_000 } = this.#options;
    this.#pause = new AbortController();
    clock.sleep(backoffMs(lost.failures, { baseMs: firstPauseMs, capMs }, random), this.#pause.signal).then(
      () => void this.#attempt(lost, false).catch(() => undefined),
      () => undefined,
    );
    onChange();
  }

  /** A failed request alone says little: the cluster is asked, and lost only if it does not take that either. */
  async #suspect(): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    try {
      do {
        this.#probeAgain = false;
        await this.#judge();
      } while (this.#probeAgain);
    } finally {
      this.#probing = false;
    }
  }

  async #judge(): Promise<void> {
    const state = this.#state;
    if (state.phase !== 'connected') return;
    const error = await this.#probe(state.cluster);
    if (error === undefined || this.#state !== state) return;
    const { name, clock } = this.#options;
    const lost = `the connection to cluster "${name}" was lost: ${error.message}`;
    const now = clock.now();
    this.#session.abort(new ConnectionLostError(lost, { cause: error }));
    this.#lose({
      phase: 'lost',
      stale: isSilence(error),
      error,
      sinceMs: now,
      failures: now - state.sinceMs < steadyAfterMs ? state.failures + 1 : 0,
    });
    await state.cluster.client.close();
  }

  /** Why the cluster is no good; undefined where an API server answers, even if it is busy or forbids. */
  async #probe(cluster: Cluster): Promise<Error | undefined> {
    const { clock, credentials } = this.#options;
    const { signal } = this.#life;
    let timeoutMs = patienceMs.one;
    for (let attempt = 1; ; attempt++) {
      let askedAt = clock.monotonic();
      try {
        await credentials.get(signal);
        askedAt = clock.monotonic();
        await cluster.client.serverVersion({ timeoutMs, signal });
        this.#answered();
        return undefined;
      } catch (error) {
        if (signal.aborted) return undefined;
        if (error instanceof UnauthorizedError || error instanceof AccessError) return error;
        if (error instanceof KubeError && !isSilence(error)) {
          this.#answered();
          return undefined;
        }
        if (attempt === 2) return error as Error;
      }
      const leftMs = patienceMs.both - (clock.monotonic() - askedAt);
      timeoutMs = Math.min(Math.max(leftMs, patienceMs.least), patienceMs.one);
      await clock.sleep(betweenProbesMs, signal).catch(() => undefined);
    }
  }
}
