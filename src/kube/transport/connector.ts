import { connect as connectTcp, isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { DeadlineExceeded, withDeadline } from '../deadline.ts';
import type { Endpoint } from '../endpoint.ts';
import { bareHost } from './bare-host.ts';
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

/** Opens connections to one endpoint; owns what they share, the secure context and the session to resume, and all of them. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #server: URL;
  readonly #proxy: URL | undefined;
  readonly #context: SecureContext | undefined;
  /** For https proxies the cluster's own trust holds as well, because client-go has one TLS configuration for both. */
  readonly #proxyContext: SecureContext | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #life = new AbortController();
  #session: Buffer | undefined;

  /** Throws where the CA, certificate or key cannot be read as PEM, or server or proxy are no URLs. */
  constructor(options: ConnectorOptions) {
    const { endpoint } = options;
    this.#options = options;
    this.#server = parseUrl('server', endpoint.server);
    this.#proxy = endpoint.proxyUrl === undefined ? undefined : parseUrl('proxy', endpoint.proxyUrl);
    this.#context = this.#server.protocol === 'https:' ? secureContext(options) : undefined;
    const { certificateAuthority } = endpoint;
    this.#proxyContext =
      this.#proxy?.protocol === 'https:' && certificateAuthority !== undefined
        ? createSecureContext({ ca: [...rootCertificates, certificateAuthority] })
        : undefined;
  }

  /** Scheme, host and port. */
  get origin(): string {
    return this.#server.origin;
  }

  get isSecure(): boolean {
    return this.#context !== undefined;
  }

  /** A connection that is ready for use; the first of `protocols` that the server speaks is agreed on. */
  async connect(protocols: readonly Protocol[]): Promise<Socket> {
    const { connectTimeoutMs, onConnect } = this.#options;
    try {
      const socket = await withDeadline(connectTimeoutMs, this.#life.signal, (signal) =>
        this.#establish(protocols, signal),
      );
      onConnect?.({
        protocol: protocolOf(socket),
        resumed: (socket as Partial<TLSSocket>).isSessionReused?.() ?? false,
      });
      return socket;
    } catch (error) {
      throw error instanceof DeadlineExceeded ? new ConnectTimeoutError(connectTimeoutMs) : error;
    }
  }

  /** Ends every connection and attempt; resolves when all are closed. */
  async close(reason: Error): Promise<void> {
    this.#life.abort(reason);
    await Promise.all([...this.#sockets].map((socket) => closed(socket.destroy())));
  }

  async #establish(protocols: readonly Protocol[], signal: AbortSignal): Promise<Socket> {
    const host = bareHost(this.#server);
    const port = Number(this.#server.port === '' ? (this.isSecure ? 443 : 80) : this.#server.port);
    const tunnel = await this.#tunnel(host, port, signal);
    if (this.#context !== undefined) return this.#secure(protocols, { host, port, tunnel }, signal);
    return tunnel ?? this.#ready(connectTcp({ host, port }), 'connect', signal);
  }

  async #tunnel(host: string, port: number, signal: AbortSignal): Promise<Socket | undefined> {
    const proxy = this.#proxy;
    if (proxy === undefined) return undefined;
    const { insecureSkipTlsVerify } = this.#options.endpoint;
    const tls = { secureContext: this.#proxyContext, rejectUnauthorized: insecureSkipTlsVerify !== true };
    return this.#own(await openTunnel({ proxy, tls, host, port, signal }));
  }

  async #secure(
    protocols: readonly Protocol[],
    target: { readonly host: string; readonly port: number; readonly tunnel: Socket | undefined },
    signal: AbortSignal,
  ): Promise<Socket> {
    const { tlsServerName, insecureSkipTlsVerify } = this.#options.endpoint;
    const { host, port, tunnel } = target;
    const name = tlsServerName ?? host;
    const socket = connectTls({
      host,
      port,
      // As a list Node would keep it in its pool of buffers: some bytes that hold 64 KiB as long as the connection.
      ALPNProtocols: protocolList(protocols),
      rejectUnauthorized: insecureSkipTlsVerify !== true,
      ...(this.#context === undefined ? {} : { secureContext: this.#context }),
      ...(tunnel === undefined ? {} : { socket: tunnel }),
      // SNI must not be an address (RFC 6066 §3), the name to verify may be one.
      servername: isIP(name) === 0 ? name : '',
      checkServerIdentity: (_name, certificate) => checkServerIdentity(name, certificate),
      ...(this.#session === undefined ? {} : { session: this.#session }),
    });
    // A resumed session is not verified again; Node tells of none before the certificate was.
    socket.on('session', (session: Buffer) => {
      this.#session = unpooled(session);
    });
    return this.#ready(socket, 'secureConnect', signal);
  }

  /** Waits until the socket is usable, or says why it is not. */
  async #ready(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
    this.#own(socket).setNoDelay(true).setKeepAlive(true, keepAliveMs);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let fingerprint: string | undefined;
    const onAbort = (): void => void socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    // Comes before Node verifies the certificate, and drops what is known about it where that fails.
    socket.prependOnceListener('secure', () => {
      fingerprint = (socket as TLSSocket).getPeerCertificate().fingerprint256;
    });
    const onError = (error: Error): void => reject(untrusted(error, fingerprint));
    const onClose = (): void => reject(new Error('the connection was closed before it was ready'));
    socket.once(event, resolve).once('error', onError).once('close', onClose);
    try {
      await promise;
      return socket;
    } finally {
      signal.removeEventListener('abort', onAbort);
      socket.off(event, resolve).off('error', onError).off('close', onClose);
    }
  }

  #own(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket
      .once('close', () => this.#sockets.delete(socket))
      // Whoever uses the socket listens as well; an error after that must not end the process.
      .on('error', () => undefined);
    if (this.#life.signal.aborted) socket.destroy();
    return socket;
  }
}

/** RFC 7301 §3.1: each name behind its length. */
function protocolList(protocols: readonly Protocol[]): Buffer {
  return unpooled(Buffer.concat(protocols.flatMap((name) => [Buffer.of(name.length), Buffer.from(name)])));
}

function unpooled(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

export function protocolOf(socket: Socket): Protocol {
  return (socket as Partial<TLSSocket>).alpnProtocol === 'h2' ? 'h2' : 'http/1.1';
}

class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly code = 'ETIMEDOUT';

  constructor(limitMs: number) {
    super(`no connection within ${limitMs} ms`);
  }
}

/** Before the first probe of TCP keep-alive; PINGs find silence sooner where the server speaks HTTP/2. */
const keepAliveMs = 30_000;

/** `URL` puts what it could not parse, a proxy's password perhaps, into its error. */
function parseUrl(what: string, text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new InvalidEndpointError(`the ${what} is not a URL`);
  return url;
}

class InvalidEndpointError extends Error {
  override readonly name = 'InvalidEndpointError';
  /** OpenSSL's, where it is the one who complains. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

function secureContext({ endpoint: { certificateAuthority }, certificate }: ConnectorOptions): SecureContext {
  try {
    return createSecureContext({
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
      ...certificate,
      // A server's own leaf as its CA is legal for Go, and Open Cluster Management publishes just that.
      allowPartialTrustChain: true,
    });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    throw new InvalidEndpointError(`the client certificate and its key cannot be used: ${message}`, code);
  }
}

/** Says which certificate was refused, so that it can be compared with the expected one. */
function untrusted(error: Error, fingerprint: string | undefined): Error {
  if (fingerprint === undefined) return error;
  const { code } = error as NodeJS.ErrnoException;
  const message = `${error.message} (the server showed the certificate with SHA-256 fingerprint ${fingerprint})`;
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
