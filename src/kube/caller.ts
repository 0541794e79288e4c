import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { Dispatcher } from 'undici';
import type { Clock } from './clock.ts';
import type { Credential, CredentialSource } from './credentials.ts';
import { DeadlineExceeded, withDeadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import {
  type CallContext,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from './errors.ts';
import type { RequestLimiter } from './request-limiter.ts';
import { errorFromAnswer } from './status-error.ts';
import { unreachable } from './transport/network-error.ts';
import {
  type Exchange,
  Transport,
  TransportClosedError,
  type TransportOptions,
} from './transport/transport.ts';

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
  readonly transport?: Omit<TransportOptions, 'endpoint' | 'certificate'> | undefined;
  readonly onRequest?: ((observation: RequestObservation) => void) | undefined;
}

export interface Call {
  readonly method: Exchange['method'];
  readonly path: string;
  readonly accept?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  /** True where sending it twice does no harm, so that a broken connection is answered by one more attempt. */
  readonly repeatable: boolean;
  readonly compressed?: boolean | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Attempts that 429 and 503 with Retry-After get, within the call's deadline. */
const throttledAttempts = 6;
const defaultRetryAfterMs = 1_000;
const longestErrorBodyBytes = 64 << 10;
const inflate = promisify(gunzip);

/**
 * Sends calls to one server and turns whatever happens into KubeErrors: credentials per request, one retry with a new
 * credential after 401, patience with 429, one retry over a new connection where that is safe.
 */
export class Caller {
  readonly #options: CallerOptions;
  #transport: Transport | undefined;
  #certificate: Credential['certificate'];
  #closed = false;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** The whole answer, within `timeoutMs`. Accepts every 2xx status. */
  async call(
    context: CallContext,
    call: Call,
    options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs: number },
  ): Promise<Answer> {
    return this.#within(context, options, async (signal) => {
      const { response, release } = await this.#send('call', context, call, signal);
      try {
        const text = await readText(response);
        return { status: response.statusCode, headers: response.headers, text };
      } catch (error) {
        throw signal.aborted ? error : unreachable(context, error);
      } finally {
        release();
      }
    });
  }

  /** The body of a streaming answer; only its start is under `timeoutMs`. The caller must read or destroy it. */
  async stream(
    context: CallContext,
    call: Call,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<Dispatcher.ResponseData['body']> {
    const life = new AbortController();
    const end = (): void => life.abort(options.signal.reason);
    options.signal.addEventListener('abort', end, { once: true });
    try {
      const response = await this.#within(context, options, async (opening) => {
        const onOpeningAborted = (): void => life.abort(opening.reason);
        opening.addEventListener('abort', onOpeningAborted, { once: true });
        try {
          const sent = await this.#send('watch', context, call, life.signal);
          sent.release();
          return sent.response;
        } finally {
          opening.removeEventListener('abort', onOpeningAborted);
        }
      });
      response.body.once('close', () => options.signal.removeEventListener('abort', end));
      return response.body;
    } catch (error) {
      options.signal.removeEventListener('abort', end);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#transport?.close();
  }

  async #within<T>(
    context: CallContext,
    options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs: number },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await withDeadline(options.timeoutMs, options.signal, work);
    } catch (error) {
      if (!(error instanceof DeadlineExceeded)) throw error;
      throw new TimeoutError(context, { message: error.message }, { cause: error });
    }
  }

  async #send(
    purpose: 'call' | 'watch',
    context: CallContext,
    call: Call,
    signal: AbortSignal,
  ): Promise<Sent> {
    const budget = { newCredential: 1, newConnection: call.repeatable ? 1 : 0, throttled: throttledAttempts };
    for (;;) {
      const release = await this.#options.limiter.acquire(signal);
      let open = false;
      try {
        const credential = await this.#options.credentials.get(signal);
        const outcome = await this.#attempt(purpose, context, call, credential, signal);
        if (outcome instanceof UnreachableError) {
          if (budget.newConnection-- <= 0) throw outcome;
        } else if (outcome.statusCode < 300) {
          open = true;
          return { response: outcome, release };
        } else {
          await this.#recover(context, outcome, credential, budget, signal);
        }
      } finally {
        if (!open) release();
      }
    }
  }

  /** One exchange: an answer of any status, or why there is none. Throws only when the signal aborts. */
  async #attempt(
    purpose: 'call' | 'watch',
    context: CallContext,
    call: Call,
    credential: Credential,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData | UnreachableError> {
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
      const response = await this.#transportFor(credential).exchange(purpose, {
        method: call.method,
        path: call.path,
        body: call.body,
        signal,
        headers: this.#headers(call, credential),
      });
      observe(String(response.statusCode));
      return response;
    } catch (error) {
      if (signal.aborted) throw error;
      observe('error');
      return unreachable(context, error);
    }
  }

  async #recover(
    context: CallContext,
    response: Dispatcher.ResponseData,
    credential: Credential,
    budget: Budget,
    signal: AbortSignal,
  ): Promise<void> {
    const retryAfter = headerText(response.headers['retry-after']);
    const failure = errorFromAnswer(
      context,
      response.statusCode,
      await readText(response, longestErrorBodyBytes),
      retryAfter,
    );
    if (failure instanceof UnauthorizedError) {
      this.#options.credentials.invalidate(credential);
      if (budget.newCredential-- > 0 && (await this.#options.credentials.get(signal)) !== credential) return;
      throw failure;
    }
    const throttled =
      failure instanceof ThrottledError ||
      (response.statusCode === 503 && failure.status.retryAfterMs !== undefined);
    if (!throttled || budget.throttled-- <= 0) throw failure;
    this.#options.limiter.pause(failure.status.retryAfterMs ?? defaultRetryAfterMs);
  }

  #headers(call: Call, credential: Credential): Record<string, string> {
    return {
      accept: call.accept ?? 'application/json',
      'user-agent': this.#options.userAgent,
      ...(call.compressed === true && this.#options.endpoint.disableCompression !== true
        ? { 'accept-encoding': 'gzip' }
        : {}),
      ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      ...authorization(credential),
      ...call.headers,
    };
  }

  /** A client certificate is part of the TLS connection: a new one means new connections, while old streams run out. */
  #transportFor(credential: Credential): Transport {
    if (this.#closed) throw new TransportClosedError();
    const current = this.#transport;
    const same =
      this.#certificate?.cert === credential.certificate?.cert &&
      this.#certificate?.key === credential.certificate?.key;
    if (current !== undefined && same) return current;
    const { endpoint, transport } = this.#options;
    const next = new Transport({ ...transport, endpoint, certificate: credential.certificate });
    this.#transport = next;
    this.#certificate = credential.certificate;
    current?.retire();
    return next;
  }
}

interface Sent {
  readonly response: Dispatcher.ResponseData;
  readonly release: () => void;
}

interface Budget {
  newCredential: number;
  newConnection: number;
  throttled: number;
}

function authorization({ token, basic }: Credential): { readonly authorization?: string } {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (basic === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}` };
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

async function readText(
  response: Dispatcher.ResponseData,
  limit = Number.POSITIVE_INFINITY,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  const bytes = Buffer.concat(chunks);
  const zipped = headerText(response.headers['content-encoding']) === 'gzip';
  return (zipped ? await inflate(bytes) : bytes).toString('utf8');
}
