import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, Reflector, resources } from '../../src/kube/index.ts';
import { type Cluster, freePort, knativeManifestDirectories } from '../bed/index.ts';
import { accountKubeconfig, OperatorProcess } from '../fleet/index.ts';
import { MountedDirectory } from '../support/mounted-directory.ts';
import { MountedSecret } from '../support/mounted-secret.ts';

/** A pod of the operator, as far as it says what is to run. */
interface Pod extends KubeObject {
  readonly spec: {
    /** Undefined until it has a node. */
    readonly nodeName?: string;
    readonly serviceAccountName: string;
    readonly containers: readonly [Container];
    readonly volumes: readonly Volume[];
  };
}

interface Container {
  readonly args: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
  }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
  readonly image?: object;
}

/** One that runs. */
export interface OperatorPod {
  readonly name: string;
  readonly process: OperatorProcess;
  /** Where it listens on this machine, by the port of the container. */
  readonly ports: Readonly<Record<number, number>>;
}

interface Running {
  readonly starting: Promise<OperatorPod>;
  readonly mounted: AsyncDisposable[];
}

/**
 * What a kubelet does for the operator: nodes of the bed are simulated, so that for each of its pods a process runs beside the
 * cluster, with the account, the arguments, the variables and the volumes of the pod, from when it is there until it is deleted.
 */
export class OperatorPods implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #client: KubeClient;
  readonly #directory: string;
  readonly #pods = new Map<string, Running>();
  readonly #ending = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;

  constructor(cluster: Cluster, client: KubeClient, directory: string) {
    this.#cluster = cluster;
    this.#client = client;
    this.#directory = directory;
    this.#following = new Reflector<Pod>({
      client,
      resource: resources.pods,
      labelSelector: 'app.kubernetes.io/name=wheelwright',
      project: (object) => object as Pod,
      onChange: (change) => {
        const { metadata, spec } = change.type === 'set' ? change.current : change.previous;
        if (change.type === 'delete' || metadata.deletionTimestamp !== undefined) this.#end(metadata.uid);
        else if (spec.nodeName !== undefined) this.#start(change.current);
      },
    }).run(this.#stop.signal);
  }

  /** Those that run, in the order of their starts. Throws where one could not be started. */
  running(): Promise<readonly OperatorPod[]> {
    return Promise.all([...this.#pods.values()].map(({ starting }) => starting));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following;
    for (const uid of this.#pods.keys()) this.#end(uid);
    await Promise.all(this.#ending);
  }

  #start(pod: Pod): void {
    const { uid = '' } = pod.metadata;
    if (this.#pods.has(uid)) return;
    const mounted: AsyncDisposable[] = [];
    const starting = this.#run(pod, mounted);
    // Told by whoever asks what runs, and when it ends.
    starting.catch(() => undefined);
    this.#pods.set(uid, { starting, mounted });
  }

  #end(uid = ''): void {
    const running = this.#pods.get(uid);
    if (running === undefined) return;
    this.#pods.delete(uid);
    const end = async (): Promise<void> => {
      try {
        await (await running.starting).process.stop();
      } finally {
        await Promise.all(running.mounted.map((each) => each[Symbol.asyncDispose]()));
      }
    };
    this.#ending.add(end());
  }

  async #run(pod: Pod, mounted: AsyncDisposable[]): Promise<OperatorPod> {
    const { namespace, name } = pod.metadata;
    const [container] = pod.spec.containers;
    const directory = join(this.#directory, name);
    const places = await Promise.all(
      container.volumeMounts
        .filter(({ mountPath }) => !mountPath.startsWith('/var/run/secrets/'))
        .map(async ({ name, mountPath }) => {
          const volume = pod.spec.volumes.find((each) => each.name === name);
          // Somebody has put there what would be in the image.
          const isThere = volume?.image !== undefined && existsSync(mountPath);
          const here = isThere ? mountPath : await this.#mount(pod, volume, join(directory, name), mounted);
          return [mountPath, here] as const;
        }),
    );
    const account = { namespace, name: pod.spec.serviceAccountName };
    const kubeconfig = await accountKubeconfig(this.#cluster, account, name);
    const ports: Record<number, number> = {};
    const flags: string[] = [];
    for (const arg of container.args.slice(1)) {
      const [, flag, port] = /^(--[a-z-]+-bind-address)=:(\d+)$/.exec(arg) ?? [];
      if (flag === undefined) {
        flags.push(onThisMachine(arg, places));
        continue;
      }
      const here = await freePort();
      ports[Number(port)] = here;
      flags.push(`${flag}=127.0.0.1:${here}`);
    }
    const process = new OperatorProcess({
      flags: [`--kubeconfig=${kubeconfig}`, ...flags, '--download-manifests=false'],
      env: Object.fromEntries(
        container.env.map(({ name, value, valueFrom }) => [name, value ?? fieldOf(pod, valueFrom?.fieldRef)]),
      ),
    });
    return { name, process, ports };
  }

  /** The directory that stands for a volume. */
  async #mount(
    { metadata: { namespace } }: Pod,
    volume: Volume | undefined,
    path: string,
    mounted: AsyncDisposable[],
  ): Promise<string> {
    if (volume?.image !== undefined) return (await knativeManifestDirectories())[0] ?? '';
    if (volume?.secret !== undefined) {
      const secret = await MountedSecret.mount(
        this.#client,
        { namespace, name: volume.secret.secretName },
        path,
      );
      mounted.push(secret);
    } else if (volume?.configMap === undefined) {
      await mkdir(path, { recursive: true });
    } else {
      const { data = {} } = await this.#client.get(resources.configMaps, {
        namespace,
        name: volume.configMap.name,
      });
      await MountedDirectory.create(path, data as Readonly<Record<string, string>>);
    }
    return path;
  }
}

/** Paths in the container become those of here; the image with the releases is one directory. */
function onThisMachine(arg: string, places: readonly (readonly [inside: string, here: string])[]): string {
  const [, flag = arg, value] = /^(--[\w-]+=)(\/.*)$/.exec(arg) ?? [];
  // What is mounted deepest counts, as for the kernel.
  const [inside = '', here] =
    places
      .filter(([inside]) => value?.startsWith(`${inside}/`) || value === inside)
      .toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
  if (value === undefined || here === undefined) return arg;
  return flag === '--manifests-dir=' ? `${flag}${here}` : `${flag}${here}${value.slice(inside.length)}`;
}

function fieldOf({ metadata }: Pod, field: { readonly fieldPath: string } | undefined): string {
  if (field?.fieldPath === 'metadata.name') return metadata.name;
  if (field?.fieldPath === 'metadata.namespace') return metadata.namespace ?? '';
  throw new Error(
    `a variable of the operator comes from ${field?.fieldPath ?? 'somewhere else'}, which nobody fills in here`,
  );
}
