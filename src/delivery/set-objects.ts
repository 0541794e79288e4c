import type { KubeObject } from '../api/index.ts';
import { anchorName, type DeliveryOwner, deliveryOwnerReference } from './anchor.ts';
import type { DeliverySet } from './delivery-set.ts';

/**
 * Every object of a set as it goes to a cluster, without asking one: the namespace first, what waits behind the gate
 * last, and those in the namespace with their owner, whose uid is `ownerUid`. The anchor is not among them, because it
 * says what happened on the cluster. Throws AnchorNameTooLong.
 */
export function objectsOfSet(
  { namespace, objects, gate }: DeliverySet,
  owner: DeliveryOwner,
  ownerUid: string,
): readonly KubeObject[] {
  const { name } = namespace.object.metadata;
  const anchor = { name: anchorName(owner), uid: ownerUid };
  const reference = deliveryOwnerReference({ ...owner, uid: ownerUid }, anchor);
  return [
    namespace.object,
    ...[...objects, ...(gate?.objects ?? [])].map((object) =>
      object.metadata.namespace === name
        ? { ...object, metadata: { ...object.metadata, ownerReferences: [reference] } }
        : object,
    ),
  ];
}
