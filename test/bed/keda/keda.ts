import { join } from 'node:path';
import { ApiCallError } from '../cluster/api-call.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { clusterFiles } from '../cluster/component-flags.ts';
import { Component } from '../cluster/component.ts';
import { kubectl } from '../kubectl.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import { waitFor } from '../wait-for.ts';
import { kedaAdapterFlags, kedaEnvironment, kedaNamespace, kedaOperatorFlags } from './keda-flags.ts';
import { adapterServiceObject, externalMetricsApi, externalMetricsApiService } from './keda-objects.ts';
import { writeKedaPki } from './keda-pki.ts';

export interface KedaSettings {
  /** Runs kube-controller-manager, whose autoscaler asks KEDA for metrics. */
  readonly cluster: Cluster;
  /** The directory with `keda-operator` and `keda-adapter`. */
  readonly executables: string;
  /** KEDA's `config`, with its definitions and rights. */
  readonly config: string;
  readonly supervisor: Supervisor;
  /** Gives a port that was free a moment ago. */
  readonly choosePort: () => Promise<number>;
  readonly onUnaskedExit: (message: string) => void;
}

const readyMs = 60_000;
const mostAttempts = 5;
const serviceAccount = 'keda-operator';

/**
 * KEDA on a cluster: its definitions, and its operator and metrics adapter as processes of this machine. The operator has
 * the rights that its own installation gives it, and no others. Throws with the log of what does not come up.
 */
export async function startKeda(settings: KedaSettings): Promise<void> {
  const { cluster } = settings;
  const [authority] = await Promise.all([writeKedaPki(cluster.directory, new Date()), defineKinds(settings)]);
  await grantRights(settings);
  const kubeconfig = await operatorKubeconfig(cluster);
  const operatorPorts = await startOn(
    settings,
    'keda-operator',
    async (operator, [health, metricsService]) => {
      const ports = { health, metricsService };
      const ended = await operator.start(kedaOperatorFlags(kubeconfig, ports));
      await whenReady('the operator of KEDA', operator, ended, async () => {
        const answer = await fetch(`http://127.0.0.1:${health}/readyz`);
        return answer.ok;
      });
      return ports;
    },
  );
  await create(cluster, `/api/v1/namespaces/${kedaNamespace}/services`, adapterServiceObject());
  const apiServices = '/apis/apiregistration.k8s.io/v1/apiservices';
  await startOn(settings, 'keda-adapter', async (adapter, [secure, metrics]) => {
    const ports = { ...operatorPorts, adapter: secure, adapterMetrics: metrics };
    const ended = await adapter.start(kedaAdapterFlags(clusterFiles.componentsKubeconfig, ports));
    // One of an attempt before would lead to a port that somebody else has.
    await remove(cluster, `${apiServices}/${externalMetricsApi}`);
    await create(cluster, apiServices, externalMetricsApiService(secure, authority));
    await whenReady('external metrics', adapter, ended, async () => {
      const path = `${apiServices}/${externalMetricsApi}`;
      const { status } = await cluster.call<{ status?: { conditions?: readonly Condition[] } }>({ path });
      return isTrue(status?.conditions, 'Available');
    });
  });
}

/** Whoever was given a port that was free a moment ago must be ready to try another one. */
async function startOn<T>(
  settings: KedaSettings,
  name: 'keda-operator' | 'keda-adapter',
  start: (process: Component, ports: readonly [number, number]) => Promise<T>,
): Promise<T> {
  const process = component(name, settings);
  for (let attempt = 1; ; attempt++) {
    const ports = [await settings.choosePort(), await settings.choosePort()] as const;
    try {
      return await start(process, ports);
    } catch (error) {
      const isTaken = process.state === 'stopped' && process.log.text().includes('address already in use');
      if (!isTaken || attempt === mostAttempts) throw error;
    }
  }
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
}

/** Server-side: the definition of ScaledJobs is too long for what a client-side apply notes down. */
async function defineKinds({ cluster, config }: KedaSettings): Promise<void> {
  const definitions = join(config, 'crd', 'bases');
  await kubectl(cluster.kubeconfig, ['apply', '--server-side', '-f', definitions]);
  await kubectl(cluster.kubeconfig, [
    'wait',
    '--for=condition=Established',
    '--timeout=30s',
    '-f',
    definitions,
  ]);
}

/** The namespace comes first: some of the rights are in it. */
async function grantRights({ cluster, config }: KedaSettings): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: kedaNamespace } };
  await create(cluster, '/api/v1/namespaces', namespace);
  const files = ['role.yaml', 'role_binding.yaml'].flatMap((file) => ['-f', join(config, 'rbac', file)]);
  await kubectl(cluster.kubeconfig, ['apply', '--server-side', ...files]);
}

async function operatorKubeconfig(cluster: Cluster): Promise<string> {
  const { token } = await cluster.issueToken({
    serviceAccount,
    namespace: kedaNamespace,
    clusterRole: serviceAccount,
    durationSeconds: 86_400,
  });
  return cluster.writeKubeconfig(serviceAccount, { token });
}

async function create(cluster: Cluster, path: string, body: object): Promise<void> {
  try {
    await cluster.call({ method: 'POST', path, body });
  } catch (error) {
    const exists = error instanceof ApiCallError && error.status === 409;
    if (!exists) throw error;
  }
}

async function remove(cluster: Cluster, path: string): Promise<void> {
  try {
    await cluster.call({ method: 'DELETE', path });
  } catch (error) {
    const isAbsent = error instanceof ApiCallError && error.status === 404;
    if (!isAbsent) throw error;
  }
}

function component(name: 'keda-operator' | 'keda-adapter', settings: KedaSettings): Component {
  const { cluster, executables, supervisor, onUnaskedExit } = settings;
  return new Component({
    name,
    cluster: cluster.name,
    file: join(executables, name),
    directory: cluster.directory,
    logFile: join(cluster.directory, 'logs', `${name}.log`),
    env: kedaEnvironment,
    supervisor,
    onUnaskedExit,
  });
}

async function whenReady(
  what: string,
  { log }: Component,
  ended: AbortSignal,
  check: () => Promise<boolean>,
): Promise<void> {
  try {
    await waitFor(`${what} to be ready`, check, { timeoutMs: readyMs, everyMs: 100, signal: ended });
  } catch (error) {
    if (ended.aborted) throw error;
    throw new Error(`${(error as Error).message}; ${log.excerpt()}`, { cause: error });
  }
}
