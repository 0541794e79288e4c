import { type CallContext, UnreachableError, type UnreachableCause } from '../errors.ts';
import { ProxyTunnelError } from './proxy-tunnel.ts';

/** Node's, OpenSSL's and undici's codes, by what they mean for somebody who has to mend it. */
const causes: Readonly<Record<string, UnreachableCause>> = {
  ENOTFOUND: 'Dns',
  EAI_AGAIN: 'Dns',
  ECONNREFUSED: 'Refused',
  ETIMEDOUT: 'Timeout',
  UND_ERR_CONNECT_TIMEOUT: 'Timeout',
  UND_ERR_HEADERS_TIMEOUT: 'Timeout',
  UND_ERR_BODY_TIMEOUT: 'Timeout',
  ECONNRESET: 'Reset',
  ECONNABORTED: 'Reset',
  EPIPE: 'Reset',
  UND_ERR_SOCKET: 'Reset',
  UND_ERR_INFO: 'Reset',
  UND_ERR_DESTROYED: 'Reset',
  UND_ERR_CLOSED: 'Reset',
  ERR_STREAM_PREMATURE_CLOSE: 'Reset',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TlsHostname',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TlsUntrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'TlsUntrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'TlsUntrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TlsUntrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TlsUntrusted',
  CERT_SIGNATURE_FAILURE: 'TlsUntrusted',
  CERT_HAS_EXPIRED: 'TlsUntrusted',
  CERT_NOT_YET_VALID: 'TlsUntrusted',
  CERT_UNTRUSTED: 'TlsUntrusted',
  CERT_REJECTED: 'TlsUntrusted',
  CERT_REVOKED: 'TlsUntrusted',
  CERT_CHAIN_TOO_LONG: 'TlsUntrusted',
  PATH_LENGTH_EXCEEDED: 'TlsUntrusted',
  INVALID_PURPOSE: 'TlsUntrusted',
  INVALID_CA: 'TlsUntrusted',
};

/** Whatever a socket or undici threw, as the error that says why the server could not be reached. */
export function unreachable(context: CallContext, thrown: unknown): UnreachableError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const root = rootCause(error);
  return new UnreachableError(context, classify(root), root.message, { cause: error });
}

function classify(error: Error): UnreachableCause {
  if (error instanceof ProxyTunnelError) return 'ProxyError';
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known = causes[code];
  if (known !== undefined) return known;
  if (code.startsWith('ERR_HTTP2_')) return 'Reset';
  if (
    code.startsWith('ERR_SSL_') ||
    code.startsWith('ERR_OSSL_') ||
    code.startsWith('ERR_TLS_') ||
    code === 'EPROTO'
  )
    return 'TlsFailed';
  return 'Network';
}

/** undici wraps, and Node gathers the attempts of several addresses in an AggregateError; the last one is the reason. */
function rootCause(error: Error): Error {
  let current = error;
  for (let depth = 0; depth < 8; depth++) {
    const inner = current instanceof AggregateError ? current.errors.at(-1) : current.cause;
    const code = (inner as NodeJS.ErrnoException | undefined)?.code;
    if (!(inner instanceof Error) || (code === undefined && !(inner instanceof ProxyTunnelError)))
      return current;
    current = inner;
  }
  return current;
}
