import { type Cluster, isSameCluster } from '../../clusters/index.ts';
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

interface Open {
  readonly watch: NamespaceWatch;
  readonly cluster: Cluster;
  readonly place: string;
}

/** The one owner of watches on workloads of members: each is shared, and ends with the last who uses it. */
export class WorkloadObserver {
  readonly #options: WorkloadObserverOptions;
  readonly #watches = new Map<string, Open>();
  /** What each user follows, by watch and name. */
  readonly #byUser = new Map<string, ReadonlyMap<string, Followed>>();
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
    const before = this.#byUser.get(user) ?? new Map<string, Followed>();
    const after = new Map<string, Followed>();
    for (const { cluster, workload } of wanted) {
      const watch = watchKey(cluster, workload);
      const key = `${watch}|${workload.name}`;
      if (!before.has(key) && !after.has(key)) this.#follow(user, cluster, workload);
      after.set(key, { watch, name: workload.name });
    }
    if (after.size === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, after);
    for (const [key, old] of before) if (!after.has(key)) this.#unfollow(user, old);
  }

  sight({ cluster, workload }: WorkloadOnMember): Sight {
    return this.#watches.get(watchKey(cluster, workload))?.watch.sight(workload.name) ?? nothingSeen;
  }

  /** It was written to: where there is no watch to tell of it, it is asked for. */
  nudge({ cluster, workload }: WorkloadOnMember): void {
    this.#watches.get(watchKey(cluster, workload))?.watch.nudge(workload.name);
  }

  close(): void {
    for (const { watch } of this.#watches.values()) watch.close();
    this.#watches.clear();
    this.#byUser.clear();
    this.#newest.clear();
  }

  #follow(user: string, cluster: Cluster, workload: WorkloadReference): void {
    const key = watchKey(cluster, workload);
    const place = placeKey(cluster, workload);
    const last = this.#watches.get(this.#newest.get(place) ?? '');
    // What another cluster ran says nothing of this one.
    const isSame = last !== undefined && isSameCluster(last.cluster.identity, cluster.identity);
    const known = isSame ? last.watch.sight(workload.name) : undefined;
    const { watch } = this.#watches.get(key) ?? this.#watch(key, cluster, workload);
    this.#newest.set(place, key);
    watch.follow(workload.name, user, known);
  }

  #watch(key: string, cluster: Cluster, workload: WorkloadReference): Open {
    const { apiVersion, kind, namespace } = workload;
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
    const open = { watch, cluster, place: placeKey(cluster, workload) };
    this.#watches.set(key, open);
    return open;
  }

  #unfollow(user: string, { watch: key, name }: Followed): void {
    const open = this.#watches.get(key);
    open?.watch.unfollow(name, user);
    if (open?.watch.isUsed !== false) return;
    open.watch.close();
    this.#watches.delete(key);
    if (this.#newest.get(open.place) === key) this.#newest.delete(open.place);
  }
}

function placeKey({ id }: Cluster, { apiVersion, kind, namespace }: WorkloadReference): string {
  return `${id}|${apiVersion}|${kind}|${namespace}`;
}

function watchKey(cluster: Cluster, workload: WorkloadReference): string {
  return `${placeKey(cluster, workload)}|${cluster.generation}`;
}
