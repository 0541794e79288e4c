import {
  KubeError,
  ProtocolError,
  TimeoutError,
  type UnreachableCause,
  UnreachableError,
} from '../../../kube/index.ts';

/** Whether an error is the answer of an API server, and not the lack of one. */
export function isConnected(error: Error): boolean {
  const silent =
    error instanceof UnreachableError || error instanceof TimeoutError || error instanceof ProtocolError;
  return error instanceof KubeError && !silent;
}

const certificateTrouble = new Set<UnreachableCause>(['TlsUntrusted', 'TlsHostname', 'TlsFailed']);

/** No connection came about because of what the server showed, or did not show, in the TLS handshake. */
export function isCertificateTrouble(error: Error): error is UnreachableError {
  return error instanceof UnreachableError && certificateTrouble.has(error.kind);
}
