import { type Clock, type Credential, type CredentialSource, untilAborted } from '../../kube/index.ts';
import { AccessError, type AccessErrorKind } from './access-error.ts';
import { type FetchedCredential, sameSecret } from './fetched-credential.ts';
import { failureMemoryMs, refreshTime, retryDelayMs } from './refresh-schedule.ts';
import { RefusalBudget } from './refusal-budget.ts';

export interface CredentialHooks {
  /** After every fetch. */
  readonly fetched?: ((provider: string, outcome: FetchOutcome, durationMs: number) => void) | undefined;
  /** Whenever there is a new credential, another end of it, or none; undefined where nobody knows when it ends. */
  readonly expiry?: ((cluster: string, expiresAt: number | undefined) => void) | undefined;
  /**
   * Whenever there is another credential, the one in use must not be used any more and no other came, or it became
   * known from outside why there is none.
   */
  readonly changed?: (() => void) | undefined;
}

/** `NoNewCredential`: the server refused the credential, and its source gave the same again. */
export type FetchOutcome = 'ok' | 'NoNewCredential' | AccessErrorKind | 'InternalError';

export interface RefreshingOptions {
  /** The name of the access provider, for metrics. */
  readonly provider: string;
  /** The name of the cluster, for messages. */
  readonly cluster: string;
  readonly fetch: (signal: AbortSignal) => Promise<FetchedCredential>;
  /** True for failures that take the current credential out of use: its source says that it is gone. */
  readonly revokes?: ((error: AccessError) => boolean) | undefined;
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  readonly hooks?: CredentialHooks | undefined;
}

export interface CredentialStats {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** When it is fetched anew without anybody asking. */
  readonly refreshAt: number | undefined;
  /** Failures in a row; 0 while all is well. */
  readonly failures: number;
  readonly lastError: Error | undefined;
}

export interface ObservedCredentials extends CredentialSource {
  stats(): CredentialStats;
}

interface Held extends FetchedCredential {
  /** That of the credential may be older: the object stays while the secret in it does. */
  readonly expiresAt: number | undefined;
  readonly refreshAt: number | undefined;
}

interface Failure {
  readonly error: Error;
  readonly count: number;
  /** Monotonic. */
  readonly rememberedUntil: number;
}

/** The wall clock may jump, so a wait for a time of day looks at it this often. */
const tickMs = 30_000;

/**
 * Keeps one credential in use. It is fetched when first asked for, then ahead of its end, in the background, so that in
 * steady state nobody waits; all who ask at the same time share one fetch. A failed fetch leaves the old credential in
 * use until it ends, and is remembered for a while so that it cannot be repeated by everybody who asks.
 */
export class RefreshingCredentials implements ObservedCredentials {
  readonly #options: RefreshingOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #life = new AbortController();
  readonly #budget: RefusalBudget;
  #held: Held | undefined;
  #refused = false;
  #failure: Failure | undefined;
  #fetching: Promise<void> | undefined;
  /** Counts what came from outside a fetch; a fetch that began before that is out of date. */
  #generation = 0;
  #background = new AbortController();

  constructor(options: RefreshingOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#budget = new RefusalBudget(options.clock.monotonic());
  }

  async get(signal: AbortSignal): Promise<Credential> {
    const { signal: life } = this.#life;
    signal.throwIfAborted();
    life.throwIfAborted();
    if (!this.#usable() && !this.#remembersFailure())
      await untilAborted(untilAborted(this.#refresh(), life), signal);
    if (this.#usable()) return (this.#held as Held).credential;
    throw this.#failure?.error ?? this.#expired();
  }

  invalidate(refused: Credential): void {
    if (refused !== this.#held?.credential || this.#refused) return;
    this.#refused = this.#budget.take(this.#clock.monotonic());
  }

  /** A credential that came by itself, for example because its Secret changed. */
  replace(fetched: FetchedCredential): void {
    if (this.#life.signal.aborted) return;
    this.#generation++;
    this.#accept(fetched);
  }

  /** The credential is gone for good; until there is a new one, `get` fails with this. */
  revoke(error: AccessError): void {
    if (this.#life.signal.aborted) return;
    this.#generation++;
    const hadOne = this.#held !== undefined;
    this.#fail(error, true);
    if (!hadOne) this.#options.hooks?.changed?.();
  }

  stats(): CredentialStats {
    return {
      expiresAt: this.#held?.expiresAt,
      refreshAt: this.#held?.refreshAt,
      failures: this.#failure?.count ?? 0,
      lastError: this.#failure?.error,
    };
  }

  close(): void {
    const { cluster } = this.#options;
    this.#life.abort(new AccessError('Closed', `the connection to cluster "${cluster}" was given up`));
    this.#background.abort();
  }

  #usable(): boolean {
    const held = this.#held;
    if (held === undefined || this.#refused) return false;
    return held.endsAt === undefined || this.#clock.now() < held.endsAt;
  }

  #remembersFailure(): boolean {
    // What the server refused is tried again now: the failures before that were about something else.
    if (this.#refused || this.#failure === undefined) return false;
    return this.#clock.monotonic() < this.#failure.rememberedUntil;
  }

  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  /** Never rejects: the outcome is in the state. */
  async #fetch(): Promise<void> {
    const { revokes, provider, hooks } = this.#options;
    const generation = this.#generation;
    const startedAt = this.#clock.monotonic();
    const outcome = await this.#attempt();
    if (this.#life.signal.aborted) return;
    hooks?.fetched?.(provider, this.#describe(outcome), this.#clock.monotonic() - startedAt);
    if (generation !== this.#generation) return;
    if (!(outcome instanceof Error)) this.#accept(outcome);
    else this.#fail(outcome, outcome instanceof AccessError && revokes?.(outcome) === true);
  }

  async #attempt(): Promise<FetchedCredential | Error> {
    try {
      return await this.#options.fetch(this.#life.signal);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #describe(outcome: FetchedCredential | Error): FetchOutcome {
    if (outcome instanceof Error) return outcome instanceof AccessError ? outcome.kind : 'InternalError';
    const held = this.#held?.credential;
    return this.#refused && held !== undefined && sameSecret(held, outcome.credential)
      ? 'NoNewCredential'
      : 'ok';
  }

  #accept({ credential, endsAt }: FetchedCredential): void {
    const now = this.#clock.now();
    const old = this.#held?.credential;
    const { expiresAt } = credential;
    const refreshAt =
      expiresAt === undefined || expiresAt <= now ? undefined : refreshTime(now, expiresAt, this.#random);
    // The old object stands for "nothing new": a client that was refused with it gives up instead of trying again.
    const same = old !== undefined && sameSecret(old, credential);
    const news = !same || expiresAt !== this.#held?.expiresAt;
    this.#held = { credential: same ? old : credential, endsAt, expiresAt, refreshAt };
    this.#failure = undefined;
    this.#refused = false;
    if (news) this.#options.hooks?.expiry?.(this.#options.cluster, expiresAt);
    this.#plan();
    if (!same) this.#options.hooks?.changed?.();
  }

  #fail(cause: Error, revoked: boolean): void {
    const task = `cannot get a credential for cluster "${this.#options.cluster}"`;
    const error = cause instanceof AccessError ? cause.about(task) : cause;
    const count = (this.#failure?.count ?? 0) + 1;
    const rememberedUntil = this.#clock.monotonic() + failureMemoryMs(count);
    this.#failure = { error, count, rememberedUntil };
    this.#refused = false;
    const hadOne = this.#held !== undefined;
    if (revoked && hadOne) {
      this.#held = undefined;
      this.#options.hooks?.expiry?.(this.#options.cluster, undefined);
    }
    this.#plan();
    if (hadOne && !this.#usable()) this.#options.hooks?.changed?.();
  }

  /** Plans the next fetch that nobody asked for, in place of the one planned before. */
  #plan(): void {
    this.#background.abort();
    if (this.#life.signal.aborted || this.#held === undefined) return;
    const { refreshAt } = this.#held;
    if (this.#failure === undefined && refreshAt === undefined) return;
    this.#background = new AbortController();
    const { signal } = this.#background;
    const due =
      this.#failure === undefined
        ? this.#until(refreshAt as number, signal)
        : this.#clock.sleep(retryDelayMs(this.#failure.count, this.#random), signal);
    due.then(
      () => this.#refresh(),
      () => undefined,
    );
  }

  async #until(time: number, signal: AbortSignal): Promise<void> {
    for (let left = time - this.#clock.now(); left > 0; left = time - this.#clock.now())
      await this.#clock.sleep(Math.min(left, tickMs), signal);
  }

  #expired(): AccessError {
    return new AccessError(
      'ExpiredOnArrival',
      `the credential for cluster "${this.#options.cluster}" has ended`,
    );
  }
}
