import {
  createKubeClient,
  fixedCredential,
  kubeconfigConnection,
  type KubeClient,
  loadKubeconfigFiles,
} from '../../src/kube/index.ts';

/** A client with the rights of a kubeconfig file that holds a certificate or a token. */
export async function clusterClient(kubeconfig: string, name: string): Promise<KubeClient> {
  const { endpoint, auth } = await kubeconfigConnection(await loadKubeconfigFiles([kubeconfig]), {
    trust: 'trusted',
  });
  if (auth.type !== 'fixed') throw new Error(`${kubeconfig} must hold a certificate or a token`);
  const limits = { requestsPerSecond: 1_000, burst: 2_000, inFlight: 64 };
  return createKubeClient({
    cluster: name,
    endpoint,
    credentials: fixedCredential(auth.credential),
    limits,
    fieldManager: 'fleet',
  });
}
