import { once } from 'node:events';
import {
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Resource, resourcePath } from '../../../src/kube/index.ts';
import type { KeyPair } from '../../bed/pki/index.ts';
import { Exchange } from './exchange.ts';
import { answerDiscovery, builtIn } from './fake-discovery.ts';
import { FakeObjects } from './fake-objects.ts';
import type { OpenWatch } from './open-watch.ts';
import { ResourceHandler } from './resource-handler.ts';

export interface FakeApiServerOptions {
  readonly pair: KeyPair;
  /** Asks clients for certificates that this authority signed. */
  readonly clientAuthority?: string | undefined;
  readonly protocol?: 'h2' | 'http/1.1' | undefined;
  /** 0 or absent: any free one. */
  readonly port?: number | undefined;
  /** A path in front of everything, for example `/clusters/a`. */
  readonly prefix?: string | undefined;
  readonly maxConcurrentStreams?: number | undefined;
  /** The newest TLS that the server speaks. */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** What is stored; given where it must survive the server. */
  readonly objects?: FakeObjects | undefined;
}

/** What a server of another version or configuration does otherwise; may be changed at any time. */
export interface Features {
  watchList: boolean;
  aggregatedDiscovery: boolean;
  gzip: boolean;
  /** How a watch from a compacted version is refused: by HTTP 410, or by an ERROR event after 200. */
  goneAs: 'status' | 'event';
}

/** Decides what becomes of a request before the server sees it: `true` where it was answered. */
export type Interception = (exchange: Exchange) => boolean | Promise<boolean>;

/** An API server for tests: real TLS and HTTP, objects in memory, and every fault on demand. */
export class FakeApiServer {
  readonly objects: FakeObjects;
  readonly features: Features = {
    watchList: true,
    aggregatedDiscovery: true,
    gzip: false,
    goneAs: 'event',
  };
  readonly resources: Resource[] = [...builtIn];
  readonly watches = new Set<OpenWatch>();
  /** Each with the number of its open streams. */
  readonly sessions = new Map<ServerHttp2Session, number>();
  readonly #leaving = new WeakSet<ServerHttp2Session>();
  readonly sockets = new Set<Socket>();
  /** Every request that came, oldest first. */
  readonly requests: Exchange[] = [];
  /** Stays the same after the server has stopped. */
  port = 0;
  /** How many PINGs came in all. */
  pings = 0;
  readonly #server: Http2SecureServer | HttpsServer;
  readonly #prefix: string;
  readonly #interceptions = new Set<{ act: Interception; times: number }>();
  readonly #handler: ResourceHandler;

  static async start(options: FakeApiServerOptions): Promise<FakeApiServer> {
    const server = new FakeApiServer(options);
    server.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(server.#server, 'listening');
    server.port = (server.#server.address() as AddressInfo).port;
    return server;
  }

  private constructor(options: FakeApiServerOptions) {
    this.objects = options.objects ?? new FakeObjects();
    this.#prefix = options.prefix ?? '';
    this.#handler = new ResourceHandler(this.objects, this.features, this.watches);
    this.#server = listener(options);
    (this.#server as HttpsServer).on('request', (request, response) => void this.#receive(request, response));
    this.#server.on('session', (session: ServerHttp2Session) => {
      this.sessions.set(session, 0);
      session
        .on('stream', (stream: ServerHttp2Stream) => {
          this.#count(session, 1);
          stream.once('close', () => this.#count(session, -1));
        })
        .on('ping', () => this.pings++)
        .once('close', () => this.sessions.delete(session))
        .on('error', () => undefined);
    });
    this.#server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    this.#server.on('secureConnection', (socket: Socket) => void socket.on('error', () => undefined));
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}${this.#prefix}`;
  }

  /** The next `times` requests go to `act` first; the returned function ends it early. */
  intercept(act: Interception, times = Number.POSITIVE_INFINITY): () => void {
    const entry = { act, times };
    this.#interceptions.add(entry);
    return () => this.#interceptions.delete(entry);
  }

  /**
   * Tells every connection to go away, as a server that shuts down or `--goaway-chance` does. Like Go's server it ends a
   * connection soon after its last stream.
   */
  goaway(code = 0, lastStreamId = 2 ** 31 - 1): void {
    for (const session of this.sessions.keys()) {
      if (session.destroyed) continue;
      session.goaway(code, lastStreamId);
      this.#leaving.add(session);
      this.#count(session, 0);
    }
  }

  /** Breaks every connection without a word; the server goes on listening. */
  cutConnections(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    for (const watch of this.watches) watch.stop();
    for (const session of this.sessions.keys()) session.destroy();
    for (const socket of this.sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #count(session: ServerHttp2Session, change: number): void {
    const streams = (this.sessions.get(session) ?? 0) + change;
    if (this.sessions.has(session)) this.sessions.set(session, streams);
    if (streams === 0 && this.#leaving.has(session)) setTimeout(() => session.destroy(), 20).unref();
  }

  async #receive(
    request: ConstructorParameters<typeof Exchange>[0],
    response: ConstructorParameters<typeof Exchange>[1],
  ): Promise<void> {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const body = await readAll(request).catch(() => undefined);
    if (body === undefined) return;
    const exchange = new Exchange(request, response, body);
    this.requests.push(exchange);
    for (const entry of this.#interceptions) {
      if (entry.times <= 0) continue;
      if (!(await entry.act(exchange))) continue;
      entry.times--;
      return;
    }
    try {
      this.#answer(exchange);
    } catch (error) {
      exchange.fail(500, 'InternalError', String(error));
    }
  }

  #answer(exchange: Exchange): void {
    if (!exchange.path.startsWith(`${this.#prefix}/`)) return exchange.text(404, '404 page not found\n');
    const path = exchange.path.slice(this.#prefix.length);
    if (path === '/version')
      return exchange.json(200, { major: '1', minor: '36', gitVersion: 'v1.36.3-fake' });
    if (path === '/livez') return exchange.text(200, 'ok');
    const hit = this.resources.find((resource) => matches(resource, path) !== undefined);
    const place = hit === undefined ? undefined : matches(hit, path);
    if (hit !== undefined && place !== undefined) return this.#handler.handle(exchange, hit, place);
    if (answerDiscovery(exchange, path, this.resources, this.features.aggregatedDiscovery)) return;
    exchange.text(404, '404 page not found\n');
  }
}

function listener(options: FakeApiServerOptions): Http2SecureServer | HttpsServer {
  const tls = {
    ...options.pair,
    ...(options.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
    ...(options.clientAuthority === undefined
      ? {}
      : { ca: options.clientAuthority, requestCert: true, rejectUnauthorized: true }),
  };
  if (options.protocol === 'http/1.1') return createServer({ ...tls, ALPNProtocols: ['http/1.1'] });
  const { maxConcurrentStreams } = options;
  return createSecureServer({
    ...tls,
    allowHTTP1: true,
    // Node's default refuses streams at 10 MB under way, which no API server does.
    maxSessionMemory: 1_000,
    settings: maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams },
  });
}

/** Where in a resource a path points to; undefined for paths of others. */
function matches(
  resource: Resource,
  path: string,
): { readonly namespace?: string; readonly name?: string; readonly subresource?: string } | undefined {
  const root = resourcePath(resource).slice(0, -resource.plural.length - 1);
  const pattern = new RegExp(
    `^${root}(?:/namespaces/(?<namespace>[^/]+))?/${resource.plural}(?:/(?<name>[^/]+))?(?:/(?<subresource>[^/]+))?$`,
  );
  const groups = pattern.exec(path)?.groups;
  if (groups === undefined) return undefined;
  return Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined));
}

async function readAll(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
