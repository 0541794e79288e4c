import { validateHeaderValue } from 'node:http';
import { readText, UnreadableBodyError } from './body-text.ts';
import type { Clock } from './clock.ts';
import type { Credential, CredentialSource } from './credentials.ts';
import { DeadlineExceeded, untilAborted, withDeadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import {
  type CallContext,
  type KubeError,
  ProtocolError,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from './errors.ts';
import { withoutContent } from './echoed-content.ts';
import { withoutCredential } from './echoed-credential.ts';
import { type Impersonation, impersonationHeaders } from './impersonation.ts';
import { PauseTooLong, type RequestLimiter } from './request-limiter.ts';
import { errorFromAnswer } from './status-error.ts';
import {
  type AnswerBody,
  type Exchange,
  type HttpAnswer,
  NotProcessedError,
  type Purpose,
} from './transport/exchange.ts';
import { unreachable } from './transport/network-error.ts';
import { Transport, type TransportOptions } from './transport/transport.ts';

/** One finished attempt, for metrics and logs. */
export interface RequestObservation {
  readonly cluster: string;
  readonly verb: string;
  readonly method: string;
  /** HTTP status, or `error` where no answer came. */
  readonly code: string;
  readonly durationMs: number;
}

export interface CallerOptions {
  readonly cluster: string;
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource;
  readonly limiter: RequestLimiter;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly impersonate?: Impersonation | undefined;
  readonly transport?: Omit<TransportOptions, 'endpoint' | 'certificate'> | undefined;
  readonly onRequest?: ((observation: RequestObservation) => void) | undefined;
  /** Called when a connection is there, just before a request goes out, which it does not if this aborts its signal. */
  readonly beforeRequest?: (() => void) | undefined;
  /** Told of answers that an API server does not give, and somebody in its place does. */
  readonly onForeignAnswer?: (() => void) | undefined;
}

export interface Call {
  readonly method: Exchange['method'];
  readonly path: string;
  readonly accept?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  /** True where sending it twice does no harm, so that a broken connection is answered by one more attempt. */
  readonly repeatable: boolean;
  readonly compressed?: boolean | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  readonly text: string;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  /** For the head of the answer. */
  readonly timeoutMs: number;
  readonly onOpen: () => void;
  readonly onChunk: (chunk: Buffer) => void;
}

/** Attempts that 429 and 503 with Retry-After get, within the call's deadline. */
const throttledAttempts = 6;
const defaultRetryAfterMs = 1_000;
/** What a server may ask for at most; more would be a mistake, or an attack. */
const longestRetryAfterMs = 60_000;
/** Beyond what Node can hold in one string there is nothing to parse; this is half of it. */
const longestAnswerBytes = 256 << 20;
const longestErrorBytes = 1 << 20;

/**
 * Sends calls to one server and turns whatever happens into KubeErrors: credentials per request, one retry with a new
 * credential after 401, patience with 429, one retry over a new connection where that is safe.
 */
export class Caller {
  readonly #options: CallerOptions;
  /** The current one and those that were replaced and still have streams open. */
  readonly #transports = new Set<Transport>();
  #current: { readonly transport: Transport; readonly certificate: Credential['certificate'] } | undefined;
  #isClosed = false;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** The whole answer, within `timeoutMs`. Accepts every 2xx status. */
  async call(
    context: CallContext,
    call: Call,
    options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs: number },
  ): Promise<Answer> {
    return this.#within(context, options, async (attempts, signal) => {
      const { answer, release } = await this.#send({ purpose: 'call', context, call, attempts }, signal);
      try {
        const text = await readText(answer, longestAnswerBytes);
        return { status: answer.status, headers: answer.headers, text };
      } catch (error) {
        if (signal.aborted) throw error;
        throw error instanceof UnreadableBodyError
          ? new ProtocolError(context, { message: error.message })
          : unreachable(context, error);
      } finally {
        release();
      }
    });
  }

  /**
   * Reads a streaming answer to its end; only its start is under `timeoutMs`. Rejects with a KubeError where it does not
   * start, and after that with what broke it, what `onChunk` threw, or the signal's reason.
   */
  async stream(context: CallContext, call: Call, options: StreamOptions): Promise<void> {
    const { signal, onOpen, onChunk } = options;
    const life = new AbortController();
    const end = (): void => life.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    try {
      const body = await this.#open(context, call, options, life);
      onOpen();
      await body.read(onChunk);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  #open(
    context: CallContext,
    call: Call,
    options: StreamOptions,
    life: AbortController,
  ): Promise<AnswerBody> {
    return this.#within(context, options, async (attempts, opening) => {
      const onOpeningAborted = (): void => life.abort(opening.reason);
      opening.addEventListener('abort', onOpeningAborted, { once: true });
      try {
        const sent = await this.#send({ purpose: 'watch', context, call, attempts }, life.signal);
        sent.release();
        return sent.answer.body;
      } finally {
        opening.removeEventListener('abort', onOpeningAborted);
      }
    });
  }

  /** Ends every connection; calls under way fail. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#options.limiter.close(new NotProcessedError('the client was closed'));
    await Promise.all([...this.#transports].map((transport) => transport.close()));
  }

  async #within<T>(
    context: CallContext,
    { timeoutMs, signal }: { readonly signal?: AbortSignal | undefined; readonly timeoutMs: number },
    work: (attempts: Attempts, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const attempts: Attempts = {
      newCredential: 1,
      newConnection: 1,
      throttled: throttledAttempts,
      patienceMs: timeoutMs,
      lastFailure: undefined,
    };
    try {
      return await withDeadline(timeoutMs, signal, (limited) => work(attempts, limited));
    } catch (error) {
      if (!(error instanceof DeadlineExceeded)) throw error;
      const before = attempts.lastFailure?.status.message;
      const message = before === undefined ? error.message : `${error.message}, after this: ${before}`;
      throw new TimeoutError(context, { message }, { cause: error });
    }
  }

  /** Attempts until there is an answer to keep. The limiter counts it as under way until `release`. */
  async #send(sending: Sending, signal: AbortSignal): Promise<Sent> {
    for (;;) {
      const release = await this.#admit(sending, signal);
      let isOpen = false;
      try {
        const credential = await untilAborted(this.#options.credentials.get(signal), signal);
        signal.throwIfAborted();
        const outcome = await this.#attempt(sending, credential, signal);
        if (outcome instanceof UnreachableError) {
          this.#reconsider(sending, outcome);
        } else if (outcome.status >= 200 && outcome.status < 300) {
          isOpen = true;
          return { answer: outcome, release };
        } else {
          await this.#recover(sending, outcome, credential, signal);
        }
      } finally {
        if (!isOpen) release();
      }
    }
  }

  async #admit({ context, attempts }: Sending, signal: AbortSignal): Promise<() => void> {
    try {
      return await this.#options.limiter.acquire(signal, attempts.patienceMs);
    } catch (error) {
      if (signal.aborted) throw error;
      if (!(error instanceof PauseTooLong)) throw unreachable(context, error);
      throw new ThrottledError(context, { message: error.message, retryAfterMs: error.remainingMs });
    }
  }

  /** One exchange: an answer of any status, or why there is none. Throws only when the signal aborts. */
  async #attempt(
    { purpose, context, call }: Sending,
    credential: Credential,
    signal: AbortSignal,
  ): Promise<HttpAnswer | UnreachableError> {
    const { clock, onRequest } = this.#options;
    const startedAt = clock.monotonic();
    const observe = (code: string): void => {
      onRequest?.({
        cluster: context.cluster,
        verb: context.verb,
        method: call.method,
        code,
        durationMs: clock.monotonic() - startedAt,
      });
    };
    try {
      const { method, path, body } = call;
      const headers = this.#headers(call, credential);
      const answer = await this.#transportFor(credential).exchange(purpose, {
        method,
        path,
        headers,
        body,
        beforeSend: this.#options.beforeRequest,
        signal,
      });
      observe(String(answer.status));
      return answer;
    } catch (error) {
      if (signal.aborted) throw error;
      observe('error');
      return unreachable(context, error);
    }
  }

  /** Returns where another attempt makes sense, and throws where not. */
  #reconsider({ call, attempts }: Sending, failure: UnreachableError): void {
    const isSafe = call.repeatable || failure.cause instanceof NotProcessedError;
    const isBroken = failure.kind === 'Reset' || failure.kind === 'Timeout' || failure.kind === 'Network';
    if (this.#isClosed || !isSafe || !isBroken || attempts.newConnection-- <= 0) throw failure;
    attempts.lastFailure = failure;
  }

  async #recover(
    { context, call, attempts }: Sending,
    answer: HttpAnswer,
    credential: Credential,
    signal: AbortSignal,
  ): Promise<void> {
    const { credentials, limiter, onForeignAnswer } = this.#options;
    const body = await readText(answer, longestErrorBytes).catch(() => '');
    signal.throwIfAborted();
    // Messages of servers and proxies end up in statuses and events, and some repeat the request.
    const told = withoutContent(withoutCredential(body, credential), call.body);
    const failure = errorFromAnswer(context, answer.status, told, headerText(answer.headers['retry-after']));
    attempts.lastFailure = failure;
    if (isForeign(failure)) onForeignAnswer?.();
    if (failure instanceof UnauthorizedError) {
      credentials.invalidate(credential);
      if (attempts.newCredential-- <= 0) throw failure;
      if ((await untilAborted(credentials.get(signal), signal)) === credential) throw failure;
      return;
    }
    const { retryAfterMs } = failure.status;
    const isThrottled =
      failure instanceof ThrottledError || (answer.status === 503 && retryAfterMs !== undefined);
    if (!isThrottled || attempts.throttled-- <= 0) throw failure;
    const pauseMs = Math.min(retryAfterMs ?? defaultRetryAfterMs, longestRetryAfterMs);
    limiter.pause(pauseMs);
    if (pauseMs > attempts.patienceMs) throw failure;
  }

  #headers(call: Call, credential: Credential): Exchange['headers'] {
    const { impersonate } = this.#options;
    return {
      accept: call.accept ?? 'application/json',
      'user-agent': this.#options.userAgent,
      ...(call.compressed === true && this.#options.endpoint.disableCompression !== true
        ? { 'accept-encoding': 'gzip' }
        : {}),
      ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      ...authorization(credential),
      ...(impersonate === undefined ? {} : impersonationHeaders(impersonate)),
    };
  }

  /** A client certificate is part of the TLS connection: a new one means new connections, while old streams run out. */
  #transportFor({ certificate }: Credential): Transport {
    if (this.#isClosed) throw new NotProcessedError('the client was closed');
    const current = this.#current;
    if (
      current !== undefined &&
      current.certificate?.cert === certificate?.cert &&
      current.certificate?.key === certificate?.key
    )
      return current.transport;
    const { endpoint, transport: options } = this.#options;
    const transport = new Transport({ ...options, endpoint, certificate });
    this.#transports.add(transport);
    this.#current = { transport, certificate };
    if (current !== undefined) void this.#retire(current.transport);
    return transport;
  }

  async #retire(transport: Transport): Promise<void> {
    await transport.retire();
    this.#transports.delete(transport);
  }
}

interface Sending {
  readonly purpose: Purpose;
  readonly context: CallContext;
  readonly call: Call;
  readonly attempts: Attempts;
}

interface Sent {
  readonly answer: HttpAnswer;
  readonly release: () => void;
}

/** What is left for one call. */
interface Attempts {
  newCredential: number;
  newConnection: number;
  throttled: number;
  /** A pause that is longer is not worth waiting for. */
  readonly patienceMs: number;
  /** What another attempt followed. */
  lastFailure: KubeError | undefined;
}

/** Gateways answer in their own words; an API server says what is wrong in a Status, with a reason. */
function isForeign(failure: KubeError): boolean {
  if (failure instanceof ProtocolError) return true;
  return (failure.status.httpStatus ?? 0) >= 500 && failure.status.reason === undefined;
}

/** One text for all requests that carry a credential: an open watch keeps the headers that it was asked with. */
const authorizations = new WeakMap<Credential, { readonly authorization?: string }>();

function authorization(credential: Credential): { readonly authorization?: string } {
  const known = authorizations.get(credential) ?? authorizationOf(credential);
  authorizations.set(credential, known);
  return known;
}

function authorizationOf({ token, basic }: Credential): { readonly authorization?: string } {
  if (token !== undefined) {
    const value = `Bearer ${token}`;
    // HTTP/2 carries any bytes, and servers drop what is no header: the call would be anonymous without a word.
    validateHeaderValue('authorization', value);
    return { authorization: value };
  }
  if (basic === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}` };
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
