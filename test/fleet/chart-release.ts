import { loadAll } from 'js-yaml';
import type { KubeObject, NamespacedName } from '../../src/api/index.ts';
import type { Cluster } from '../bed/index.ts';
import { chartDirectory, runHelm, type Values } from '../chart/helm.ts';
import { accountKubeconfig, accountToken } from './account-kubeconfig.ts';
import { fleetNamespace } from './objects.ts';
import type { OperatorProcessOptions } from './operator-process.ts';

const release = 'wheelwright';

/** Flags about what the pod mounts and where it listens, in place of which the fleet has its own. */
const ofThePod =
  /^--(manifests-dir|cache-dir|download-manifests|metrics-bind-address|health-probe-bind-address|clusterprofile-provider-file|kubeconfig-dir|access-plugin-dirs|external-scaler-[a-z-]+)=/;

/** Who the operator is to the hub, in whatever namespace. */
export const chartUser = new RegExp(`^system:serviceaccount:[^:]+:${release}$`);

/** The chart, installed by Helm on a hub. */
export class ChartRelease {
  readonly #hub: Cluster;
  readonly #namespace: string;

  private constructor(hub: Cluster, namespace: string) {
    this.#hub = hub;
    this.#namespace = namespace;
  }

  /** Installs it, or changes the values of what is installed. Takes over definitions that are there already. */
  static async put(hub: Cluster, values: Values, namespace = fleetNamespace): Promise<ChartRelease> {
    const installed = new ChartRelease(hub, namespace);
    const how = ['--install', '--create-namespace', '--take-ownership'];
    await installed.#helm(['upgrade', release, chartDirectory, ...how], values);
    return installed;
  }

  /** Resolves when all of it is ready. */
  async upgrade(values: Values): Promise<void> {
    await this.#helm(['upgrade', release, chartDirectory, '--wait', '--timeout=2m'], values);
  }

  async rollback(): Promise<void> {
    await this.#helm(['rollback', release, '--wait', '--timeout=2m']);
  }

  async uninstall(): Promise<void> {
    await this.#helm(['uninstall', release, '--wait', '--timeout=2m']);
  }

  deployment(): Promise<KubeObject> {
    return this.#hub.call({ path: `/apis/apps/v1/namespaces/${this.#namespace}/deployments/${release}` });
  }

  /** What `helm test` makes. */
  async hooks(): Promise<readonly KubeObject[]> {
    return loadAll(await this.#helm(['get', 'hooks', release])) as KubeObject[];
  }

  /** What the Deployment gives the operator: its account, its arguments and its variables. */
  async setup(): Promise<Required<Pick<OperatorProcessOptions, 'flags' | 'env'>>> {
    const { args, env } = containerOf(await this.deployment());
    const kubeconfig = await accountKubeconfig(this.#hub, this.#account, `operator-in-${this.#namespace}`);
    return {
      env: Object.fromEntries(
        env.flatMap(({ name: key, value }) => (value === undefined ? [] : [[key, value]])),
      ),
      flags: [`--kubeconfig=${kubeconfig}`, ...args.slice(1).filter((arg) => !ofThePod.test(arg))],
    };
  }

  /** The access provider file. */
  async providers(): Promise<string> {
    const path = `/api/v1/namespaces/${this.#namespace}/configmaps/${release}-access-providers`;
    const { data } = await this.#hub.call<{ readonly data: { readonly 'config.json': string } }>({ path });
    return data['config.json'];
  }

  /** One of its account, for an hour. */
  token(): Promise<string> {
    return accountToken(this.#hub, this.#account);
  }

  get #account(): NamespacedName {
    return { namespace: this.#namespace, name: release };
  }

  /** Resolves with its output. */
  async #helm(args: readonly string[], values?: Values): Promise<string> {
    const where = [`--kubeconfig=${this.#hub.kubeconfig}`, `--namespace=${this.#namespace}`];
    const { code, stdout, stderr } = await runHelm([...args, ...where], values);
    if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
}

interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

function containerOf(deployment: KubeObject): Container {
  const { template } = deployment['spec'] as {
    readonly template: { readonly spec: { readonly containers: readonly [Container] } };
  };
  return template.spec.containers[0];
}
