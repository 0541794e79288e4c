import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import { type Endpoint, withDeadline } from '../../../kube/index.ts';

/** The certificate that a server shows. */
export interface ServerCertificate {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly issuer: string;
  /** Host names and addresses that it is valid for. */
  readonly names: readonly string[];
}

export type LookAtServer = (
  endpoint: Endpoint,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<ServerCertificate>;

/**
 * Looks at the certificate of a server without judging it, and hangs up before anything is sent. Throws what the socket
 * throws, DeadlineExceeded, or the reason of the signal.
 */
export const lookAtServer: LookAtServer = (endpoint, { timeoutMs, signal }) =>
  withDeadline(timeoutMs, signal, async (until) => {
    const url = new URL(endpoint.server);
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const name = endpoint.tlsServerName ?? host;
    const { promise, resolve, reject } = Promise.withResolvers<ServerCertificate>();
    const socket = connect({
      host,
      port: Number(url.port || 443),
      // Servers choose a certificate by name; an address is no name (RFC 6066).
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ALPNProtocols: ['h2', 'http/1.1'],
      // What is wrong with the certificate is what we want to see; whether it is trusted, the client decides.
      rejectUnauthorized: false,
    });
    const onAbort = (): void => void socket.destroy(until.reason as Error);
    until.addEventListener('abort', onAbort, { once: true });
    socket.once('secureConnect', () => resolve(certificateOf(socket.getPeerCertificate())));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server hung up')));
    try {
      return await promise;
    } finally {
      until.removeEventListener('abort', onAbort);
      socket.destroy();
    }
  });

function certificateOf({
  valid_to: validTo,
  issuer,
  subjectaltname = '',
}: PeerCertificate): ServerCertificate {
  const { CN: name, O: organization } = issuer;
  return {
    expiresAt: Date.parse(validTo),
    issuer: [name ?? organization ?? '?'].flat().join(', '),
    names: subjectaltname
      .split(', ')
      .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
      .filter((entry) => entry !== ''),
  };
}
