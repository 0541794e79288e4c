import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { Endpoint } from '../endpoint.ts';
import { openTunnel } from './proxy-tunnel.ts';

export type Protocol = 'h2' | 'http/1.1';

export interface ConnectorOptions {
  readonly endpoint: Endpoint;
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly connectTimeoutMs: number;
  readonly onConnect?:
    | ((connection: { readonly protocol: Protocol; readonly resumed: boolean }) => void)
    | undefined;
}

/** Opens TLS connections to one endpoint; owns what they share: the secure context and the session to resume. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #context: SecureContext | undefined;
  readonly #proxy: URL | undefined;
  // A strong reference on purpose: undici caches sessions through WeakRef and loses them at the next collection.
  #session: Buffer | undefined;

  /** Throws where the CA, certificate or key cannot be read as PEM. */
  constructor(options: ConnectorOptions) {
    this.#options = options;
    const { endpoint, certificate } = options;
    this.#proxy = endpoint.proxyUrl === undefined ? undefined : new URL(endpoint.proxyUrl);
    this.#context = endpoint.server.startsWith('https:')
      ? createSecureContext({
          ...(endpoint.certificateAuthority === undefined ? {} : { ca: endpoint.certificateAuthority }),
          ...certificate,
          // A server's own leaf as its CA is legal for Go, and Open Cluster Management publishes just that.
          allowPartialTrustChain: true,
        })
      : undefined;
  }

  /** Connects once, outside any dispatcher, to learn which protocol the server speaks. */
  async open(): Promise<{ readonly socket: Socket; readonly protocol: Protocol }> {
    const { protocol, hostname, port } = new URL(this.#options.endpoint.server);
    const socket = await new Promise<Socket>((resolve, reject) => {
      this.connect(true)({ protocol, hostname, host: hostname, port }, (error, established) =>
        error === null ? resolve(established) : reject(error),
      );
    });
    return { socket, protocol: negotiated(socket) };
  }

  /** The connect function for an undici dispatcher. */
  connect(allowH2: boolean): buildConnector.connector {
    return (target, callback) => {
      if (this.#proxy === undefined) return this.#secure(target, allowH2, callback);
      const { hostname, port } = target;
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      openTunnel(this.#proxy, host, Number(port === '' ? 443 : port), this.#options.connectTimeoutMs).then(
        (tunnel) => this.#secure({ ...target, httpSocket: tunnel }, allowH2, callback),
        (error: unknown) => callback(error as Error, null),
      );
    };
  }

  #secure(target: buildConnector.Options, allowH2: boolean, callback: buildConnector.Callback): void {
    const { endpoint, connectTimeoutMs, onConnect } = this.#options;
    const connect = buildConnector({
      allowH2,
      preferH2: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      timeout: connectTimeoutMs,
      rejectUnauthorized: endpoint.insecureSkipTlsVerify !== true,
      ...(this.#context === undefined ? {} : { secureContext: this.#context }),
      ...(endpoint.tlsServerName === undefined ? {} : { servername: endpoint.tlsServerName }),
      ...(this.#session === undefined ? {} : { session: this.#session }),
    } as buildConnector.BuildOptions);
    const pending = connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      onConnect?.({
        protocol: negotiated(socket),
        resumed: (socket as TLSSocket).isSessionReused?.() ?? false,
      });
      return callback(null, socket);
    }) as unknown as TLSSocket;
    pending.on('session', (session: Buffer) => {
      this.#session = session;
    });
  }
}

function negotiated(socket: Socket): Protocol {
  return (socket as TLSSocket).alpnProtocol === 'h2' ? 'h2' : 'http/1.1';
}
