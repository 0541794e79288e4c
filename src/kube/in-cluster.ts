import { join } from 'node:path';
import type { Clock } from './clock.ts';
import type { CredentialSource } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { certificateBundleFromPem } from './kubeconfig-certificates.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { readIfExists } from './kubeconfig-files.ts';
import { tokenFile } from './token-file.ts';

export interface InClusterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Default: where the kubelet mounts the service account. */
  readonly directory?: string | undefined;
}

export interface InCluster {
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource;
  /** The namespace of the pod. */
  readonly namespace: string | undefined;
}

const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The cluster that this process runs in, by the service account that the kubelet mounts; undefined outside a cluster.
 * Throws KubeconfigError where the pod is set up but its files cannot be used.
 */
export async function inCluster(options: InClusterOptions): Promise<InCluster | undefined> {
  const { env, clock, directory = serviceAccountDirectory } = options;
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '';
  if (host === '' || port === '') return undefined;
  const path = join(directory, 'token');
  if ((await readIfExists(path, `token file ${path}`)) === undefined) return undefined;
  return {
    endpoint: {
      server: `https://${host.includes(':') ? `[${host}]` : host}${port === '443' ? '' : `:${port}`}`,
      certificateAuthority: await readAuthority(join(directory, 'ca.crt')),
    },
    credentials: tokenFile({ path, clock }),
    namespace: await podNamespace(env, directory),
  };
}

/** The namespace that POD_NAMESPACE or the service account names, as client-go looks for it. */
export async function podNamespace(
  env: Readonly<Record<string, string | undefined>>,
  directory: string = serviceAccountDirectory,
): Promise<string | undefined> {
  const named = env['POD_NAMESPACE']?.trim() ?? '';
  if (named !== '') return named;
  const path = join(directory, 'namespace');
  const mounted = (await readIfExists(path, `file ${path}`))?.trim() ?? '';
  return mounted === '' ? undefined : mounted;
}

async function readAuthority(path: string): Promise<string> {
  const source = `certificate authority ${path}`;
  const pem = await readIfExists(path, source);
  if (pem === undefined) throw new KubeconfigError('Unreadable', source, 'no such file');
  const bundle = certificateBundleFromPem(pem);
  if ('problem' in bundle) throw new KubeconfigError('ConfigInvalid', source, `it ${bundle.problem}`);
  return bundle.pem;
}
