import { homedir } from 'node:os';
import type { KubeObject, NamespacedName } from '../src/api/object.ts';
import { ExecRunner } from '../src/clusters/access/exec-runner.ts';
import { kubeconfigCredentials } from '../src/clusters/access/kubeconfig-credentials.ts';
import { systemClock } from '../src/kube/clock.ts';
import type { Credential, CredentialSource } from '../src/kube/credentials.ts';
import type { Endpoint } from '../src/kube/endpoint.ts';
import { inCluster, podNamespace } from '../src/kube/in-cluster.ts';
import { contextNamespace, type Kubeconfig } from '../src/kube/kubeconfig.ts';
import { kubeconfigConnection } from '../src/kube/kubeconfig-connection.ts';
import { kubeconfigPaths, loadKubeconfigFiles } from '../src/kube/kubeconfig-files.ts';
import { resourceName, resourcePath, resources } from '../src/kube/resource.ts';
import { errorFromAnswer } from '../src/kube/status-error.ts';

/** The cluster whose Secrets hold the credentials for others. */
export interface Hub {
  /** Where Secrets are looked for when nobody names a namespace. */
  readonly namespace: string;
  /** Undefined where it does not exist. */
  getSecret(name: Required<NamespacedName>): Promise<KubeObject | undefined>;
  close(): void;
}

type Env = Readonly<Record<string, string | undefined>>;

const timeoutMs = 10_000;

/** The cluster around this process, else that of KUBECONFIG. Throws where there is neither. */
export async function connectHub(env: Env): Promise<Hub> {
  const kubeconfig = await loadKubeconfigFiles(kubeconfigPaths({ env, home: homedir() })).catch(
    (error: unknown) => error as Error,
  );
  const { endpoint, credentials } =
    (await inCluster({ env, clock: systemClock })) ?? (await fromKubeconfig(kubeconfig, env));
  if (endpoint.proxyUrl !== undefined) throw new Error('the kubeconfig of the hub must not have a proxy-url');
  return {
    namespace:
      (kubeconfig instanceof Error ? undefined : contextNamespace(kubeconfig)) ??
      (await podNamespace(env)) ??
      'default',
    async getSecret(name) {
      const signal = AbortSignal.timeout(timeoutMs);
      return get(endpoint, await credentials.get(signal), name, signal);
    },
    close: () => credentials.close(),
  };
}

async function fromKubeconfig(
  kubeconfig: Kubeconfig | Error,
  env: Env,
): Promise<{ readonly endpoint: Endpoint; readonly credentials: CredentialSource }> {
  if (kubeconfig instanceof Error) throw kubeconfig;
  const connection = await kubeconfigConnection(kubeconfig, { trust: 'trusted' });
  // Without it, Secrets would be read with rights that were not meant.
  if (connection.impersonate !== undefined)
    throw new Error('the user of the kubeconfig of the hub must not have as, as-uid or as-groups');
  const environment = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const runner = new ExecRunner({ clock: systemClock, environment, commands: {}, timeoutMs });
  const options = { cluster: connection.context, runner, path: env['PATH'] ?? '', clock: systemClock };
  return { endpoint: connection.endpoint, credentials: await kubeconfigCredentials(connection, options) };
}

async function get(
  endpoint: Endpoint,
  credential: Credential,
  name: Required<NamespacedName>,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const { status, body } = await exchange(
    endpoint,
    credential,
    resourcePath(resources.secrets, name),
    signal,
  );
  if (status === 200) return JSON.parse(body) as KubeObject;
  if (status === 404) return undefined;
  const context = { cluster: 'hub', verb: 'get', resource: resourceName(resources.secrets), ...name };
  throw errorFromAnswer(context, status, body);
}

async function exchange(
  endpoint: Endpoint,
  { token, basic, certificate }: Credential,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  const auth = token === undefined ? undefined : `Bearer ${token}`;
  const options = {
    signal,
    headers: { accept: 'application/json', ...(auth === undefined ? {} : { authorization: auth }) },
    ...(basic === undefined ? {} : { auth: `${basic.username}:${basic.password}` }),
    ca: endpoint.certificateAuthority,
    cert: certificate?.cert,
    key: certificate?.key,
    ...(endpoint.tlsServerName === undefined ? {} : { servername: endpoint.tlsServerName }),
    rejectUnauthorized: endpoint.insecureSkipTlsVerify !== true,
    allowPartialTrustChain: true,
    agent: false,
  } as const;
  // Imported here, because importing node:http evaluates its getters, and with them all of fetch: 15 ms for nothing.
  const { request } = endpoint.server.startsWith('https:')
    ? await import('node:https')
    : await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(`${endpoint.server}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.once('error', reject);
    sent.end();
  });
}
