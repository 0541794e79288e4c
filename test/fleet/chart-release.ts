import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { chartDirectory, runHelm, type Values } from '../chart/helm.ts';
import type { Fleet, RunningOperator } from './fleet.ts';
import { fleetNamespace } from './objects.ts';

const release = 'wheelwright';

/** Flags about what the pod mounts and where it listens, in place of which the fleet has its own. */
const ofThePod =
  /^--(manifests-dir|cache-dir|download-manifests|metrics-bind-address|health-probe-bind-address|clusterprofile-provider-file|kubeconfig-dir|access-plugin-dirs)=/;

/** The chart, installed by Helm on the hub of a fleet. */
export class ChartRelease {
  readonly #fleet: Fleet;

  private constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Takes over the definitions that the fleet has put there. */
  static async install(fleet: Fleet, values: Values): Promise<ChartRelease> {
    const installed = new ChartRelease(fleet);
    await installed.#helm(
      ['install', release, chartDirectory, '--take-ownership', '--wait', '--timeout=2m'],
      values,
    );
    return installed;
  }

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
    return this.#fleet.hub.get(resources.deployments, { namespace: fleetNamespace, name: release });
  }

  /** The user that the operator is to the hub. */
  get user(): string {
    return `system:serviceaccount:${fleetNamespace}:${release}`;
  }

  /** The operator that the Deployment asks for, as a process: with its account, its arguments and its variables. */
  async startOperator(): Promise<RunningOperator> {
    const { hub } = this.#fleet.bed;
    const { args, env } = containerOf(await this.deployment());
    const kubeconfigs = join(hub.directory, 'kubeconfigs');
    await mkdir(kubeconfigs, { recursive: true });
    const kubeconfig = await hub.writeKubeconfig('operator', { token: await this.#token() });
    return this.#fleet.startOperator({
      providers: await this.#providers(),
      env: Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
      flags: [
        `--kubeconfig=${kubeconfig}`,
        `--kubeconfig-dir=${kubeconfigs}`,
        ...args.slice(1).filter((arg) => !ofThePod.test(arg)),
      ],
    });
  }

  async #token(): Promise<string> {
    const { status } = await this.#fleet.bed.hub.call<{ readonly status: { readonly token: string } }>({
      method: 'POST',
      path: `/api/v1/namespaces/${fleetNamespace}/serviceaccounts/${release}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 3600 },
      },
    });
    return status.token;
  }

  async #providers(): Promise<string> {
    const name = { namespace: fleetNamespace, name: `${release}-access-providers` };
    const { data } = (await this.#fleet.hub.get(resources.configMaps, name)) as unknown as {
      readonly data: { readonly 'config.json': string };
    };
    return data['config.json'];
  }

  async #helm(args: readonly string[], values?: Values): Promise<void> {
    const where = [`--kubeconfig=${this.#fleet.bed.hub.kubeconfig}`, `--namespace=${fleetNamespace}`];
    const { code, stderr } = await runHelm([...args, ...where], values);
    if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
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
