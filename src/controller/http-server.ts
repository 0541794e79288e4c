import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../kube/index.ts';
import type { BindAddress } from './bind-address.ts';
import type { Logger } from './logger.ts';
import { settlesWithin } from './settles-within.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers GET of one path. */
export type Route = (query: URLSearchParams) => Answer | Promise<Answer>;

export interface HttpServerOptions {
  readonly address: BindAddress;
  readonly routes: ReadonlyMap<string, Route>;
  readonly clock: Clock;
  readonly log: Logger;
}

const plain = 'text/plain; charset=utf-8';
/** For the whole request, so that a client that sends nothing holds nothing. */
const requestTimeoutMs = 5_000;

/** Serves a few read-only paths. Once `listen` resolves it answers; it must be closed. */
export class HttpServer {
  readonly #server: Server;
  readonly #options: HttpServerOptions;

  private constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        keepAliveTimeout: requestTimeoutMs,
      },
      (request, response) => void this.#serve(request, response),
    );
  }

  /** Throws an Error that names the address where it cannot be had. */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const { host, port } = options.address;
    const server = new HttpServer(options);
    const listening = Promise.withResolvers<void>();
    server.#server.once('error', listening.reject);
    server.#server.listen({ port, host }, listening.resolve);
    try {
      await listening.promise;
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot listen on ${host ?? ''}:${port}: ${cause}`, { cause: error });
    }
    return server;
  }

  /** The port that is listened on, also where port 0 asked for any. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Takes no new connections, lets answers under way end within `deadlineMs`, then cuts them off. */
  async close(deadlineMs: number): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    this.#server.closeIdleConnections();
    if (!(await settlesWithin(this.#options.clock, deadlineMs, closed))) this.#server.closeAllConnections();
  }

  /** Never rejects. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, contentType, body } = await this.#answer(request);
    // While closing, a connection kept alive would hold the process up.
    const last = this.#server.listening ? {} : { connection: 'close' };
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store', ...last });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #answer({ method, url = '/' }: IncomingMessage): Promise<Answer> {
    const [path = '', query = ''] = url.split('?', 2);
    const route = this.#options.routes.get(path);
    if (route === undefined) return { status: 404, contentType: plain, body: 'not found\n' };
    if (method !== 'GET' && method !== 'HEAD')
      return { status: 405, contentType: plain, body: 'only GET is allowed\n' };
    try {
      return await route(new URLSearchParams(query));
    } catch (error) {
      this.#options.log.error({ err: error, path }, 'cannot answer a request');
      return { status: 500, contentType: plain, body: 'internal error\n' };
    }
  }
}
