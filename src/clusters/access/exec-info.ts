import { type Endpoint, withoutUserinfo } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { ClusterInfo, PluginInvocation } from './exec-invocation.ts';

/** Linux takes 128 KiB for one environment string, the name and the end included. */
const longestInfoBytes = 120 << 10;

/**
 * KUBERNETES_EXEC_INFO as client-go fills it in: an ExecCredential of the configured version, on one line, fields in Go's
 * order, empty ones left out. User and password of a proxy are not passed on. Throws AccessError ExecInfoTooLarge.
 */
export function execInfo({
  apiVersion,
  clusterInfo,
}: Pick<PluginInvocation, 'apiVersion' | 'clusterInfo'>): string {
  const cluster = clusterInfo === undefined ? {} : { cluster: clusterOf(clusterInfo) };
  const info = JSON.stringify({
    kind: 'ExecCredential',
    apiVersion,
    spec: { ...cluster, interactive: false },
  });
  const bytes = Buffer.byteLength(info);
  if (bytes <= longestInfoBytes) return info;
  const problem = `KUBERNETES_EXEC_INFO must not be larger than 120 KiB; trim certificate-authority-data to the certificates that the server needs`;
  throw new AccessError('ExecInfoTooLarge', problem);
}

function clusterOf({ endpoint, config }: ClusterInfo): Readonly<Record<string, unknown>> {
  const {
    server,
    tlsServerName,
    insecureSkipTlsVerify,
    certificateAuthority,
    proxyUrl,
    disableCompression,
  }: Endpoint = endpoint;
  return {
    server,
    ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
    ...(insecureSkipTlsVerify === true ? { 'insecure-skip-tls-verify': true } : {}),
    ...(certificateAuthority === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64') }),
    ...(proxyUrl === undefined ? {} : { 'proxy-url': withoutUserinfo(proxyUrl) }),
    ...(disableCompression === true ? { 'disable-compression': true } : {}),
    ...(config === undefined ? {} : { config }),
  };
}
