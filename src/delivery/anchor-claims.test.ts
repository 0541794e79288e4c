import { expect, test } from 'vitest';
import { type Anchor, type DeliveryOwner, deliveryOwnerReference } from './anchor.ts';
import { anchorsNamespace, sharedObjects } from './anchor-claims.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';

const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'team', name: 'words' };
const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'reader' };
const owner: DeliveryOwner = {
  apiVersion: 'v1',
  kind: 'Any',
  namespace: 'team',
  name: 'web',
  uid: 'u',
  hubUid: 'h',
};

function anchor(name: string, listed: readonly ObjectIdentity[], annotations = {}): Anchor {
  return {
    namespace: 'team',
    name,
    uid: name,
    resourceVersion: '1',
    labels: {},
    annotations,
    inventory: new Map(listed.map((each) => [identityKey(each), { ...each, rendered: 'r' }])),
    renderedHash: undefined,
  };
}

const own = anchor('own', [secret, role]);
const other = anchor('other', [secret, role]);

test('an owner shares with others what is of the whole cluster, and looks everywhere for them', () => {
  expect([...sharedObjects([own, other], own, owner)]).toEqual([identityKey(role)]);
  expect(anchorsNamespace(owner, 'team')).toBeUndefined();
  expect(deliveryOwnerReference(owner, own).controller).toBe(true);
});

test('one that stays in its namespace shares what is there, looks nowhere else, and controls nothing alone', () => {
  const namespaced = { ...owner, namespaced: true };
  expect([...sharedObjects([own, other], own, namespaced)]).toEqual([identityKey(secret)]);
  expect(anchorsNamespace(namespaced, 'team')).toBe('team');
  expect(deliveryOwnerReference(namespaced, own)).not.toHaveProperty('controller');
});

test('what was released is shared with nobody', () => {
  const released = anchor('other', [secret], { 'operator.knative.dev/released': 'true' });
  expect(sharedObjects([own, released], own, { namespaced: true }).size).toBe(0);
});
