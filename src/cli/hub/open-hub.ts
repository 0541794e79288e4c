import {
  ExecRunner,
  inheritedEnvironment,
  kubeconfigCredentials,
  wholeEnvironment,
} from '../../clusters/index.ts';
import {
  type Clock,
  createKubeClient,
  type CredentialSource,
  type Endpoint,
  type Impersonation,
  inCluster,
  type KubeClient,
  kubeconfigConnection,
  kubeconfigPaths,
  loadKubeconfigFiles,
} from '../../kube/index.ts';
import type { SpokeAccess } from '../../operator/index.ts';
import type { Host } from '../host.ts';
import { version } from '../version.ts';
import { defaultTimeoutMs, type HubFlags, impersonation } from './hub-options.ts';

/** The hub as the user of the command line reaches it. Nothing is dialled before the first call. */
export interface Hub {
  /** The name of the context, or `in-cluster`. */
  readonly context: string;
  readonly server: string;
  readonly endpoint: Endpoint;
  /** The namespace that the context sets. */
  readonly namespace: string | undefined;
  /** This process runs in the hub cluster. */
  readonly inside: boolean;
  readonly client: KubeClient;
  readonly timeoutMs: number;
  /** Runs the plugins of access providers. */
  readonly runner: Pick<ExecRunner, 'run'>;
  close(): Promise<void>;
}

export interface OpenHubOptions {
  readonly clock: Clock;
  /** Default: those of the operator. */
  readonly plugins?: Pick<SpokeAccess, 'pluginDirectories' | 'pluginTimeoutMs'>;
}

export type OpenHub = (flags: HubFlags, host: Host, options: OpenHubOptions) => Promise<Hub>;

/**
 * By the rule of the operator: the flag, then KUBECONFIG, then the service account of the pod, then the user's own file.
 * Throws KubeconfigError, AccessError.
 */
export const openHub: OpenHub = async (flags, host, { clock, plugins }) => {
  const timeoutMs = flags.requestTimeout ?? defaultTimeoutMs;
  const runner = new ExecRunner({
    clock,
    environment: inheritedEnvironment(host.env),
    commands: { directories: plugins?.pluginDirectories },
    timeoutMs: plugins?.pluginTimeoutMs,
  });
  // What the user's own kubeconfig names runs as it would in the user's shell.
  const logins = new ExecRunner({ clock, environment: wholeEnvironment(host.env), commands: {} });
  const closeRunners = async (): Promise<void> => void (await Promise.all([runner.close(), logins.close()]));
  const access = await locate(flags, host, clock, logins).catch(async (error: unknown) => {
    await closeRunners();
    throw error;
  });
  const client = createKubeClient({
    cluster: access.context,
    endpoint: access.endpoint,
    credentials: access.credentials,
    userAgent: `wheelwright-cli/${version}`,
    impersonate: access.impersonate,
    timeoutMs,
    clock,
  });
  return {
    context: access.context,
    server: access.endpoint.server,
    endpoint: access.endpoint,
    namespace: access.namespace,
    inside: access.inside,
    client,
    timeoutMs,
    runner,
    close: async () => {
      await client.close();
      access.credentials.close();
      await closeRunners();
    },
  };
};

interface Access {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly inside: boolean;
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource;
  readonly impersonate: Impersonation | undefined;
}

async function locate(
  flags: HubFlags,
  { env, home }: Host,
  clock: Clock,
  runner: ExecRunner,
): Promise<Access> {
  const { kubeconfig, context, cluster, user } = flags;
  const named =
    [kubeconfig, context, cluster, user].some((flag) => flag !== undefined) ||
    (env['KUBECONFIG'] ?? '') !== '';
  const inside = named ? undefined : await inCluster({ env, clock });
  if (inside !== undefined)
    try {
      const impersonate = impersonation(flags, undefined);
      return { ...inside, context: 'in-cluster', inside: true, impersonate };
    } catch (error) {
      inside.credentials.close();
      throw error;
    }
  const files = await loadKubeconfigFiles(kubeconfigPaths({ env, home, explicit: kubeconfig }));
  const connection = await kubeconfigConnection(files, { context, cluster, user, trust: 'trusted' });
  const { endpoint, namespace, context: name } = connection;
  const impersonate = impersonation(flags, connection.impersonate);
  const path = env['PATH'] ?? '';
  const credentials = await kubeconfigCredentials(connection, { cluster: name, runner, path, clock });
  return { context: name, namespace, inside: false, endpoint, credentials, impersonate };
}
