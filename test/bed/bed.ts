import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { claimDirectory, clearDirectory, type BedDirectory } from './bed-directory.ts';
import { binary } from './builds/binaries.ts';
import { kedaConfigDirectory, kwokStageFiles } from './builds/module-files.ts';
import { Cluster, type ClusterOptions } from './cluster/cluster.ts';
import { freePort } from './cluster/free-port.ts';
import { startKeda } from './keda/keda.ts';
import { Supervisor } from './processes/supervisor.ts';

export interface BedOptions {
  readonly hub?: ClusterOptions;
  /** How many, or the options of each; default 1. */
  readonly spokes?: number | readonly ClusterOptions[];
  /** Must be new or empty; default a temporary directory, which is gone with the bed whatever happens. */
  readonly directory?: string;
  /** Ends the start. */
  readonly signal?: AbortSignal;
  /** Told when a component ends by itself; default: standard error. */
  readonly warn?: (message: string) => void;
}

interface BedParts {
  readonly directory: BedDirectory;
  readonly supervisor: Supervisor;
  readonly executables: string;
  readonly stageFiles: readonly string[];
  readonly warn: (message: string) => void;
}

/**
 * A hub and its spokes: real Kubernetes control planes as processes of this machine, in which only containers are simulated. They
 * end with `stop`, or with this process, however it ends.
 */
export class Bed implements AsyncDisposable {
  readonly #parts: BedParts;
  readonly #spokes: Cluster[] = [];
  #hub: Cluster | undefined;
  #spokesBegun = 0;
  #stopping = false;
  #stopped: Promise<void> | undefined;

  private constructor(parts: BedParts) {
    this.#parts = parts;
  }

  /**
   * Starts all clusters in parallel, building their programs first where this machine has not yet. Throws when one does not come up,
   * and leaves nothing behind then.
   */
  static async start(options: BedOptions = {}): Promise<Bed> {
    const { hub = {}, spokes = 1, signal, warn = warnOnStderr } = options;
    const bed = new Bed({ ...(await prepare(options)), warn });
    const abort = (): void => void bed.#end();
    signal?.addEventListener('abort', abort, { once: true });
    const each = typeof spokes === 'number' ? Array.from({ length: spokes }, () => ({})) : spokes;
    const starts = [bed.#startHub(hub), ...each.map((spoke) => bed.addSpoke(spoke))];
    try {
      await Promise.all(starts);
      signal?.throwIfAborted();
      return bed;
    } catch (error) {
      await bed.#end();
      // Without processes they end soon; until then they may write files.
      await Promise.allSettled(starts);
      await bed.stop();
      throw signal?.aborted === true ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  get directory(): string {
    return this.#parts.directory.path;
  }

  get hub(): Cluster {
    if (this.#hub === undefined) throw new Error('the hub of the bed has not been started');
    return this.#hub;
  }

  /** In the order of their names: `spoke-1`, `spoke-2` … Wiped ones stay in the list. */
  get spokes(): readonly Cluster[] {
    return this.#spokes.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  /** Starts one more cluster. */
  async addSpoke(options: ClusterOptions = {}): Promise<Cluster> {
    this.#spokesBegun += 1;
    const spoke = await this.#startCluster(`spoke-${this.#spokesBegun}`, {
      admissionWebhooks: false,
      ...options,
    });
    this.#spokes.push(spoke);
    return spoke;
  }

  /** Installs KEDA on a cluster and runs it until the bed ends; builds it first where this machine has not yet. */
  async startKeda(cluster: Cluster): Promise<void> {
    const [operator, config] = await Promise.all([binary('keda-operator'), kedaConfigDirectory()]);
    await startKeda({
      cluster,
      executables: dirname(operator),
      config,
      supervisor: this.#parts.supervisor,
      choosePort: freePort,
      onUnaskedExit: (message) => this.#tellUnaskedExit(message),
    });
  }

  /** Kills everything and removes the bed's files. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#end().then(() => clearDirectory(this.directory));
    await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(): Promise<void> {
    this.#stopping = true;
    await this.#parts.supervisor.stop();
  }

  async #startHub(options: ClusterOptions): Promise<void> {
    this.#hub = await this.#startCluster('hub', { admissionWebhooks: true, ...options });
  }

  async #startCluster(
    name: string,
    options: ClusterOptions & { readonly admissionWebhooks: boolean },
  ): Promise<Cluster> {
    const { directory, supervisor, executables, stageFiles } = this.#parts;
    const {
      controllers = ['kube-controller-manager', 'kube-scheduler', 'kwok'],
      flags = {},
      nodes = 1,
    } = options;
    return await Cluster.start({
      cluster: name,
      directory: join(directory.path, name),
      components: ['etcd', 'kube-apiserver', ...controllers],
      admissionWebhooks: options.admissionWebhooks,
      nodes,
      flags,
      executables,
      stageFiles,
      supervisor,
      choosePort: freePort,
      onUnaskedExit: (message) => this.#tellUnaskedExit(message),
    });
  }

  #tellUnaskedExit(message: string): void {
    if (!this.#stopping) this.#parts.warn(message);
  }
}

async function prepare({ directory: given, signal }: BedOptions): Promise<Omit<BedParts, 'warn'>> {
  const [etcd, stageFiles] = await Promise.all([
    binary('etcd', signal === undefined ? {} : { signal }),
    kwokStageFiles(),
  ]);
  signal?.throwIfAborted();
  const directory = await claimDirectory(given);
  try {
    const supervisor = await Supervisor.start({
      bedDirectory: directory.path,
      temporary: directory.temporary,
    });
    return { directory, supervisor, executables: dirname(etcd), stageFiles };
  } catch (error) {
    if (directory.temporary) await rm(directory.path, { recursive: true, force: true });
    throw error;
  }
}

function warnOnStderr(message: string): void {
  process.stderr.write(`bed: ${message}\n`);
}
