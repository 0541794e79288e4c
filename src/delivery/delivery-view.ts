import { objectKey } from '../api/index.ts';
import { isOlder, type Resource, resourceName, withDeadline } from '../kube/index.ts';
import type { AppliedObject } from './apply-object.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';
import type { ObjectSubscription, ObjectWatches } from './object-watches.ts';
import type { UnwatchedResource } from './delivery-report.ts';
import type { DesiredObject, Observation } from './plan.ts';
import { type Rollout, rolloutKinds } from './rollout.ts';
import { leavesLabel } from './selected-label.ts';
import type { YieldedFields } from './yielded-fields.ts';

export interface FollowOptions {
  /** A label selector that every object matches, namespaces excepted. */
  readonly selector: string;
  /** The only one that is looked at, where there is one. */
  readonly namespace: string | undefined;
  readonly yielded: readonly YieldedFields[];
  /** Whether an object has been applied, so that its kind is served. */
  readonly isApplied: (identity: ObjectIdentity) => boolean;
  /** Whether fields of an object were left to somebody: the label of the selector may be one of them. */
  readonly isLeft: (identity: ObjectIdentity) => boolean;
  /** Told the key of an object that changed, and '' when a first list is complete. */
  readonly onChange: (resource: Resource, key: string) => void;
}

type WrittenVersion = Pick<AppliedObject, 'resourceVersion' | 'specVersion' | 'left'>;

const unknownRollout = { state: 'progressing', ready: 0, wanted: 1 } as const satisfies Rollout;

/** Each namespace has a watch of its own. */
function watchId(object: DesiredObject): string {
  const { identity, resource } = object;
  return isNamespace(object) ? `${resourceName(resource)} ${identity.name}` : resourceName(resource);
}

function isNamespace({ resource }: DesiredObject): boolean {
  return resource.kind === 'Namespace' && resource.group === '';
}

/** What one delivery sees of its objects: through watches, and through the answers to its own writes. */
export class DeliveryView {
  readonly #watches: ObjectWatches;
  readonly #subscriptions = new Map<string, ObjectSubscription>();
  /** Of objects whose label is somebody else's, by identity key: no selector shows them. */
  readonly #strays = new Map<string, ObjectSubscription>();
  /** What our own writes produced: until the watches have seen it, what they show is older than what we did. */
  readonly #written = new Map<string, WrittenVersion>();

  constructor(watches: ObjectWatches) {
    this.#watches = watches;
  }

  /**
   * One watch for each resource of the set: for workloads at once, to see their rollouts; for others as soon as one of
   * them is there, because a kind that the set itself defines is not served before. A namespace is watched by its name:
   * one that was there before need not have the set's label. So is an object that lost the label to somebody who owns it
   * on purpose. Watches of kinds that are wanted no more end.
   */
  follow(desired: readonly DesiredObject[], options: FollowOptions): void {
    const { selector, namespace, yielded, isApplied, onChange } = options;
    const wanted = new Set(desired.map(watchId));
    for (const [id, subscription] of this.#subscriptions) {
      if (wanted.has(id)) continue;
      subscription.close();
      this.#subscriptions.delete(id);
    }
    for (const object of desired) {
      const { identity, resource } = object;
      const id = watchId(object);
      if (this.#subscriptions.has(id)) continue;
      if (!isApplied(identity) && !rolloutKinds.has(resource.kind)) continue;
      const which = isNamespace(object)
        ? { fieldSelector: `metadata.name=${identity.name}` }
        : { namespace, labelSelector: selector };
      const objects = { resource, ...which, yielded };
      this.#subscriptions.set(
        id,
        this.#watches.subscribe(objects, (key) => onChange(resource, key)),
      );
    }
    this.#followStrays(desired, options);
  }

  #followStrays(
    desired: readonly DesiredObject[],
    { selector, namespace, yielded, isLeft, onChange }: FollowOptions,
  ): void {
    const astray = new Map(
      desired
        .filter((object) => isLeft(object.identity) && this.#isOutOfSight(object, selector))
        .map((object) => [identityKey(object.identity), object]),
    );
    for (const [key, subscription] of this.#strays) {
      if (astray.has(key)) continue;
      subscription.close();
      this.#strays.delete(key);
    }
    for (const [key, { identity, resource }] of astray) {
      if (this.#strays.has(key)) continue;
      const place = identity.namespace === undefined ? '' : `,metadata.namespace=${identity.namespace}`;
      const fieldSelector = `metadata.name=${identity.name}${place}`;
      const objects = { resource, namespace, fieldSelector, yielded };
      this.#strays.set(
        key,
        this.#watches.subscribe(objects, (changed) => onChange(resource, changed)),
      );
    }
  }

  /** We have just left its label to somebody, or the watch of its kind has come as far as that, and does not show it. */
  #isOutOfSight(object: DesiredObject, selector: string): boolean {
    const { identity } = object;
    const subscription = this.#subscriptions.get(watchId(object));
    if (subscription?.synced !== true || isNamespace(object)) return false;
    if (this.#strays.has(identityKey(identity)))
      return subscription.get(objectKey(object.object.metadata)) === undefined;
    const written = this.#unseenWrite(identity, subscription);
    return written === undefined
      ? subscription.get(objectKey(object.object.metadata)) === undefined
      : leavesLabel(written.left, selector);
  }

  #subscriptionOf(object: DesiredObject): ObjectSubscription | undefined {
    return this.#strays.get(identityKey(object.identity)) ?? this.#subscriptions.get(watchId(object));
  }

  /** Resolves when every first list is complete, or after `timeoutMs` without some of them. */
  async whenListed(timeoutMs: number, signal: AbortSignal): Promise<void> {
    await withDeadline(timeoutMs, signal, (enough) =>
      Promise.allSettled([...this.#subscriptions.values()].map((each) => each.whenSynced(enough))),
    );
    signal.throwIfAborted();
  }

  wrote(identity: ObjectIdentity, written: WrittenVersion): void {
    this.#written.set(identityKey(identity), written);
  }

  /** Resources that the server does not let us watch, sorted: what happens to their objects is not seen. */
  unwatched(): readonly UnwatchedResource[] {
    const resources = new Map<string, UnwatchedResource>();
    for (const [id, { refusal }] of this.#subscriptions)
      if (refusal !== undefined) resources.set(id, { resource: refusal.context.resource, error: refusal });
    return [...resources.values()].sort((a, b) => (a.resource < b.resource ? -1 : 1));
  }

  observe(wanted: DesiredObject): Observation {
    const { identity, object } = wanted;
    const subscription = this.#subscriptionOf(wanted);
    if (subscription?.synced !== true) return 'unknown';
    if (this.#unseenWrite(identity, subscription) !== undefined) return 'unknown';
    return subscription.get(objectKey(object.metadata)) ?? 'absent';
  }

  rollout(workload: DesiredObject): Rollout {
    const subscription = this.#subscriptionOf(workload);
    const refusal = subscription?.refusal;
    if (refusal !== undefined) return { ...unknownRollout, why: `cannot be watched: ${refusal.message}` };
    const observed = subscription?.get(objectKey(workload.object.metadata))?.rollout;
    if (subscription?.synced !== true || observed === undefined) return unknownRollout;
    // A write that changed the spec begins a rollout that is not seen yet; any other one leaves it where it is.
    const written = this.#unseenWrite(workload.identity, subscription);
    return written === undefined || written.specVersion === observed.specVersion
      ? observed.rollout
      : unknownRollout;
  }

  /** Our last write of an object, until the watch has come that far. */
  #unseenWrite(
    identity: ObjectIdentity,
    { resourceVersion }: ObjectSubscription,
  ): WrittenVersion | undefined {
    const key = identityKey(identity);
    const written = this.#written.get(key);
    if (written === undefined || isOlder(resourceVersion, written.resourceVersion)) return written;
    this.#written.delete(key);
    return undefined;
  }

  close(): void {
    for (const subscription of [...this.#subscriptions.values(), ...this.#strays.values()])
      subscription.close();
    this.#subscriptions.clear();
    this.#strays.clear();
  }
}
