import type { NamespacedName } from '../../src/api/index.ts';
import type { Cluster } from '../bed/index.ts';
import { knownSecrets } from './known-secrets.ts';

/** A token of a service account that is there, for an hour. */
export async function accountToken(
  cluster: Cluster,
  { namespace = 'default', name }: NamespacedName,
): Promise<string> {
  const { token } = await cluster.requestToken({ serviceAccount: name, namespace });
  knownSecrets.note('the token of the operator', token);
  return token;
}

/** Writes a kubeconfig with such a token, and returns the path of the file `NAME.kubeconfig`. */
export async function accountKubeconfig(
  cluster: Cluster,
  account: NamespacedName,
  file: string,
): Promise<string> {
  return cluster.writeKubeconfig(file, { token: await accountToken(cluster, account) });
}
