import type { Cluster } from '../clusters/index.ts';
import type { Clock } from '../kube/index.ts';
import type { DeliveryOwner } from './anchor.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { Delivery } from './delivery.ts';
import type { ObjectIdentity } from './identity.ts';
import { ObjectWatches } from './object-watches.ts';
import { releaseDelivery, type ReleaseDeliveryOptions } from './release-delivery.ts';
import { removeDelivery, type RemoveDeliveryOptions } from './remove-delivery.ts';

export interface DelivererOptions {
  readonly fieldManager: string;
  readonly clock: Clock;
  readonly observe?: ((cluster: Cluster) => DeliveryObserver) | undefined;
  readonly onWatchFailure?: ((cluster: Cluster, resource: string, error: unknown) => void) | undefined;
}

export interface DeliveryOverview {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly watches: number;
  readonly objects: number;
  readonly notReady: number;
}

/** Every delivery of this process. A delivery lives as long as the connection it was made for. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #deliveries = new Map<string, { readonly cluster: Cluster; readonly delivery: Delivery }>();
  readonly #watches = new Map<Cluster, ObjectWatches>();

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** The delivery of this owner on this connection; one for an earlier connection is closed. */
  for(owner: DeliveryOwner, cluster: Cluster, onChange: () => void): Delivery {
    const known = this.#deliveries.get(owner.uid);
    if (known?.cluster === cluster) return known.delivery;
    known?.delivery.close();
    const { fieldManager, clock, observe } = this.#options;
    const watches = this.#watchesOf(cluster);
    const delivery = new Delivery({
      owner,
      cluster,
      watches,
      fieldManager,
      clock,
      onChange,
      observer: observe?.(cluster),
    });
    this.#deliveries.set(owner.uid, { cluster, delivery });
    return delivery;
  }

  /** Takes away what is there; see `removeDelivery`. */
  async remove(
    what: Pick<RemoveDeliveryOptions, 'owner' | 'cluster' | 'namespace' | 'selector' | 'everDelivered'>,
    signal: AbortSignal,
  ): Promise<readonly ObjectIdentity[]> {
    this.forget(what.owner.uid);
    const { fieldManager, clock, observe } = this.#options;
    return removeDelivery({ ...what, fieldManager, clock, signal, observer: observe?.(what.cluster) });
  }

  /** Leaves what is there to itself; see `releaseDelivery`. */
  async release(what: ReleaseDeliveryOptions): Promise<void> {
    this.forget(what.owner.uid);
    await releaseDelivery(what);
  }

  /** Nothing of this owner is kept true any more. */
  forget(ownerUid: string): void {
    this.#deliveries.get(ownerUid)?.delivery.close();
    this.#deliveries.delete(ownerUid);
  }

  /** What is kept on each cluster, for metrics. */
  overview(): readonly DeliveryOverview[] {
    const byCluster = Map.groupBy(this.#deliveries.values(), ({ cluster }) => cluster);
    return [...byCluster].map(([cluster, deliveries]) => {
      const reports = deliveries.flatMap(({ delivery }) => delivery.lastReport ?? []);
      return {
        cluster: cluster.name,
        watches: this.#watches.get(cluster)?.size ?? 0,
        objects: reports.reduce((sum, { total }) => sum + total, 0),
        notReady: reports.reduce((sum, { waiting }) => sum + waiting.length, 0),
      };
    });
  }

  #watchesOf(cluster: Cluster): ObjectWatches {
    const known = this.#watches.get(cluster);
    if (known !== undefined) return known;
    const { fieldManager, clock, onWatchFailure } = this.#options;
    const onFailure = (resource: string, error: unknown): void => onWatchFailure?.(cluster, resource, error);
    const watches = new ObjectWatches({ cluster, fieldManager, clock, onFailure });
    this.#watches.set(cluster, watches);
    cluster.signal.addEventListener('abort', () => this.#watches.delete(cluster), { once: true });
    return watches;
  }
}
