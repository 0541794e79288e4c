import type { SelectedContext } from './kubeconfig.ts';
import type { KubeconfigError } from './kubeconfig-error.ts';
import { fieldError } from './kubeconfig-origin.ts';

/**
 * `trusted` is for what the user of this process wrote: it may name files and programs. `untrusted` is for what came over
 * an API: commands, auth providers, file paths, http and insecure TLS are refused, whoever wrote it.
 */
export type KubeconfigTrust = 'trusted' | 'untrusted';

/** Throws KubeconfigError of kind PolicyDenied. */
export function refuseUntrusted({ cluster, clusterOrigin, user, userOrigin }: SelectedContext): void {
  const inCluster = (field: string, rule: string): KubeconfigError =>
    fieldError('PolicyDenied', clusterOrigin, field, rule);
  const inUser = (field: string, rule: string): KubeconfigError =>
    fieldError('PolicyDenied', userOrigin, field, rule);
  if (cluster['insecure-skip-tls-verify'])
    throw inCluster('insecure-skip-tls-verify', 'must not be true; set certificate-authority-data');
  if (cluster['certificate-authority'] !== undefined)
    throw inCluster('certificate-authority', 'must not name a file; use certificate-authority-data');
  if (/^http:/i.test(cluster.server ?? '')) throw inCluster('server', 'must begin with https://');
  if (user === undefined) return;
  if (user.exec != null) throw inUser('exec', 'must not be set: no commands are run for such a kubeconfig');
  if (user['auth-provider'] != null) throw inUser('auth-provider', 'must not be set; use a token');
  if (user.tokenFile !== undefined) throw inUser('tokenFile', 'must not name a file; use token');
  if (user['client-certificate'] !== undefined)
    throw inUser('client-certificate', 'must not name a file; use client-certificate-data');
  if (user['client-key'] !== undefined)
    throw inUser('client-key', 'must not name a file; use client-key-data');
}
