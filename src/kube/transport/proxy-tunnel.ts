import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { bareHost } from './bare-host.ts';

export interface TunnelOptions {
  /** http, https (both CONNECT) or socks5. */
  readonly proxy: URL;
  /** For https proxies; without a context the system's roots are trusted. */
  readonly tls: { readonly secureContext: SecureContext | undefined; readonly rejectUnauthorized: boolean };
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

/** The proxy refused or broke the tunnel. The message never holds the proxy's user or password. */
export class ProxyTunnelError extends Error {
  override readonly name = 'ProxyTunnelError';
}

/** Opens a TCP tunnel to `host:port`. Rejects with ProxyTunnelError, or with the signal's reason. */
export async function openTunnel(options: TunnelOptions): Promise<Socket> {
  const { proxy, signal } = options;
  signal.throwIfAborted();
  try {
    return await (proxy.protocol.startsWith('socks') ? socksTunnel(options) : connectTunnel(options));
  } catch (error) {
    signal.throwIfAborted();
    // No cause: the errors of libraries carry their options, and those the password.
    throw new ProxyTunnelError(`proxy ${proxy.protocol}//${proxy.host}: ${(error as Error).message}`);
  }
}

async function socksTunnel({ proxy, host, port, signal }: TunnelOptions): Promise<Socket> {
  const { SocksClient } = await import('socks');
  const address = { host: bareHost(proxy), port: Number(proxy.port === '' ? 1080 : proxy.port) };
  const { username, password } = credentialsOf(proxy);
  const socket = connect(address);
  const onAbort = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await once(socket, 'connect');
    await SocksClient.createConnection({
      command: 'connect',
      existing_socket: socket,
      destination: { host, port },
      proxy: { ...address, type: 5, ...(username === '' ? {} : { userId: username, password }) },
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function connectTunnel(options: TunnelOptions): Promise<Socket> {
  const { host, port, signal } = options;
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const request = connectRequest(options, authority);
  const onAbort = (): void => void request.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<[IncomingMessage, Socket | undefined]>();
    request
      .once('connect', (response, socket: Socket) => resolve([response, socket]))
      .once('response', (response) => resolve([response, undefined]))
      .on('error', reject)
      .end();
    const [{ statusCode = 0 }, socket] = await promise;
    if (socket !== undefined && statusCode >= 200 && statusCode < 300) return socket;
    socket?.destroy();
    request.destroy();
    throw new Error(`answered CONNECT ${authority} with HTTP ${statusCode}`);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function connectRequest({ proxy, tls }: TunnelOptions, authority: string): ClientRequest {
  const isSecure = proxy.protocol === 'https:';
  const proxyHost = bareHost(proxy);
  const { username, password } = credentialsOf(proxy);
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const options = {
    host: proxyHost,
    port: proxy.port === '' ? (isSecure ? 443 : 80) : Number(proxy.port),
    method: 'CONNECT',
    path: authority,
    // No agent may pool a tunnel.
    agent: false,
    headers: {
      host: authority,
      ...(username === '' ? {} : { 'proxy-authorization': `Basic ${basic}` }),
    },
  };
  if (!isSecure) return httpRequest(options);
  return httpsRequest({
    ...options,
    // Node would take the name to verify from the Host header, which is the server's behind the proxy.
    servername: isIP(proxyHost) === 0 ? proxyHost : '',
    rejectUnauthorized: tls.rejectUnauthorized,
    ...(tls.secureContext === undefined ? {} : { secureContext: tls.secureContext }),
  });
}

function credentialsOf(proxy: URL): { readonly username: string; readonly password: string } {
  return { username: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) };
}
