import type { NamespacedName } from '../../src/api/index.ts';
import type { Cluster } from '../bed/index.ts';
import { knownSecrets } from './known-secrets.ts';

/** A token of a service account that is there, for an hour. */
export async function accountToken(
  cluster: Cluster,
  { namespace = '', name }: NamespacedName,
): Promise<string> {
  const { status } = await cluster.call<{ readonly status: { readonly token: string } }>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    },
  });
  knownSecrets.note('the token of the operator', status.token);
  return status.token;
}

/** Writes a kubeconfig with such a token, and returns the path of the file `NAME.kubeconfig`. */
export async function accountKubeconfig(
  cluster: Cluster,
  account: NamespacedName,
  file: string,
): Promise<string> {
  return cluster.writeKubeconfig(file, { token: await accountToken(cluster, account) });
}
