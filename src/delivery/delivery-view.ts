import { objectKey } from '../api/index.ts';
import { type Resource, resourceName, withDeadline } from '../kube/index.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';
import type { ObjectSubscription, ObjectWatches } from './object-watches.ts';
import type { DesiredObject, Observation } from './plan.ts';
import { isOlder } from './resource-version.ts';
import { type Rollout, rolloutKinds } from './rollout.ts';
import type { YieldedFields } from './yielded-fields.ts';

export interface FollowOptions {
  /** A label selector that every object matches. */
  readonly selector: string;
  readonly yielded: readonly YieldedFields[];
  /** Whether an object has been applied, so that its kind is served. */
  readonly isApplied: (identity: ObjectIdentity) => boolean;
  /** Told the key of an object that changed, and '' when a first list is complete. */
  readonly onChange: (resource: Resource, key: string) => void;
}

const unknownRollout: Rollout = { state: 'progressing', ready: 0, wanted: 1 };

/** What one delivery sees of its objects: through watches, and through the answers to its own writes. */
export class DeliveryView {
  readonly #watches: ObjectWatches;
  readonly #subscriptions = new Map<string, ObjectSubscription>();
  /** Versions our own writes produced: until the watches have seen them, what they show is older than what we did. */
  readonly #written = new Map<string, string>();

  constructor(watches: ObjectWatches) {
    this.#watches = watches;
  }

  /**
   * One watch for each resource of the set: for workloads at once, to see their rollouts; for others as soon as one of
   * them is there, because a kind that the set itself defines is not served before. Watches of kinds that are wanted no
   * more end.
   */
  follow(desired: readonly DesiredObject[], { selector, yielded, isApplied, onChange }: FollowOptions): void {
    const wanted = new Set(desired.map(({ resource }) => resourceName(resource)));
    for (const [id, subscription] of this.#subscriptions) {
      if (wanted.has(id)) continue;
      subscription.close();
      this.#subscriptions.delete(id);
    }
    for (const { identity, resource } of desired) {
      const id = resourceName(resource);
      if (this.#subscriptions.has(id)) continue;
      if (!isApplied(identity) && !rolloutKinds.has(resource.kind)) continue;
      const objects = { resource, labelSelector: selector, yielded };
      this.#subscriptions.set(
        id,
        this.#watches.subscribe(objects, (key) => onChange(resource, key)),
      );
    }
  }

  /** Resolves when every first list is complete, or after `timeoutMs` without some of them. */
  async whenListed(timeoutMs: number, signal: AbortSignal): Promise<void> {
    await withDeadline(timeoutMs, signal, (enough) =>
      Promise.allSettled([...this.#subscriptions.values()].map((each) => each.whenSynced(enough))),
    );
    signal.throwIfAborted();
  }

  wrote(identity: ObjectIdentity, resourceVersion: string): void {
    this.#written.set(identityKey(identity), resourceVersion);
  }

  observe({ identity, object, resource }: DesiredObject): Observation {
    const subscription = this.#subscriptions.get(resourceName(resource));
    if (subscription?.synced !== true) return 'unknown';
    const written = this.#written.get(identityKey(identity));
    if (written !== undefined) {
      if (isOlder(subscription.resourceVersion, written)) return 'unknown';
      this.#written.delete(identityKey(identity));
    }
    return subscription.get(objectKey(object.metadata)) ?? 'absent';
  }

  rollout(workload: DesiredObject): Rollout {
    if (typeof this.observe(workload) === 'string') return unknownRollout;
    const key = objectKey(workload.object.metadata);
    return this.#subscriptions.get(resourceName(workload.resource))?.get(key)?.rollout ?? unknownRollout;
  }

  close(): void {
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
  }
}
