import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Supervisor } from '../processes/supervisor.ts';
import { waitFor } from '../wait-for.ts';
import { callApi, type ApiAccess } from './api-call.ts';
import type { Authority } from '../pki/index.ts';
import { writeServingCertificate, type ClusterPki } from './cluster-pki.ts';
import { clusterFiles, componentFlags, type ClusterSettings, type ComponentName } from './component-flags.ts';
import { Component } from './component.ts';
import { kubeconfigYaml } from './kubeconfig.ts';
import {
  apiserverAnswers,
  apiserverIsReady,
  defaultServiceAccountExists,
  nodesAreReady,
  type Check,
} from './readiness.ts';
import { simulatedNode } from './simulated-node.ts';

/** Flags in addition to the bed's own; of two equal flags the last one wins, so that these override. */
export type ExtraFlags = Readonly<Partial<Record<ComponentName, readonly string[]>>>;

export interface ControlPlaneSettings extends Omit<ClusterSettings, 'port'> {
  readonly cluster: string;
  readonly directory: string;
  readonly components: readonly ComponentName[];
  readonly nodes: number;
  readonly flags: ExtraFlags;
  /** The directory with an executable named after each component. */
  readonly executables: string;
  readonly supervisor: Supervisor;
  /** Gives a port that was free a moment ago. */
  readonly choosePort: () => Promise<number>;
  readonly onUnaskedExit: (message: string) => void;
}

const readyMs = 60_000;
const lookEveryMs = 50;
const portAttempts = 5;

/** The processes of one cluster and the order in which they start. */
export class ControlPlane {
  readonly #settings: ControlPlaneSettings;
  readonly #components: ReadonlyMap<ComponentName, Component>;
  readonly #access = (): ApiAccess => this.access;
  #pki: ClusterPki;
  #flags: ExtraFlags;
  #port = 0;

  constructor(settings: ControlPlaneSettings, pki: ClusterPki) {
    this.#settings = settings;
    this.#pki = pki;
    this.#flags = settings.flags;
    this.#components = new Map(settings.components.map((name) => [name, newComponent(name, settings)]));
  }

  get pki(): ClusterPki {
    return this.#pki;
  }

  /** As the administrator. Changes with the serving authority. */
  get access(): ApiAccess {
    return {
      cluster: this.#settings.cluster,
      server: `https://127.0.0.1:${this.#port}`,
      certificateAuthority: this.#pki.servingAuthority.certificate,
      client: this.#pki.admin,
    };
  }

  components(): readonly Component[] {
    return [...this.#components.values()];
  }

  component(name: ComponentName): Component {
    const component = this.#components.get(name);
    if (component !== undefined) return component;
    const has = [...this.#components.keys()].join(', ');
    throw new Error(`cluster '${this.#settings.cluster}' has no component '${name}', only ${has}`);
  }

  /**
   * etcd and the API server start together, the others as soon as the API server answers: most of the time until it is ready it
   * waits for itself, and they use that. Throws when a component ends or is not ready after a minute, with its log.
   */
  async start(): Promise<void> {
    const etcd = await this.#spawn('etcd');
    const ended = AbortSignal.any([etcd, await this.#startApiserver(etcd)]);
    await this.#writeComponentsKubeconfig();
    await Promise.all([this.#startNodes(), this.#startControllers(ended)]);
  }

  /** Starts a component that is stopped, with the flags it had or others, and waits until it is ready. */
  async startComponent(name: ComponentName, flags?: readonly string[]): Promise<void> {
    if (flags !== undefined) this.#flags = { ...this.#flags, [name]: flags };
    const ended = await this.#spawn(name);
    if (name !== 'etcd' && name !== 'kube-apiserver') return;
    if (this.component('kube-apiserver').state !== 'running') return;
    await this.#until(name, ended, 'the API server to be ready', apiserverIsReady(this.#access));
  }

  /** The API server serves it after its next start. */
  async useServingAuthority(authority: Authority): Promise<void> {
    await writeServingCertificate(this.#settings.directory, authority, new Date());
    this.#pki = { ...this.#pki, servingAuthority: authority };
  }

  /** The port was free when it was chosen; when somebody was faster, another one is tried. */
  async #startApiserver(etcdEnded: AbortSignal): Promise<AbortSignal> {
    for (let attempt = 1; ; attempt += 1) {
      this.#port = await this.#settings.choosePort();
      const ended = await this.#spawn('kube-apiserver');
      const either = AbortSignal.any([ended, etcdEnded]);
      try {
        await this.#until(
          'kube-apiserver',
          either,
          'the API server to answer',
          apiserverAnswers(this.#access),
        );
        return ended;
      } catch (error) {
        const taken =
          ended.aborted && this.component('kube-apiserver').log.text().includes('address already in use');
        if (!taken || attempt === portAttempts) throw error;
      }
    }
  }

  /** Not earlier: the controller manager asks once a second whether the API server is ready, and would lose up to a second. */
  async #startControllers(ended: AbortSignal): Promise<void> {
    await this.#until('kube-apiserver', ended, 'the API server to be ready', apiserverIsReady(this.#access));
    const { components } = this.#settings;
    if (components.includes('kube-scheduler')) await this.#spawn('kube-scheduler');
    if (!components.includes('kube-controller-manager')) return;
    const managerEnded = await this.#spawn('kube-controller-manager');
    const check = defaultServiceAccountExists(this.#access);
    await this.#until('kube-controller-manager', managerEnded, 'the default ServiceAccount', check);
  }

  async #startNodes(): Promise<void> {
    const { components, nodes } = this.#settings;
    if (!components.includes('kwok')) return;
    const ended = await this.#spawn('kwok');
    for (let index = 0; index < nodes; index += 1) {
      await callApi(this.access, { method: 'POST', path: '/api/v1/nodes', body: simulatedNode(index) });
    }
    await this.#until('kwok', ended, 'the nodes to be ready', nodesAreReady(this.#access, nodes));
  }

  async #spawn(name: ComponentName): Promise<AbortSignal> {
    const settings = { ...this.#settings, port: this.#port };
    return await this.component(name).start([
      ...componentFlags(name, settings),
      ...(this.#flags[name] ?? []),
    ]);
  }

  async #until(name: ComponentName, ended: AbortSignal, what: string, check: Check): Promise<void> {
    try {
      await waitFor(what, check, { timeoutMs: readyMs, everyMs: lookEveryMs, signal: ended });
    } catch (error) {
      if (ended.aborted) throw error;
      const { message } = error as Error;
      throw new Error(
        `${name} of cluster '${this.#settings.cluster}': ${message}; ${this.component(name).log.excerpt()}`,
        { cause: error },
      );
    }
  }

  /** Does not verify the server, so that the components survive another serving authority. */
  async #writeComponentsKubeconfig(): Promise<void> {
    const { cluster, directory } = this.#settings;
    const { server, client } = this.access;
    const yaml = kubeconfigYaml({ name: cluster, server, user: client });
    await writeFile(join(directory, clusterFiles.componentsKubeconfig), yaml, { mode: 0o600 });
  }
}

function newComponent(name: ComponentName, settings: ControlPlaneSettings): Component {
  const { cluster, directory, executables, supervisor, onUnaskedExit } = settings;
  const logFile = join(directory, 'logs', `${name}.log`);
  return new Component({
    name,
    cluster,
    file: join(executables, name),
    directory,
    logFile,
    supervisor,
    onUnaskedExit,
  });
}
