import { describe, expect, it } from 'vitest';
import {
  abandonedAnchors,
  AnchorNameTooLong,
  anchorMetadataHolds,
  anchorName,
  anchorObject,
  anchorPatch,
  deliveryOwnerReference,
  type DeliveryOwner,
  foreignHub,
  otherOwner,
  readAnchor,
  rivalAnchor,
} from './anchor.ts';
import { inventoryOf } from './inventory.ts';

const owner: DeliveryOwner = {
  apiVersion: 'operator.knative.dev/v1beta1',
  kind: 'KnativeServing',
  namespace: 'knative-serving',
  name: 'knative',
  uid: 'owner-uid',
  hubUid: 'hub-1',
};
const inventory = inventoryOf([
  { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'a', rendered: 'aaaaaaaaaaaa' },
]);
const stored = (changes: object = {}) => {
  const object = anchorObject(owner, 'knative-serving', inventory);
  return readAnchor({
    ...object,
    metadata: { ...object.metadata, uid: 'u', resourceVersion: '7', ...changes },
  });
};

describe('the anchor', () => {
  it('has the name, labels and annotations that the reference operator gives it', () => {
    const { metadata } = anchorObject(owner, 'knative-serving', inventory);
    expect(metadata.name).toBe('knativeserving-knative-root-owner');
    expect(metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'knative-operator',
      'operator.knative.dev/cr-name': 'knative',
    });
    expect(metadata.annotations).toMatchObject({
      'operator.knative.dev/anchor': 'true',
      'operator.knative.dev/protected': 'true',
    });
    expect(metadata.annotations?.['operator.knative.dev/description']).toContain(
      'delete the object on the hub',
    );
  });

  it('refuses a name that Kubernetes would refuse', () => {
    expect(() => anchorName({ kind: 'KnativeServing', name: 'x'.repeat(240) })).toThrow(AnchorNameTooLong);
    expect(() => anchorName({ kind: 'KnativeServing', name: 'x'.repeat(240) })).toThrow(
      'exceeds maximum length',
    );
  });

  it('beside its owner has a name for every owner that may be there', () => {
    const nameOf = (name: string): string => anchorName({ kind: 'KnativeServing', name, sameCluster: true });
    const longest = (last: string): string => `${'x'.repeat(200)}.${'y'.repeat(51)}${last}`;
    expect(nameOf('knative')).toBe('knativeserving-knative-inventory');
    expect(nameOf('x'.repeat(228))).toBe(`knativeserving-${'x'.repeat(228)}-inventory`);
    expect(nameOf(longest('a'))).toHaveLength(253);
    expect(nameOf(longest('a'))).not.toBe(nameOf(longest('b')));
    expect(nameOf(`${'x'.repeat(218)}.${'y'.repeat(20)}`)).toMatch(/^[a-z0-9-]+x-[0-9a-f]{8}-inventory$/);
    const local = { ...owner, name: longest('a'), sameCluster: true };
    expect(anchorObject(local, 'n', inventory).metadata.name).toBe(nameOf(longest('a')));
  });

  it('keeps the label within 63 characters and still tells long names apart', () => {
    const label = (name: string) =>
      anchorObject({ ...owner, name }, 'n', inventory).metadata.labels?.['operator.knative.dev/cr-name'] ??
      '';
    const [a, b] = [label(`${'x'.repeat(70)}a`), label(`${'x'.repeat(70)}b`)];
    expect(a.length).toBeLessThanOrEqual(63);
    expect(a).not.toBe(b);
    expect(a).toMatch(/^[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$/);
  });

  it('reads back its inventory, and knows an anchor that says nothing', () => {
    expect(stored().inventory).toEqual(inventory);
    expect(
      readAnchor({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }).inventory,
    ).toBeUndefined();
  });

  it('is brought up to date by a patch that leaves foreign labels alone and fails if somebody else wrote', () => {
    expect(anchorPatch(stored(), owner, { inventory, renderedHash: 'abc' })).toMatchObject({
      metadata: { resourceVersion: '7', annotations: { 'operator.knative.dev/rendered-hash': 'abc' } },
    });
    expect(anchorMetadataHolds(stored({ labels: { ...stored().labels, theirs: 'x' } }), owner)).toBe(true);
    expect(anchorMetadataHolds(stored({ labels: { theirs: 'x' } }), owner)).toBe(false);
    expect(anchorMetadataHolds(stored({ annotations: {} }), owner)).toBe(false);
  });

  it('belongs to the hub that made it; one of the reference operator may be taken over', () => {
    expect(foreignHub(stored(), owner)).toBeUndefined();
    expect(foreignHub(stored(), { ...owner, uid: 'created anew' })).toBeUndefined();
    expect(foreignHub(stored(), { ...owner, hubUid: 'hub-2' })).toBe('hub-1');
    expect(foreignHub(stored({ annotations: {} }), owner)).toBeUndefined();
  });

  it('belongs to the object in whose namespace of the hub it says', () => {
    expect(otherOwner(stored(), owner)).toBeUndefined();
    expect(otherOwner(stored(), { ...owner, namespace: 'team-b' })).toEqual({
      namespace: 'knative-serving',
      name: 'knative',
    });
    expect(otherOwner(stored({ annotations: {} }), { ...owner, namespace: 'team-b' })).toBeUndefined();
  });

  it('belongs to nobody once it is released, until an object of its name takes it back', () => {
    const sole = { ...owner, soleOfItsKind: true };
    const released = stored({
      annotations: { ...stored().annotations, 'operator.knative.dev/released': 'true' },
    });
    const elsewhere = { namespace: 'n', name: 'knativeserving-next-root-owner' };
    expect(rivalAnchor([stored()], sole, elsewhere)).toEqual(stored());
    expect(abandonedAnchors([stored()], sole, elsewhere)).toEqual([]);
    expect(rivalAnchor([released], sole, elsewhere)).toBeUndefined();
    expect(abandonedAnchors([released], sole, elsewhere)).toEqual([released]);
    expect(foreignHub(released, { ...owner, hubUid: 'hub-2' })).toBeUndefined();
    expect(otherOwner(released, { ...owner, namespace: 'team-b' })).toBeUndefined();
    expect(anchorMetadataHolds(released, owner)).toBe(false);
    expect(anchorPatch(released, owner, { inventory, renderedHash: 'abc' })).toMatchObject({
      metadata: { annotations: { 'operator.knative.dev/released': null } },
    });
  });

  it('owns objects on a spoke; on its own cluster the owner does', () => {
    expect(deliveryOwnerReference(owner, { name: 'anchor', uid: 'u' })).toMatchObject({
      kind: 'ConfigMap',
      uid: 'u',
      controller: true,
    });
    const local = { ...owner, sameCluster: true };
    expect(deliveryOwnerReference(local, { name: 'anchor', uid: 'u' })).toMatchObject({
      kind: 'KnativeServing',
      uid: 'owner-uid',
    });
    expect(anchorObject(local, 'n', inventory).metadata.ownerReferences).toMatchObject([
      { uid: 'owner-uid' },
    ]);
  });
});
