import { interned, type KubeObject, objectKey } from '../api/index.ts';
import { type KubeClient, type Resource, resourceName } from '../kube/index.ts';
import { type Anchor, type DeliveryOwner, deliveryOwnerReference } from './anchor.ts';
import type { DeliverySet } from './delivery-set.ts';
import { contentHash } from './hash.ts';
import { identityOf } from './identity.ts';
import { phaseOf } from './phases.ts';
import type { DesiredObject } from './plan.ts';
import { resourcesFor } from './served-kinds.ts';
import { yieldedOf } from './yielded-fields.ts';

/** A set made ready for one anchor on one cluster. */
export interface PreparedSet {
  readonly set: DeliverySet;
  readonly anchorUid: string;
  readonly desired: readonly DesiredObject[];
  readonly byWatchKey: ReadonlyMap<string, DesiredObject>;
}

export interface PrepareOptions {
  readonly owner: DeliveryOwner;
  readonly anchor: Anchor;
  /** What is to be kept of the Namespace, if anything. */
  readonly namespace: KubeObject | undefined;
  readonly client: KubeClient;
  readonly signal: AbortSignal;
}

/** Finds the resource of every object and gives those of the anchor's namespace their owner. Throws NoMatchError. */
export async function prepareSet(
  set: DeliverySet,
  { owner, anchor, namespace, client, signal }: PrepareOptions,
): Promise<PreparedSet> {
  const objects = [
    ...(namespace === undefined ? [] : [namespace]),
    ...set.objects,
    ...(set.gate?.objects ?? []),
  ];
  const found = await resourcesFor(objects, client, signal);
  const reference = deliveryOwnerReference(owner, anchor);
  const desired = objects.map((object): DesiredObject => {
    const resource = found.get(object) as Resource;
    const owned = resource.namespaced && object.metadata.namespace === anchor.namespace;
    const identity = identityOf(object);
    return {
      identity,
      object: owned ? { ...object, metadata: { ...object.metadata, ownerReferences: [reference] } } : object,
      resource,
      rendered: renderedHash(object),
      phase: phaseOf(object),
      yielded: yieldedOf(set.yielded ?? [], identity),
    };
  });
  const byWatchKey = new Map(
    desired.map((wanted) => [watchKey(wanted.resource, objectKey(wanted.object.metadata)), wanted]),
  );
  return { set, anchorUid: anchor.uid, desired, byWatchKey };
}

export function watchKey(resource: Resource, key: string): string {
  return interned(`${resourceName(resource)} ${key}`);
}

/** Objects of a set are shared between deliveries and never change: each is hashed once. */
const hashes = new WeakMap<KubeObject, string>();

/** The object, which counts as the same rendering as the other one: what tells them apart is no reason to apply it again. */
export function asRendered(object: KubeObject, like: KubeObject): KubeObject {
  hashes.set(object, renderedHash(like));
  return object;
}

function renderedHash(object: KubeObject): string {
  const known = hashes.get(object);
  if (known !== undefined) return known;
  const hash = contentHash(object);
  hashes.set(object, hash);
  return hash;
}
