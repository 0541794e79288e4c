import { rootCertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { DeadlineExceeded, withDeadline } from '../../../../../kube/index.ts';
import { TriggerError } from '../trigger.ts';
import { forbiddenReason, guardedLookup, isForbiddenAddress, type Reach } from './guarded-lookup.ts';

export interface HttpSourceOptions {
  /** For messages: `triggers[0]`. */
  readonly place: string;
  readonly timeoutMs?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly tls?: HttpTls | undefined;
  readonly reach: Reach;
}

/** PEM, where there is any. */
export interface HttpTls {
  /** Beside the certificates that everybody trusts. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Takes any certificate. */
  readonly isUnsafe?: boolean | undefined;
}

/** As KEDA by default. */
const defaultTimeoutMs = 3_000;
const longestBody = 4 * 2 ** 20;

/** A server that a trigger asks. What it answers is never part of a message, nor is more of its address than the host. */
export class HttpSource {
  readonly #options: HttpSourceOptions;
  readonly #agent: Agent;

  constructor(options: HttpSourceOptions) {
    this.#options = options;
    const { ca, cert, key, isUnsafe } = options.tls ?? {};
    this.#agent = new Agent({
      connections: 2,
      keepAliveTimeout: 30_000,
      maxResponseSize: longestBody,
      connect: {
        lookup: guardedLookup(options.reach),
        timeout: options.timeoutMs ?? defaultTimeoutMs,
        rejectUnauthorized: isUnsafe !== true,
        ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
      },
    });
  }

  /** The body of what the server answers to a GET. Throws TriggerError unless `accepts` takes the status. */
  async get(url: URL, accepts: (status: number) => boolean, signal: AbortSignal): Promise<string> {
    const { reach, place, timeoutMs = defaultTimeoutMs, headers } = this.#options;
    const { host, hostname } = url;
    if (isForbiddenAddress(hostname, reach))
      throw new TriggerError(`${place}: ${host} must not be asked: ${forbiddenReason}`);
    let status: number;
    let body: string;
    try {
      ({ status, body } = await withDeadline(timeoutMs, signal, async (limited) => {
        const answer = await request(url, {
          dispatcher: this.#agent,
          signal: limited,
          headers: { accept: '*/*', 'user-agent': 'wheelwright', ...headers },
        });
        return { status: answer.statusCode, body: await answer.body.text() };
      }));
    } catch (error) {
      signal.throwIfAborted();
      throw new TriggerError(`${place}: cannot ask ${host}: ${causeOf(error, timeoutMs)}`);
    }
    if (status >= 300 && status < 400)
      throw new TriggerError(
        `${place}: ${host} answered with a redirection, status ${status}: name the final address`,
      );
    if (!accepts(status)) throw new TriggerError(`${place}: ${host} answered with status ${status}`);
    return body;
  }

  /** Ends its connections. */
  close(): void {
    void this.#agent.destroy();
  }
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it ended the connection',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name cannot be looked up',
  EFORBIDDEN: forbiddenReason,
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_SOCKET: 'it ended the connection',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'it answered with more than 4 MiB',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has ended',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Never the message of the error, which may quote what came back. */
function causeOf(error: unknown, timeoutMs: number): string {
  if (error instanceof DeadlineExceeded) return `no answer within ${timeoutMs} ms`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return causes[code] ?? (/^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : 'the connection failed');
}

/** An address that a trigger names. Throws TriggerError; its message has no more of it than the scheme. */
export function addressOf(text: string, field: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TriggerError(`${field} is no URL: it must be one such as http://prometheus:9090`);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new TriggerError(
    `${field} has the scheme '${url.protocol.replace(':', '')}': it must be http or https`,
  );
}
