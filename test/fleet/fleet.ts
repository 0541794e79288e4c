import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { groupVersionKind, type KubeObject, type NamespacedName } from '../../src/api/index.ts';
import {
  AlreadyExistsError,
  type KubeClient,
  NotFoundError,
  type Resource,
  resources,
} from '../../src/kube/index.ts';
import {
  Bed,
  type Cluster,
  type ClusterOptions,
  clusterProfileCrdFile,
  freePort,
  knativeManifestDirectories,
  waitFor,
} from '../bed/index.ts';
import { clusterClient } from './cluster-client.ts';
import { leftBehind } from './delivered-objects.ts';
import type { Ground, Site } from './ground.ts';
import {
  clusterProfile,
  clusterProfileStatus,
  conditionOf,
  defaultProvider,
  fleetNamespace,
  kubeconfigSecret,
  knativeServing,
  type ProfileOptions,
  type ServingOptions,
} from './objects.ts';
import { OperatorProcess, type OperatorProcessOptions } from './operator-process.ts';

export interface FleetOptions {
  /** Default 1. */
  readonly spokes?: number | readonly ClusterOptions[];
  /** Default: no controllers, because nothing that they do is needed on a hub whose objects all install elsewhere. */
  readonly hub?: ClusterOptions;
  /** Whether each spoke has its Secret and its ClusterProfile from the start; default true. */
  readonly profiles?: boolean;
  /** Whether the hub has the custom resources, and the namespace of operators, from the start; default true. */
  readonly prepared?: boolean;
  /** Whether KEDA runs on the hub, with an autoscaler that is quicker than usual; default false. */
  readonly keda?: boolean;
  /** Default: a directory that is gone with the fleet. */
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

export interface Spoke<C extends Site = Cluster> {
  readonly cluster: C;
  readonly client: KubeClient;
  /** Name of its ClusterProfile, in the fleet's namespace. */
  readonly profile: string;
}

export interface StartOptions extends Partial<OperatorProcessOptions> {
  /** Content of the access provider file; null for an operator without one. Default: the built-in reader of kubeconfig Secrets. */
  readonly providers?: unknown;
  /** Default: the newest Knative manifests at hand. */
  readonly manifests?: string;
  /** Whether Knative is installed on the hub itself, which takes far more rights than all else; default false. */
  readonly knativeOnHub?: boolean;
}

/** Told of a fleet as soon as it is ready; what it returns ends after the operators and before the clusters. */
export type FleetWitness = (fleet: Fleet<Ground>) => AsyncDisposable;

const witnesses = new Set<FleetWitness>();

/** For every fleet that this process starts from now on. */
export function witnessFleets(witness: FleetWitness): void {
  witnesses.add(witness);
}

/** As whom operators work on the clusters of a fleet. */
export interface Accounts<G extends Ground = Bed> {
  /** What an operator is given beside what is asked for: `--kubeconfig`, and more. */
  onHub(ground: G, asked: StartOptions): Promise<Pick<OperatorProcessOptions, 'flags' | 'env'>>;
  /** The kubeconfig by which the hub knows a spoke. */
  onSpoke(spoke: G['spokes'][number]): Promise<string>;
}

/** Accounts of a bed, and who has an eye on them. */
export interface BedAccounts extends Accounts {
  /** Of the hub's kube-apiserver; those of a test win over them. */
  readonly flags: readonly string[];
}

const administrator: Accounts<Ground> = {
  onHub: async ({ hub }) => ({ flags: [`--kubeconfig=${hub.kubeconfig}`] }),
  onSpoke: ({ kubeconfig }) => readFile(kubeconfig, 'utf8'),
};

let accountsOfBeds: BedAccounts = { ...administrator, flags: [] };

/** For every fleet on a bed that this process starts from now on. Default: the administrator of each cluster. */
export function useAccounts(accounts: BedAccounts): void {
  accountsOfBeds = accounts;
}

interface FleetOnOptions<G extends Ground> extends Pick<FleetOptions, 'profiles' | 'prepared'> {
  readonly accounts?: Accounts<G>;
}

interface FleetParts<G extends Ground> extends Pick<Fleet<G>, 'bed' | 'hub' | 'spokes'> {
  readonly accounts: Accounts<G>;
}

/** A total follows its metric within seconds, and falls within seconds: by default that takes five minutes. */
const quickAutoscaling: ClusterOptions = {
  flags: {
    'kube-controller-manager': [
      '--horizontal-pod-autoscaler-sync-period=1s',
      '--horizontal-pod-autoscaler-downscale-stabilization=3s',
    ],
  },
};

const crds = fileURLToPath(new URL('../../crds/', import.meta.url));

/** A hub with the custom resources installed, spokes with profiles, and operators: what tests, demo and benchmarks play on. */
export class Fleet<G extends Ground = Bed> implements AsyncDisposable {
  readonly bed: G;
  readonly hub: KubeClient;
  readonly spokes: readonly Spoke<G['spokes'][number]>[];
  readonly #accounts: Accounts<G>;
  readonly #operators = new Set<OperatorProcess>();
  readonly #watching: AsyncDisposable[] = [];

  private constructor({ bed, hub, spokes, accounts }: FleetParts<G>) {
    this.bed = bed;
    this.hub = hub;
    this.spokes = spokes;
    this.#accounts = accounts;
  }

  static async start({
    spokes = 1,
    keda = false,
    hub = keda ? quickAutoscaling : { controllers: [] },
    profiles = true,
    prepared = true,
    directory,
    signal,
  }: FleetOptions = {}): Promise<Fleet> {
    const apiServer = [...accountsOfBeds.flags, ...(hub.flags?.['kube-apiserver'] ?? [])];
    const bed = await Bed.start({
      hub: { ...hub, flags: { ...hub.flags, 'kube-apiserver': apiServer } },
      spokes,
      ...(directory === undefined ? {} : { directory }),
      ...(signal === undefined ? {} : { signal }),
    });
    const fleet = await Fleet.on(bed, { profiles, prepared, accounts: accountsOfBeds });
    if (keda) await fleet.#startKeda(bed);
    return fleet;
  }

  /** Plays on clusters that are there already, and stops them in the end, also when this fails. */
  static async on<G extends Ground>(
    ground: G,
    { profiles = true, prepared = true, accounts = administrator }: FleetOnOptions<G> = {},
  ): Promise<Fleet<G>> {
    try {
      const hub = await clusterClient(ground.hub.kubeconfig, 'hub');
      const clients = ground.spokes.map(async (cluster: G['spokes'][number]) => ({
        cluster,
        client: await clusterClient(cluster.kubeconfig, cluster.name),
        profile: cluster.name,
      }));
      const fleet = new Fleet({ bed: ground, hub, spokes: await Promise.all(clients), accounts });
      if (prepared) await fleet.#prepareHub();
      if (profiles) await Promise.all(fleet.spokes.map((spoke) => fleet.register(spoke)));
      for (const witness of witnesses) fleet.#watching.push(witness(fleet));
      return fleet;
    } catch (error) {
      await ground.stop();
      throw error;
    }
  }

  spoke(index: number): Spoke<G['spokes'][number]> {
    const spoke = this.spokes[index];
    if (spoke === undefined) throw new Error(`the fleet has ${this.spokes.length} spokes`);
    return spoke;
  }

  /** Makes a spoke known to the hub: the Secret with its kubeconfig, and a healthy ClusterProfile. */
  async register(
    { cluster, profile }: Spoke<G['spokes'][number]>,
    changes: Partial<ProfileOptions> = {},
  ): Promise<void> {
    const kubeconfig = await this.#accounts.onSpoke(cluster);
    await this.put(resources.secrets, kubeconfigSecret(profile, kubeconfig, changes.namespace));
    await this.putProfile({
      name: profile,
      server: cluster.server,
      certificateAuthority: cluster.certificateAuthority,
      ...changes,
    });
  }

  async putProfile(options: ProfileOptions): Promise<void> {
    await this.put(resources.clusterProfiles, clusterProfile(options));
    await this.patchProfile(options.name, clusterProfileStatus(options), options.namespace);
  }

  /** As a cluster manager does. */
  async patchProfile(
    name: string,
    status: Readonly<Record<string, unknown>>,
    namespace = fleetNamespace,
  ): Promise<void> {
    await this.hub.patch(
      resources.clusterProfiles,
      { namespace, name },
      'merge',
      { status },
      { subresource: 'status' },
    );
  }

  async put(resource: Resource, object: KubeObject, client = this.hub): Promise<void> {
    const { namespace } = object.metadata;
    if (namespace !== undefined) await this.namespace(namespace, client);
    await client.apply(resource, object, { force: true });
  }

  async namespace(name: string, client = this.hub): Promise<void> {
    try {
      await client.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
    }
  }

  /**
   * Starts an operator against the hub, by its own kubeconfig where the flags name one. Several may run at a time; all end
   * with the fleet.
   */
  async startOperator(asked: StartOptions = {}): Promise<RunningOperator> {
    const { providers = builtinProviders, manifests, flags = [], env, ...options } = asked;
    const hasAccount = flags.some((flag) => flag.startsWith('--kubeconfig='));
    const account = hasAccount ? { flags: [] } : await this.#accounts.onHub(this.bed, asked);
    const directory = manifests ?? (await knativeManifestDirectories())[0] ?? '';
    const [metrics, health] = await Promise.all([freePort(), freePort()]);
    const file = providers === null ? undefined : await this.writeProviders(providers);
    const process = new OperatorProcess({
      ...options,
      env: { ...account.env, ...env },
      flags: [
        ...account.flags,
        `--namespace=${fleetNamespace}`,
        `--manifests-dir=${directory}`,
        '--download-manifests=false',
        `--metrics-bind-address=127.0.0.1:${metrics}`,
        `--health-probe-bind-address=127.0.0.1:${health}`,
        ...(file === undefined ? [] : [`--clusterprofile-provider-file=${file}`]),
        ...flags,
      ],
    });
    this.#operators.add(process);
    await process.waitForLog('that it has started', ({ msg }) => msg === 'operator started');
    return {
      process,
      metricsUrl: `http://127.0.0.1:${metrics}/metrics`,
      healthUrl: `http://127.0.0.1:${health}`,
      providerFile: file,
    };
  }

  /** Writes an access provider file and returns its path. */
  async writeProviders(
    providers: unknown,
    path = join(this.bed.directory, `providers-${crypto.randomUUID()}.json`),
  ): Promise<string> {
    await writeFile(path, typeof providers === 'string' ? providers : JSON.stringify(providers));
    return path;
  }

  async createServing(options: ServingOptions): Promise<NamespacedName> {
    const object = knativeServing(options);
    await this.namespace(object.metadata.namespace ?? '');
    await this.hub.create(resources.knativeServings, object);
    return { namespace: object.metadata.namespace, name: object.metadata.name };
  }

  async serving(name: NamespacedName): Promise<KubeObject> {
    return this.hub.get(resources.knativeServings, name);
  }

  /** Resolves with the object once its condition has the status, and the reason where one is given. */
  async waitForCondition(
    name: NamespacedName,
    type: string,
    status: 'True' | 'False',
    reason?: string,
    timeoutMs = 90_000,
  ): Promise<KubeObject> {
    const what = `condition ${type} of ${name.name} is ${status}${reason === undefined ? '' : ` (${reason})`}`;
    return waitFor(
      what,
      async (saw) => {
        const object = await this.serving(name);
        saw((object['status'] as { readonly conditions?: unknown } | undefined)?.conditions ?? 'no status');
        const found = conditionOf(object, type);
        return found?.status === status && (reason === undefined || found.reason === reason)
          ? object
          : undefined;
      },
      { timeoutMs },
    );
  }

  waitForReady(name: NamespacedName, timeoutMs?: number): Promise<KubeObject> {
    return this.waitForCondition(name, 'Ready', 'True', undefined, timeoutMs);
  }

  async deleteServing(name: NamespacedName): Promise<void> {
    await this.hub.delete(resources.knativeServings, name);
  }

  async waitForGone(name: NamespacedName, timeoutMs = 90_000): Promise<void> {
    await waitFor(
      `${name.name} is gone`,
      async (saw) => {
        try {
          saw((await this.serving(name))['status'] ?? 'no status');
          return false;
        } catch (error) {
          return error instanceof NotFoundError;
        }
      },
      { timeoutMs },
    );
  }

  /** What a removal must not leave on a spoke; see `leftBehind`. */
  async leftOn({ client }: Pick<Spoke, 'client'>, component?: string): Promise<readonly string[]> {
    return leftBehind(client, component);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#operators].map((operator) => operator.kill()));
    await Promise.all(this.#watching.map((watching) => watching[Symbol.asyncDispose]()));
    await Promise.all([this.hub.close(), ...this.spokes.map(({ client }) => client.close())]);
    await this.bed.stop();
  }

  /** The autoscaler starts again: kinds that were defined after it, it would find out about half a minute later. */
  async #startKeda(bed: Bed): Promise<void> {
    try {
      await Promise.all([bed.hub.restart('kube-controller-manager'), bed.startKeda(bed.hub)]);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #prepareHub(): Promise<void> {
    const files = (await readdir(crds))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => join(crds, name));
    const definitions = await Promise.all([...files.map(readDefinition), this.#clusterProfileDefinition()]);
    await Promise.all([
      ...definitions.map((definition) => this.#define(definition)),
      this.namespace(fleetNamespace),
    ]);
    for (const definition of definitions) await this.#whenServed(definition);
  }

  /** The hub's own where it has one: only a hub without needs the file, and with it Go. */
  async #clusterProfileDefinition(): Promise<KubeObject> {
    try {
      const name = 'clusterprofiles.multicluster.x-k8s.io';
      return await this.hub.get(resources.customResourceDefinitions, { name });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      return await readDefinition(await clusterProfileCrdFile());
    }
  }

  /** What is there already stays as it is: it may be somebody's. */
  async #define(definition: KubeObject): Promise<void> {
    const isTheHubs = definition.metadata.uid !== undefined;
    if (isTheHubs) return;
    try {
      await this.hub.create(resources.customResourceDefinitions, definition);
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
    }
  }

  async #whenServed(definition: KubeObject): Promise<void> {
    const { group, names, versions } = definition['spec'] as {
      readonly group: string;
      readonly names: { readonly kind: string };
      readonly versions: readonly { readonly name: string; readonly served: boolean }[];
    };
    const version = versions.find(({ served }) => served)?.name ?? '';
    await waitFor(`${names.kind} is served`, async () => {
      this.hub.invalidateDiscovery();
      const resource = await this.hub.resourceFor({
        ...groupVersionKind(definition),
        group,
        version,
        kind: names.kind,
      });
      await this.hub.list(resource, { limit: 1 });
      return true;
    });
  }
}

export interface RunningOperator {
  readonly process: OperatorProcess;
  readonly metricsUrl: string;
  readonly healthUrl: string;
  readonly providerFile: string | undefined;
}

/** Reads kubeconfig Secrets without a process. */
export const builtinProviders = {
  providers: [
    {
      name: defaultProvider,
      execConfig: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: 'builtin:kubeconfig-secretreader',
        provideClusterInfo: true,
      },
    },
  ],
};

async function readDefinition(file: string): Promise<KubeObject> {
  return load(await readFile(file, 'utf8')) as KubeObject;
}
