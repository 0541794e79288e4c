import { objectKey, type KubeObject } from '../../../src/api/index.ts';
import { type KubeClient, Reflector, type Resource, resources } from '../../../src/kube/index.ts';
import { spreadNamespace, workload } from './cast.ts';
import type { MemberRow } from './member-rows.ts';
import type { SpreadMember } from './spread-member.ts';

type MemberStatus = {
  readonly state: string;
  readonly desiredReplicas: number;
  readonly excluded?: boolean;
};

/** What the hub says of the workload, and what there is on each member, by watches. */
export class SpreadView implements AsyncDisposable {
  readonly #members: ReadonlyMap<string, Reflector<KubeObject>>;
  readonly #hub: Reflector<KubeObject>;
  readonly #stop = new AbortController();
  readonly #running: readonly Promise<void>[];
  #lowest = Number.POSITIVE_INFINITY;

  private constructor(hub: KubeClient, members: readonly SpreadMember[]) {
    this.#hub = reflectorOf(hub, resources.distributedScaledObjects, () => undefined);
    const noteLowest = (): void => {
      this.#lowest = Math.min(this.#lowest, this.readyTotal);
    };
    this.#members = new Map(
      members.map(({ name, client }) => [name, reflectorOf(client, resources.deployments, noteLowest)]),
    );
    this.#running = [this.#hub, ...this.#members.values()].map((reflector) =>
      reflector.run(this.#stop.signal),
    );
  }

  static async open(
    hub: KubeClient,
    members: readonly SpreadMember[],
    signal: AbortSignal,
  ): Promise<SpreadView> {
    const view = new SpreadView(hub, members);
    await Promise.all(
      [view.#hub, ...view.#members.values()].map((reflector) => reflector.whenSynced(signal)),
    );
    return view;
  }

  get rows(): readonly MemberRow[] {
    const status = this.#hub.store.get(objectKey(workload))?.['status'] as
      | { readonly memberClusterStatuses?: Readonly<Record<string, MemberStatus>> }
      | undefined;
    return [...this.#members].map(([member, { store }]) => {
      const told = status?.memberClusterStatuses?.[member];
      return {
        member,
        state: told?.state,
        excluded: told?.excluded === true,
        desired: told?.desiredReplicas ?? 0,
        ready: readyOf(store.get(objectKey(workload))),
      };
    });
  }

  /** Replicas that serve, over all members. */
  get readyTotal(): number {
    return this.rows.reduce((sum, { ready = 0 }) => sum + ready, 0);
  }

  /** From now on `lowestReadyTotal` is the lowest number that was ever seen. */
  beginLowest(): void {
    this.#lowest = this.readyTotal;
  }

  get lowestReadyTotal(): number {
    return this.#lowest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}

function readyOf(deployment: KubeObject | undefined): number | undefined {
  if (deployment === undefined) return undefined;
  const { readyReplicas = 0 } = (deployment['status'] ?? {}) as { readonly readyReplicas?: number };
  return readyReplicas;
}

function reflectorOf(client: KubeClient, resource: Resource, onChange: () => void): Reflector<KubeObject> {
  return new Reflector<KubeObject>({
    client,
    resource,
    namespace: spreadNamespace,
    project: (object) => object,
    onChange,
  });
}
