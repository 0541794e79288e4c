import type { Endpoint } from './endpoint.ts';
import type { Impersonation } from './impersonation.ts';
import { type ContextOverride, type Kubeconfig, type SelectedContext, selectContext } from './kubeconfig.ts';
import { kubeconfigAuth, type KubeconfigAuth, kubeconfigImpersonation } from './kubeconfig-auth.ts';
import {
  type CertificateBundle,
  certificateBundle,
  certificateBundleFromPem,
} from './kubeconfig-certificates.ts';
import { fieldError, readReferenced } from './kubeconfig-origin.ts';
import { parseProxyUrl, parseServerAddress, type Refusal } from './kubeconfig-server.ts';
import { type KubeconfigTrust, refuseUntrusted } from './kubeconfig-trust.ts';

export type { KubeconfigAuth, KubeconfigExec } from './kubeconfig-auth.ts';
export type { KubeconfigTrust, UntrustedRules } from './kubeconfig-trust.ts';

export interface KubeconfigConnection {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly endpoint: Endpoint;
  readonly auth: KubeconfigAuth;
  /** Whom the user wants calls to be made for; undefined for itself. */
  readonly impersonate: Impersonation | undefined;
  /** The extensions of the cluster, by name. */
  readonly extensions: ReadonlyMap<string, unknown>;
}

export interface KubeconfigUse extends ContextOverride {
  /** Absent: the current context. */
  readonly context?: string | undefined;
  readonly trust: KubeconfigTrust;
}

/** Everything needed to talk to the cluster of one context. Data wins over files. Throws KubeconfigError. */
export async function kubeconfigConnection(
  kubeconfig: Kubeconfig,
  { context, trust, ...override }: KubeconfigUse,
): Promise<KubeconfigConnection> {
  const selected = selectContext(kubeconfig, context, override);
  if (trust !== 'trusted') await refuseUntrusted(selected, trust);
  return {
    context: selected.name,
    namespace: selected.namespace,
    endpoint: await endpointOf(selected),
    auth: await kubeconfigAuth(selected),
    impersonate: kubeconfigImpersonation(selected),
    extensions: new Map(selected.cluster.extensions.map(({ name, extension }) => [name, extension])),
  };
}

async function endpointOf(selected: SelectedContext): Promise<Endpoint> {
  const { cluster, clusterOrigin: origin } = selected;
  const check = <T extends object>(field: string, value: T | Refusal): T => {
    if (!('problem' in value)) return value;
    throw fieldError('ConfigInvalid', origin, field, value.problem);
  };
  if (cluster.server === undefined) throw fieldError('ConfigInvalid', origin, 'server', 'is required');
  const { server } = check('server', parseServerAddress(cluster.server));
  const proxy = cluster['proxy-url'];
  const bundle = await bundleOf(selected, check);
  return {
    server,
    certificateAuthority: bundle?.pem,
    tlsServerName: cluster['tls-server-name'],
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'] || undefined,
    proxyUrl: proxy === undefined ? undefined : check('proxy-url', parseProxyUrl(proxy)).proxyUrl,
    disableCompression: cluster['disable-compression'] || undefined,
  };
}

async function bundleOf(
  { cluster, clusterOrigin }: SelectedContext,
  check: (field: string, value: CertificateBundle | Refusal) => CertificateBundle,
): Promise<CertificateBundle | undefined> {
  const data = cluster['certificate-authority-data'];
  if (data !== undefined) return check('certificate-authority-data', certificateBundle(data));
  const path = cluster['certificate-authority'];
  if (path === undefined) return undefined;
  const pem = await readReferenced(clusterOrigin, 'certificate-authority', path);
  return check('certificate-authority', certificateBundleFromPem(pem));
}
