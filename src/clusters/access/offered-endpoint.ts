import {
  certificateBundle,
  type Endpoint,
  parseProxyUrl,
  parseServerAddress,
  type Refusal,
} from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { OfferedCluster } from './cluster-profile.ts';
import type { ServerPolicy } from './server-policy.ts';

export interface OfferedEndpoint {
  readonly endpoint: Endpoint;
  /** When the first certificate of the CA bundle ends; milliseconds since the epoch. */
  readonly authorityExpiresAt: number | undefined;
  /** What is odd but works, one sentence each. */
  readonly warnings: readonly string[];
}

/** Checks what a profile offers before anything is dialled. `now` is milliseconds since the epoch. Throws AccessError. */
export function offeredEndpoint(cluster: OfferedCluster, policy: ServerPolicy, now: number): OfferedEndpoint {
  if (cluster.server === undefined)
    throw new AccessError('NotOfferedYet', 'its cluster manager has not filled in the server yet');
  const warnings: string[] = [];
  const { server, scheme, host } = checked('server', parseServerAddress(cluster.server));
  if (scheme === 'http' && !policy.allowHttp)
    throw denied('server', `must begin with https://, not with http://`);
  dialable('server', host, policy);
  if (cluster.insecureSkipTlsVerify) {
    if (!policy.allowInsecureTls)
      throw denied('insecure-skip-tls-verify', 'must not be true; set certificate-authority-data');
    warnings.push('the certificate of the server is not verified, because insecure-skip-tls-verify is true');
  }
  const proxy =
    cluster.proxyUrl === undefined ? undefined : checked('proxy-url', parseProxyUrl(cluster.proxyUrl));
  if (proxy !== undefined) dialable('proxy-url', proxy.host, policy);
  const data = cluster.certificateAuthorityData;
  const bundle =
    data === undefined ? undefined : checked('certificate-authority-data', certificateBundle(data));
  if (bundle?.doubleEncoded === true)
    warnings.push('certificate-authority-data is base64 of base64; it is read all the same');
  if (bundle !== undefined && bundle.expiresAt <= now)
    warnings.push(
      `a certificate in certificate-authority-data ended at ${new Date(bundle.expiresAt).toISOString()}`,
    );
  if (cluster.certificateAuthorityFile !== undefined)
    warnings.push('certificate-authority names a file of the cluster manager and is ignored');
  return {
    endpoint: {
      server,
      certificateAuthority: bundle?.pem,
      tlsServerName: cluster.tlsServerName,
      insecureSkipTlsVerify: cluster.insecureSkipTlsVerify || undefined,
      proxyUrl: proxy?.proxyUrl,
      disableCompression: cluster.disableCompression || undefined,
    },
    authorityExpiresAt: bundle?.expiresAt,
    warnings,
  };
}

function checked<T extends object>(field: string, value: T | Refusal): T {
  if ('problem' in value) throw new AccessError('ConfigInvalid', `${field} ${value.problem}`);
  return value;
}

function dialable(field: string, host: string, policy: ServerPolicy): void {
  const refusal = policy.refusal(host);
  if (refusal !== undefined) throw denied(field, refusal);
}

function denied(field: string, problem: string): AccessError {
  return new AccessError('PolicyDenied', `${field} ${problem}`);
}
