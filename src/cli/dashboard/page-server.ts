import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { settlesWithin } from '../../controller/index.ts';
import type { Clock } from '../../kube/index.ts';
import { admit, type Lock } from './admission.ts';
import { browserFile } from './browser-files.ts';
import { notice } from './layout.ts';
import { htmlType, type Reply, securityHeaders } from './reply.ts';

/** Answers what has been let in. `address` is path and query. */
export interface Responder {
  /** Undefined where there is nothing. */
  page(address: string, signal: AbortSignal): Promise<Reply | undefined>;
  /** Messages for whoever looks at an address, until the signal aborts; '' says only that the sender is there. */
  news(address: string, signal: AbortSignal): AsyncIterable<string>;
}

export interface PageServerOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly token: string;
  readonly responder: Responder;
  readonly clock: Clock;
  /** Told what could not be answered. */
  readonly onDefect: (error: unknown) => void;
}

/** Browsers are near: whoever takes longer does not want to. */
const requestTimeoutMs = 10_000;
/** Of all pages that are open, with room for the rest. */
const mostConnections = 64;
const mostReaders = 32;
/** A reader that takes nothing for so long is gone. */
const drainTimeoutMs = 30_000;
const closeTimeoutMs = 1_000;
const newsPath = '/news';
const host = '127.0.0.1';

/** Serves the dashboard to browsers on this machine, read only. Once `listen` resolves it answers; it must be closed. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #server: Server;
  readonly #closing = new AbortController();
  #readers = 0;

  private constructor(options: PageServerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        keepAliveTimeout: requestTimeoutMs,
        connectionsCheckingInterval: requestTimeoutMs,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = mostConnections;
  }

  /** Throws an Error that names the address where it cannot be had. */
  static async listen(options: PageServerOptions): Promise<PageServer> {
    const server = new PageServer(options);
    const listening = Promise.withResolvers<void>();
    server.#server.once('error', listening.reject);
    server.#server.listen({ port: options.port, host, exclusive: true }, listening.resolve);
    await listening.promise;
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Where a browser begins. */
  get origin(): string {
    return `http://${host}:${this.port}`;
  }

  /** Ends everything: what is being read ends at once, what is being answered within a second. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    this.#closing.abort(new Error('the dashboard has ended'));
    this.#server.closeIdleConnections();
    if (!(await settlesWithin(this.#options.clock, closeTimeoutMs, closed)))
      this.#server.closeAllConnections();
    await closed;
  }

  /** Never rejects. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    const onEnd = (): void => gone.abort(new Error('the reader has gone'));
    response.once('close', onEnd);
    response.once('error', onEnd);
    this.#closing.signal.addEventListener('abort', onEnd, { signal: gone.signal });
    if (this.#closing.signal.aborted) onEnd();
    try {
      await this.#respond(request, response, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) this.#fail(error, response);
    } finally {
      if (this.#closing.signal.aborted) response.destroy();
      onEnd();
    }
  }

  async #respond(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { method = '', url = '/', headers } = request;
    const caller = { method, host: headers.host, cookie: headers.cookie, address: url };
    const admission = admit(caller, this.#lock);
    if (admission.kind === 'refused') return this.#send(request, response, refusal(admission));
    if (admission.kind === 'welcome') return this.#send(request, response, welcome(admission));
    const [path = '', query = ''] = url.split('?', 2);
    const { responder } = this.#options;
    if (path === newsPath && method === 'GET')
      return this.#read(responder.news(new URLSearchParams(query).get('at') ?? '', signal), response, signal);
    const reply = browserFile(path) ?? (await responder.page(url, signal));
    return this.#send(request, response, reply ?? nothing);
  }

  get #lock(): Lock {
    return { port: this.port, token: this.#options.token };
  }

  /** As server-sent events, one message after the other; a slow reader gets fewer of them, and the newest. */
  async #read(messages: AsyncIterable<string>, response: ServerResponse, signal: AbortSignal): Promise<void> {
    if (this.#readers >= mostReaders) {
      response.writeHead(503, { ...securityHeaders, 'content-type': 'text/plain' });
      response.end('too many pages are open\n');
      return;
    }
    this.#readers++;
    try {
      response.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream; charset=utf-8' });
      response.flushHeaders();
      for await (const message of messages) {
        const text = message === '' ? ': here\n\n' : `data: ${message}\n\n`;
        if (!response.write(text)) await this.#drained(response, signal);
      }
      response.end();
    } finally {
      this.#readers--;
    }
  }

  async #drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
    const drained = once(response, 'drain', { signal });
    if (!(await settlesWithin(this.#options.clock, drainTimeoutMs, drained))) response.destroy();
    signal.throwIfAborted();
  }

  #send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
    const { status, contentType, body, headers = {} } = reply;
    response.writeHead(status, {
      ...securityHeaders,
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #fail(error: unknown, response: ServerResponse): void {
    this.#options.onDefect(error);
    if (response.headersSent) response.destroy();
    else {
      response.writeHead(500, { ...securityHeaders, 'content-type': htmlType });
      response.end(notice('This page could not be made', 'The terminal of the dashboard says why.'));
    }
  }
}

function refusal({ status, reason }: { readonly status: 401 | 405 | 421; readonly reason: string }): Reply {
  return {
    status,
    contentType: 'text/plain; charset=utf-8',
    body: `${reason}\n`,
    ...(status === 405 ? { headers: { allow: 'GET, HEAD' } } : {}),
  };
}

/**
 * Leads on to the page without the token. Not by a redirect: a browser that came here from another site would not send the
 * cookie along with that.
 */
function welcome({ cookie, address }: { readonly cookie: string; readonly address: string }): Reply {
  return {
    status: 200,
    contentType: htmlType,
    body: notice('Wheelwright', 'The dashboard opens.'),
    headers: { 'set-cookie': cookie, refresh: `0; url=${address}` },
  };
}

const nothing: Reply = {
  status: 404,
  contentType: htmlType,
  body: notice('There is nothing here', 'The hub has no such object, or has it no more.'),
};
