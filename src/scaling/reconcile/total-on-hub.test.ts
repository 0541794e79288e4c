import { expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { overwrittenTotal, projectObject } from './total-on-hub.ts';

const ofTotal = { 'f:spec': { 'f:totalTargetReplicas': {} } };
const object = (managedFields: KubeObject['metadata']['managedFields']): KubeObject => ({
  apiVersion: 'keda.kedify.io/v1alpha1',
  kind: 'DistributedScaledObject',
  metadata: {
    name: 'web',
    namespace: 'team',
    annotations: { a: 'b', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    managedFields: managedFields ?? [],
  },
});

const byScale = object([{ manager: 'keda', subresource: 'scale', fieldsV1: ofTotal }]);
const byReplace = object([
  { manager: 'kubectl-replace', fieldsV1: ofTotal },
  { manager: 'keda', subresource: 'scale', fieldsV1: { 'f:spec': {} } },
]);

test.each([
  ['a 0 by replace is undone', byReplace, 0, 10, 10],
  ['a 0 through /scale is meant', object([]), 0, 10, undefined],
  ['a 0 that somebody took through /scale is meant', byScale, 0, 10, undefined],
  ['another number is meant', byReplace, 7, 10, undefined],
  ['a 0 that was one before is left', byReplace, 0, 0, undefined],
] as const)('%s', (_name, of, total, last, expected) => {
  expect(overwrittenTotal(of, total, last)).toBe(expected);
});

test('of the managed fields only those are kept that tell who wrote the total', () => {
  const { metadata } = projectObject(byReplace);
  expect(metadata.managedFields).toEqual([{ manager: 'kubectl-replace', fieldsV1: ofTotal }]);
  expect(metadata.annotations).toEqual({ a: 'b' });
});
