import type { Cluster } from '../../clusters/index.ts';
import {
  type Clock,
  ForbiddenError,
  isOlder,
  longWatchSeconds,
  Reflector,
  resources,
  type StoreChange,
} from '../../kube/index.ts';
import { describeFailure } from './describe-failure.ts';
import { FollowedWorkload } from './followed-workload.ts';
import { readDeployment } from './read-workload.ts';
import { absent, isDeployment, type Sight, type WorkloadReference } from './workload.ts';

export interface NamespaceWatchOptions {
  readonly cluster: Cluster;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly clock: Clock;
  /** Told which workload looks different now, and who wants to know. */
  readonly onChange: (users: ReadonlySet<string>) => void;
  readonly onFailure: (error: unknown) => void;
}

const failuresToTell = 3;

/**
 * Workloads of one kind in one namespace on one connection: Deployments by one watch that all share, everything else,
 * and Deployments that may not be watched, by asking for the `/scale` of each. A watch that breaks says nothing of the
 * workloads: they stay as last seen until it is back, or the connection is given up.
 */
export class NamespaceWatch {
  readonly #options: NamespaceWatchOptions;
  readonly #followed = new Map<string, FollowedWorkload>();
  readonly #life = new AbortController();
  readonly #reflector: Reflector<Sight> | undefined;
  #isRefused: boolean;

  constructor(options: NamespaceWatchOptions) {
    this.#options = options;
    this.#reflector = isDeployment(options) ? this.#watch() : undefined;
    this.#isRefused = this.#reflector === undefined;
  }

  get isUsed(): boolean {
    return this.#followed.size > 0;
  }

  sight(name: string): Sight | undefined {
    return this.#followed.get(name)?.sight;
  }

  /** `known` is what is believed until the first answer. */
  follow(name: string, user: string, known: Sight | undefined): void {
    let followed = this.#followed.get(name);
    if (followed === undefined) {
      followed = this.#begin(name);
      if (known !== undefined && followed.sight.seen === 'nothing') followed.saw(known);
    }
    followed.users.add(user);
  }

  unfollow(name: string, user: string): void {
    const followed = this.#followed.get(name);
    followed?.users.delete(user);
    if (followed?.users.size !== 0) return;
    followed.stopPolling();
    this.#followed.delete(name);
  }

  nudge(name: string): void {
    this.#followed.get(name)?.nudge();
  }

  close(): void {
    this.#life.abort();
    for (const followed of this.#followed.values()) followed.stopPolling();
    this.#followed.clear();
  }

  #begin(name: string): FollowedWorkload {
    const { cluster, clock, onChange, onFailure } = this.#options;
    const workload = this.#reference(name);
    const followed: FollowedWorkload = new FollowedWorkload({
      cluster,
      workload,
      clock,
      onChange: () => onChange(followed.users),
      onFailure,
    });
    this.#followed.set(name, followed);
    if (this.#isRefused) followed.poll();
    else if (this.#reflector?.synced === true) followed.saw(this.#listed(name));
    return followed;
  }

  #watch(): Reflector<Sight> {
    const { cluster, namespace, clock } = this.#options;
    const reflector = new Reflector<Sight>({
      client: cluster.client,
      resource: resources.deployments,
      namespace,
      project: readDeployment,
      onChange: (change) => this.#changed(change),
      // One that was refused for a while goes on where it was, and may have nothing to tell.
      onOpen: () => {
        if (this.#isRefused && reflector.synced) this.#heard();
      },
      onFailure: (error) => this.#failed(error, reflector.failures),
      watchSeconds: longWatchSeconds,
      clock,
    });
    // One listener for each namespace of a connection, which lives no longer than that.
    const end = (): void => this.#life.abort();
    cluster.signal.addEventListener('abort', end, { once: true, signal: this.#life.signal });
    void reflector.run(this.#life.signal);
    reflector.whenSynced(this.#life.signal).then(
      () => this.#heard(),
      () => undefined,
    );
    return reflector;
  }

  #changed(change: StoreChange<Sight>): void {
    const name = change.key.slice(this.#options.namespace.length + 1);
    const followed = this.#followed.get(name);
    if (followed === undefined) return;
    if (this.#isRefused) this.#heard();
    followed.saw(change.type === 'set' ? change.current : absent(this.#reference(name)));
  }

  /** The watch is there: what it does not have, there is not. */
  #heard(): void {
    this.#isRefused = false;
    for (const [name, followed] of this.#followed) {
      followed.stopPolling();
      const listed = this.#listed(name);
      // What was asked for meanwhile may be newer, and comes by the watch as well.
      if (!isBehind(listed, followed.sight)) followed.saw(listed);
    }
  }

  #failed(error: unknown, failures: number): void {
    if (this.#life.signal.aborted) return;
    this.#options.onFailure(error);
    if (error instanceof ForbiddenError) {
      this.#isRefused = true;
      for (const followed of this.#followed.values()) followed.poll();
      return;
    }
    if (failures < failuresToTell) return;
    for (const [name, followed] of this.#followed) {
      if (followed.sight.seen !== 'nothing') continue;
      const why = describeFailure(error, this.#reference(name), { verb: 'list', resource: 'deployments' });
      followed.saw({ seen: 'failure', why });
    }
  }

  #listed(name: string): Sight {
    const { namespace } = this.#options;
    return this.#reflector?.store.get(`${namespace}/${name}`) ?? absent(this.#reference(name));
  }

  #reference(name: string): WorkloadReference {
    const { apiVersion, kind, namespace } = this.#options;
    return { apiVersion, kind, namespace, name };
  }
}

function isBehind(listed: Sight, asked: Sight): boolean {
  return (
    listed.seen === 'workload' &&
    asked.seen === 'workload' &&
    listed.uid === asked.uid &&
    isOlder(listed.resourceVersion, asked.resourceVersion)
  );
}
