import { homedir } from 'node:os';
import { type ExecRunner, kubeconfigCredentials } from '../clusters/index.ts';
import {
  type Clock,
  type CredentialSource,
  type Endpoint,
  type Impersonation,
  inCluster,
  kubeconfigConnection,
  kubeconfigPaths,
  loadKubeconfigFiles,
} from '../kube/index.ts';
import type { OperatorOptions } from './options.ts';

export interface HubAccess {
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource;
  /** As the kubeconfig has it. */
  readonly impersonate?: Impersonation | undefined;
  /** The namespace of the pod, or of the context. */
  readonly namespace: string;
  /** This process runs in the hub cluster. */
  readonly inside: boolean;
}

export interface HubAccessOptions {
  readonly options: Pick<OperatorOptions, 'kubeconfig' | 'context' | 'server' | 'systemNamespace'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runner: Pick<ExecRunner, 'run'>;
  readonly clock: Clock;
}

/** The flag, then KUBECONFIG, then the service account of the pod, then the user's own file. Throws KubeconfigError, AccessError. */
export async function hubAccess({ options, env, runner, clock }: HubAccessOptions): Promise<HubAccess> {
  const named =
    options.kubeconfig !== undefined || options.context !== undefined || (env['KUBECONFIG'] ?? '') !== '';
  const inside = named ? undefined : await inCluster({ env, clock });
  if (inside !== undefined) {
    return {
      endpoint: withServer(inside.endpoint, options.server),
      credentials: inside.credentials,
      namespace: options.systemNamespace ?? inside.namespace ?? 'default',
      inside: true,
    };
  }
  const paths = kubeconfigPaths({ env, home: homedir(), explicit: options.kubeconfig });
  const connection = await kubeconfigConnection(await loadKubeconfigFiles(paths), {
    context: options.context,
    trust: 'trusted',
  });
  return {
    endpoint: withServer(connection.endpoint, options.server),
    credentials: await kubeconfigCredentials(connection, {
      cluster: 'hub',
      runner,
      path: env['PATH'] ?? '',
      clock,
    }),
    impersonate: connection.impersonate,
    namespace: options.systemNamespace ?? connection.namespace ?? 'default',
    inside: false,
  };
}

function withServer(endpoint: Endpoint, server: string | undefined): Endpoint {
  return server === undefined ? endpoint : { ...endpoint, server };
}
