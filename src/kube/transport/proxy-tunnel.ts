import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { SocksClient } from 'socks';

/** The proxy refused or broke the tunnel. The message never holds the proxy's user or password. */
export class ProxyTunnelError extends Error {
  override readonly name = 'ProxyTunnelError';
}

/** Opens a TCP tunnel to `host:port` through an http, https (CONNECT) or socks5 proxy. */
export async function openTunnel(proxy: URL, host: string, port: number, timeoutMs: number): Promise<Socket> {
  return proxy.protocol === 'socks5:' || proxy.protocol === 'socks5h:'
    ? socksTunnel(proxy, host, port, timeoutMs)
    : connectTunnel(proxy, host, port, timeoutMs);
}

async function socksTunnel(proxy: URL, host: string, port: number, timeoutMs: number): Promise<Socket> {
  try {
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      timeout: timeoutMs,
      destination: { host, port },
      proxy: {
        host: bareHost(proxy),
        port: Number(proxy.port === '' ? 1080 : proxy.port),
        type: 5,
        ...(proxy.username === ''
          ? {}
          : { userId: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) }),
      },
    });
    return socket;
  } catch (error) {
    throw new ProxyTunnelError(`socks5 proxy ${proxy.host}: ${(error as Error).message}`);
  }
}

function connectTunnel(proxy: URL, host: string, port: number, timeoutMs: number): Promise<Socket> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send({
      host: bareHost(proxy),
      port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
      method: 'CONNECT',
      path: authority,
      // Also without it one socket would be made for this one request; said so that no agent ever pools a tunnel.
      agent: false,
      timeout: timeoutMs,
      headers: {
        host: authority,
        ...(proxy.username === ''
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
      },
    });
    const fail = (why: string): void => {
      request.destroy();
      reject(new ProxyTunnelError(`proxy ${proxy.host}: ${why}`));
    };
    request
      .once('connect', (response, socket) => {
        if (response.statusCode === 200) return resolve(socket);
        socket.destroy();
        return fail(`answered CONNECT ${authority} with HTTP ${response.statusCode}`);
      })
      .once('response', (response) => fail(`answered CONNECT ${authority} with HTTP ${response.statusCode}`))
      .once('timeout', () => fail(`no answer to CONNECT ${authority} within ${timeoutMs} ms`))
      .once('error', (error) => fail(error.message))
      .end();
  });
}

/** URL keeps the brackets of IPv6 addresses; sockets want them without. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
