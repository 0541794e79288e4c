import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Credential, kubeconfigConnection, loadKubeconfigFiles } from '../../src/kube/index.ts';
import { UsageError } from '../bed/cli/usage-error.ts';
import { kubeconfigYaml, type KubeconfigUser } from '../bed/index.ts';
import type { Site } from '../fleet/index.ts';

/**
 * A cluster by a kubeconfig that holds everything itself, so that it can be put into a Secret. Throws UsageError for one
 * that cannot be written so, and KubeconfigError.
 */
export async function siteCopy({
  path,
  name,
  directory,
}: {
  readonly path: string;
  readonly name: string;
  readonly directory: string;
}): Promise<Site> {
  const { endpoint, auth } = await kubeconfigConnection(await loadKubeconfigFiles([path]), {
    trust: 'trusted',
  });
  const { server, certificateAuthority } = endpoint;
  const user = auth.type === 'fixed' ? userOf(auth.credential) : undefined;
  if (user === undefined)
    throw unusable(path, 'must hold a token or a client certificate, not a command that gets one');
  if (certificateAuthority === undefined)
    throw unusable(path, 'must hold the certificate authority of the server');
  if (endpoint.tlsServerName !== undefined || endpoint.proxyUrl !== undefined)
    throw unusable(path, 'must reach the server without proxy-url and tls-server-name');
  const kubeconfig = join(directory, `${name}.kubeconfig`);
  await writeFile(kubeconfig, kubeconfigYaml({ name, server, certificateAuthority, user }), { mode: 0o600 });
  return { name, kubeconfig, server, certificateAuthority };
}

function userOf({ token, certificate }: Credential): KubeconfigUser | undefined {
  return token === undefined ? certificate : { token };
}

function unusable(path: string, problem: string): UsageError {
  return new UsageError('--kubeconfigs', path, problem);
}
