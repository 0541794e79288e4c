import { expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { overwrittenTotal, projectObject } from './total-on-hub.ts';

const ofTotal = { 'f:spec': { 'f:totalTargetReplicas': {} } };
const object = (
  managedFields: KubeObject['metadata']['managedFields'],
  { annotations = {}, ...status }: Readonly<Record<string, unknown>> & { readonly annotations?: object } = {},
): KubeObject => ({
  apiVersion: 'keda.kedify.io/v1alpha1',
  kind: 'DistributedScaledObject',
  metadata: {
    name: 'web',
    namespace: 'team',
    annotations: { ...annotations, a: 'b', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    managedFields: managedFields ?? [],
  },
  status,
});

const byScale = object([{ manager: 'keda', subresource: 'scale', fieldsV1: ofTotal }]);
const replaced = [
  { manager: 'kubectl-replace', fieldsV1: ofTotal },
  { manager: 'keda', subresource: 'scale', fieldsV1: { 'f:spec': {} } },
];
const byReplace = object(replaced);
const judged = (ready: string, active: string) => ({
  conditions: [
    { type: 'Ready', status: ready },
    { type: 'ScaledObjectActive', status: active === 'ScalerActive' ? 'True' : 'False', reason: active },
  ],
});
const atRest = judged('True', 'ScalerNotActive');
const annotated = (name: string, value: string) => ({
  ...atRest,
  annotations: { [`autoscaling.keda.sh/${name}`]: value },
});
const pausedAtRest = { conditions: [...atRest.conditions, { type: 'Paused', status: 'True' }] };

test.each([
  ['a 0 by replace is undone', byReplace, 0, 10, 10],
  ['a 0 through /scale is meant', object([]), 0, 10, undefined],
  ['a 0 that somebody took through /scale is meant', byScale, 0, 10, undefined],
  ['another number is meant', byReplace, 7, 10, undefined],
  ['a 0 that was one before is left', byReplace, 0, 0, undefined],
  ['a 0 is undone while triggers ask for more', object(replaced, judged('True', 'ScalerActive')), 0, 10, 10],
  ['a 0 is undone in the cooldown', object(replaced, judged('True', 'ScalerCooldown')), 0, 10, 10],
  ['a 0 is undone while triggers fail', object(replaced, judged('False', 'ScalerNotActive')), 0, 10, 10],
  ['a 0 is meant while triggers ask for nothing', object(replaced, atRest), 0, 10, undefined],
  [
    'a 0 is meant where that is what it is paused at',
    object(replaced, annotated('paused-replicas', '0')),
    0,
    10,
    undefined,
  ],
  [
    'a 0 is undone where scaling in is paused',
    object(replaced, annotated('paused-scale-in', 'true')),
    0,
    10,
    10,
  ],
  ['a 0 is undone where scaling is paused from now on', object(replaced, annotated('paused', '')), 0, 10, 10],
  ['a 0 is undone where scaling was paused until now', object(replaced, pausedAtRest), 0, 10, 10],
  [
    'a 0 is meant where a pause is switched off',
    object(replaced, annotated('paused-scale-in', 'false')),
    0,
    10,
    undefined,
  ],
] as const)('%s (C22)', (_name, of, total, last, expected) => {
  expect(overwrittenTotal(of, { spec: { total }, least: 0, hasFallback: false }, last)).toBe(expected);
});

test.each([
  ['there must be more', { least: 2, hasFallback: false }],
  ['a failure would look the same, as before a fallback', { least: 0, hasFallback: true }],
])('a 0 is undone where %s, whatever triggers ask for (C22)', (_name, asked) => {
  expect(overwrittenTotal(object(replaced, atRest), { spec: { total: 0 }, ...asked }, 10)).toBe(10);
});

test('of the managed fields only those are kept that tell who wrote the total', () => {
  const { metadata } = projectObject(byReplace);
  expect(metadata.managedFields).toEqual([{ manager: 'kubectl-replace', fieldsV1: ofTotal }]);
  expect(metadata.annotations).toEqual({ a: 'b' });
});
