import { createHash } from 'node:crypto';

/** Where one API server is and how to trust it. Immutable: a change of any field is another endpoint. */
export interface Endpoint {
  /** `https://host:port/prefix` without a trailing slash. */
  readonly server: string;
  /** PEM bundle; absent means the system's roots. */
  readonly certificateAuthority?: string | undefined;
  /** The name for SNI and for verifying the certificate, where it is not the host of `server`. */
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** http, https or socks5 URL. */
  readonly proxyUrl?: string | undefined;
  readonly disableCompression?: boolean | undefined;
}

/** Equal for equal endpoints, whatever the order of their fields. */
export function endpointFingerprint(endpoint: Endpoint): string {
  const { server, certificateAuthority, tlsServerName, insecureSkipTlsVerify, proxyUrl, disableCompression } =
    endpoint;
  const canonical = [
    server,
    certificateAuthority ?? '',
    tlsServerName ?? '',
    insecureSkipTlsVerify === true,
    proxyUrl ?? '',
    disableCompression === true,
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
