import { expect, test } from 'vitest';
import { ownReference } from './own-reference.ts';

test.each([
  [{}, { apiVersion: 'v1', kind: 'Namespace', name: 'knative-operator' }],
  [{ POD_NAME: '' }, { apiVersion: 'v1', kind: 'Namespace', name: 'knative-operator' }],
  [{ POD_NAME: 'op-0' }, { apiVersion: 'v1', kind: 'Pod', namespace: 'knative-operator', name: 'op-0' }],
  [
    { POD_NAME: 'op-0', POD_NAMESPACE: 'elsewhere' },
    { apiVersion: 'v1', kind: 'Pod', namespace: 'elsewhere', name: 'op-0' },
  ],
])('with %j events about the operator are shown with %j', (env, reference) => {
  expect(ownReference(env, 'knative-operator')).toEqual(reference);
});
