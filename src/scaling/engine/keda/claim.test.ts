import { expect, test } from 'vitest';
import type { OwnerReference } from '../../../api/index.ts';
import type { Child } from './child.ts';
import { claimOf } from './claim.ts';
import { distributed, storedChild } from './testing/objects.ts';

const owner: OwnerReference = {
  apiVersion: 'keda.kedify.io/v1alpha1',
  kind: 'DistributedScaledObject',
  name: 'nginx',
  uid: 'uid-1',
  controller: true,
};
const plain: Partial<Child> = { labels: {}, ownerReferences: [], applied: undefined };
const adopting = distributed({ metadata: { annotations: { 'keda.kedify.io/adopt': 'true' } } });

test.each([
  ['what we own', {}, distributed(), { is: 'ours' }],
  ['what we made and somebody took from us', { ownerReferences: [] }, distributed(), { is: 'ours' }],
  ['what a user wrote', plain, distributed(), { is: 'foreign', owner: undefined }],
  ['what a user wrote and lets us adopt', plain, adopting, { is: 'adoptable' }],
  ['what we made of what we were let adopt', { ownerReferences: [] }, adopting, { is: 'ours' }],
  [
    'what a user wrote, with our label',
    { ...plain, labels: storedChild().labels },
    distributed(),
    { is: 'foreign', owner: undefined },
  ],
  [
    'what another object controls, whatever the annotation says',
    { ...plain, ownerReferences: [{ ...owner, kind: 'HTTPScaledObject', name: 'web', uid: 'uid-2' }] },
    adopting,
    { is: 'foreign', owner: 'HTTPScaledObject web' },
  ],
  [
    'what belonged to an object of our name',
    { ownerReferences: [{ ...owner, uid: 'uid-0' }] },
    distributed(),
    { is: 'former' },
  ],
  [
    'what another object merely owns',
    { ownerReferences: [{ ...owner, kind: 'ConfigMap', uid: 'uid-2', controller: false }] },
    distributed(),
    { is: 'ours' },
  ],
])('%s', (_case, changes, object, claim) => {
  expect(claimOf(storedChild(changes), object)).toEqual(claim);
});
