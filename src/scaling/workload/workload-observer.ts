import type { Cluster } from '../../clusters/index.ts';
import type { Clock } from '../../kube/index.ts';
import { NamespaceWatch } from './namespace-watch.ts';
import { nothingSeen, type Sight, type WorkloadReference } from './workload.ts';

export interface WorkloadOnMember {
  readonly cluster: Cluster;
  readonly workload: WorkloadReference;
}

export interface WorkloadObserverOptions {
  readonly clock: Clock;
  /** A workload that the user follows looks different now. */
  readonly onChange: (user: string) => void;
  /** A watch or a call failed in a way that may mean that the cluster is gone. */
  readonly onFailure: (cluster: Cluster, error: unknown) => void;
}

interface Followed {
  readonly watch: string;
  readonly name: string;
}

/** The one owner of watches on workloads of members: each is shared, and ends with the last who uses it. */
export class WorkloadObserver {
  readonly #options: WorkloadObserverOptions;
  readonly #watches = new Map<string, NamespaceWatch>();
  readonly #byUser = new Map<string, readonly Followed[]>();
  /** The newest connection of each place, so that a new one begins with what the last one saw. */
  readonly #newest = new Map<string, string>();

  constructor(options: WorkloadObserverOptions) {
    this.#options = options;
  }

  /** Open watches. */
  get size(): number {
    return this.#watches.size;
  }

  /** The user follows these from now on, and no others. */
  use(user: string, wanted: readonly WorkloadOnMember[]): void {
    const before = this.#byUser.get(user) ?? [];
    const after = wanted.map(({ cluster, workload }): Followed => {
      const watch = watchKey(cluster, workload);
      const isKept = before.some((followed) => followed.watch === watch && followed.name === workload.name);
      if (!isKept) this.#follow(user, cluster, workload);
      return { watch, name: workload.name };
    });
    if (after.length === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, after);
    for (const old of before) {
      if (!after.some(({ watch, name }) => watch === old.watch && name === old.name))
        this.#unfollow(user, old);
    }
  }

  sight({ cluster, workload }: WorkloadOnMember): Sight {
    return this.#watches.get(watchKey(cluster, workload))?.sight(workload.name) ?? nothingSeen;
  }

  /** It was written to: where there is no watch to tell of it, it is asked for. */
  nudge({ cluster, workload }: WorkloadOnMember): void {
    this.#watches.get(watchKey(cluster, workload))?.nudge(workload.name);
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
    this.#byUser.clear();
    this.#newest.clear();
  }

  #follow(user: string, cluster: Cluster, workload: WorkloadReference): void {
    const key = watchKey(cluster, workload);
    const place = placeKey(cluster, workload);
    const last = this.#newest.get(place);
    const known = last === undefined ? undefined : this.#watches.get(last)?.sight(workload.name);
    const watch = this.#watches.get(key) ?? this.#watch(key, cluster, workload);
    this.#newest.set(place, key);
    watch.follow(workload.name, user, known);
  }

  #watch(key: string, cluster: Cluster, { apiVersion, kind, namespace }: WorkloadReference): NamespaceWatch {
    const { clock, onChange, onFailure } = this.#options;
    const watch = new NamespaceWatch({
      cluster,
      apiVersion,
      kind,
      namespace,
      clock,
      onChange: (users) => {
        for (const user of users) onChange(user);
      },
      onFailure: (error) => onFailure(cluster, error),
    });
    this.#watches.set(key, watch);
    return watch;
  }

  #unfollow(user: string, { watch: key, name }: Followed): void {
    const watch = this.#watches.get(key);
    watch?.unfollow(name, user);
    if (watch?.isUsed !== false) return;
    watch.close();
    this.#watches.delete(key);
    for (const [place, newest] of this.#newest) if (newest === key) this.#newest.delete(place);
  }
}

function placeKey({ id }: Cluster, { apiVersion, kind, namespace }: WorkloadReference): string {
  return `${id}|${apiVersion}|${kind}|${namespace}`;
}

function watchKey(cluster: Cluster, workload: WorkloadReference): string {
  return `${placeKey(cluster, workload)}|${cluster.generation}`;
}
