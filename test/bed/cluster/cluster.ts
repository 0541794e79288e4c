import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, issueCertificate, type KeyPair } from '../pki/index.ts';
import { callApi, type ApiCall } from './api-call.ts';
import { createClusterPki } from './cluster-pki.ts';
import type { Component } from './component.ts';
import { clusterFiles, type ComponentName } from './component-flags.ts';
import { ControlPlane, type ControlPlaneSettings, type ExtraFlags } from './control-plane.ts';
import { kubeconfigYaml, type KubeconfigUser } from './kubeconfig.ts';
import {
  issueToken,
  requestToken,
  type ServiceAccountToken,
  type TokenRequest,
} from './service-account-token.ts';

export interface ClusterOptions {
  /** What runs beside etcd and the API server; default all: kube-controller-manager, kube-scheduler, kwok. */
  readonly controllers?: readonly Exclude<ComponentName, 'etcd' | 'kube-apiserver'>[];
  /** Flags in addition to the bed's own, such as `{ 'kube-apiserver': ['--goaway-chance=0.02'] }`; they override. */
  readonly flags?: ExtraFlags;
  /** Whether admission webhooks are called; by default on the hub only, because no simulated pod answers on a spoke. */
  readonly admissionWebhooks?: boolean;
  /** Nodes that kwok simulates; default 1. */
  readonly nodes?: number;
}

/** A running cluster. Its directory holds its kubeconfig files, keys, data, and one log file a component. */
export class Cluster {
  readonly name: string;
  readonly directory: string;
  readonly #plane: ControlPlane;

  private constructor(name: string, directory: string, plane: ControlPlane) {
    this.name = name;
    this.directory = directory;
    this.#plane = plane;
  }

  /** Throws when a component does not come up, with its log; what did come up is the supervisor's to end. */
  static async start(settings: ControlPlaneSettings): Promise<Cluster> {
    const { cluster, directory } = settings;
    await mkdir(join(directory, 'logs'), { recursive: true });
    const plane = new ControlPlane(settings, await createClusterPki(directory, cluster, new Date()));
    await plane.start();
    const started = new Cluster(cluster, directory, plane);
    await started.#writeAdminKubeconfig();
    return started;
  }

  /** Path of the administrator's kubeconfig file. */
  get kubeconfig(): string {
    return join(this.directory, clusterFiles.adminKubeconfig);
  }

  /** `https://127.0.0.1:port` */
  get server(): string {
    return this.#plane.access.server;
  }

  /** PEM; what the server's certificate is signed by. */
  get certificateAuthority(): string {
    return this.#plane.access.certificateAuthority;
  }

  /** The administrator's client certificate. */
  get admin(): KeyPair {
    return this.#plane.access.client;
  }

  /** One call as the administrator; returns the parsed answer, throws ApiCallError for one other than 2xx. */
  async call<T = unknown>(call: ApiCall): Promise<T> {
    return (await callApi(this.#plane.access, call)) as T;
  }

  async issueToken(request: TokenRequest): Promise<ServiceAccountToken> {
    return await issueToken(this.#plane.access, request);
  }

  /** One of a ServiceAccount that is there. */
  async requestToken(request: Omit<TokenRequest, 'clusterRole'>): Promise<ServiceAccountToken> {
    return await requestToken(this.#plane.access, request);
  }

  /** A certificate that makes its holder the user and a member of the groups. */
  async issueClientCertificate(user: string, groups: readonly string[] = []): Promise<KeyPair> {
    return await issueCertificate(
      this.#plane.pki.clientAuthority,
      { for: 'client', user, groups },
      new Date(),
    );
  }

  /** The text of a kubeconfig for somebody else than the administrator. */
  kubeconfigFor(user: KubeconfigUser, namespace?: string): string {
    const { server, certificateAuthority } = this;
    return kubeconfigYaml({
      name: this.name,
      server,
      certificateAuthority,
      user,
      ...(namespace === undefined ? {} : { namespace }),
    });
  }

  /** Writes such a kubeconfig to `NAME.kubeconfig` in the cluster's directory and returns the path. */
  async writeKubeconfig(name: string, user: KubeconfigUser, namespace?: string): Promise<string> {
    const path = join(this.directory, `${name}.kubeconfig`);
    await writeFile(path, this.kubeconfigFor(user, namespace), { mode: 0o600 });
    return path;
  }

  stateOf(component: ComponentName): 'stopped' | 'running' | 'frozen' {
    return this.#plane.component(component).state;
  }

  /** Undefined while it is stopped. */
  pidOf(component: ComponentName): number | undefined {
    return this.#plane.component(component).pid;
  }

  logFileOf(component: ComponentName): string {
    return this.#plane.component(component).log.file;
  }

  /** Lets the component end in order (SIGTERM, and SIGKILL after 3 seconds). */
  async stop(component: ComponentName): Promise<void> {
    await this.#plane.component(component).stop();
  }

  async kill(component: ComponentName): Promise<void> {
    await this.#plane.component(component).kill();
  }

  /** Starts what was stopped or killed, on the same port, with the extra flags it had or others, and waits until it is ready. */
  async start(component: ComponentName, flags?: readonly string[]): Promise<void> {
    await this.#plane.startComponent(component, flags);
  }

  /**
   * Stops and starts. After several restarts of the API server within two minutes the controllers notice late that it is back:
   * client-go's watches pause longer after each failure, up to half a minute.
   */
  async restart(component: ComponentName, flags?: readonly string[]): Promise<void> {
    await this.stop(component);
    await this.start(component, flags);
  }

  /**
   * Restarts the API server with a new key and certificate, from the authority that signed the last one or from a new one. With a
   * new one `certificateAuthority` and the administrator's kubeconfig file change; copies of them stay wrong.
   */
  async renewServingCertificate(from: 'same-authority' | 'new-authority'): Promise<void> {
    const { servingAuthority } = this.#plane.pki;
    const authority =
      from === 'same-authority' ? servingAuthority : await createAuthority(servingAuthority.name, new Date());
    await this.stop('kube-apiserver');
    await this.#plane.useServingAuthority(authority);
    await this.#writeAdminKubeconfig();
    await this.start('kube-apiserver');
  }

  /** One component, or the whole cluster: connections stay open and nothing answers, as when a machine hangs or a network drops packets. */
  async freeze(component?: ComponentName): Promise<void> {
    await Promise.all(this.#chosen(component).map((one) => one.freeze()));
  }

  async thaw(component?: ComponentName): Promise<void> {
    await Promise.all(this.#chosen(component).map((one) => one.thaw()));
  }

  /** Kills everything of the cluster and removes its directory. */
  async wipe(): Promise<void> {
    await Promise.all(this.#plane.components().map((one) => one.kill()));
    await rm(this.directory, { recursive: true, force: true });
  }

  #chosen(component: ComponentName | undefined): readonly Component[] {
    return component === undefined ? this.#plane.components() : [this.#plane.component(component)];
  }

  async #writeAdminKubeconfig(): Promise<void> {
    await this.writeKubeconfig('admin', this.admin);
  }
}
