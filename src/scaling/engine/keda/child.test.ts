import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../api/index.ts';
import { childScaledObject } from './child-scaled-object.ts';
import { type Child, isAsWanted, isSameChild, readChild } from './child.ts';
import { distributed, storedChild } from './testing/objects.ts';

const annotated = childScaledObject(
  distributed({ metadata: { annotations: { 'autoscaling.keda.sh/paused': 'true' } } }),
);
const wanted = childScaledObject(distributed());
const spec = wanted['spec'] as Readonly<Record<string, unknown>>;

describe('a ScaledObject is as wanted', () => {
  it.each<readonly [string, boolean, Partial<Child>]>([
    ['right after it was applied', true, {}],
    [
      'with the label and the owner of others',
      true,
      {
        labels: { ...storedChild().labels, 'scaledobject.keda.sh/name': 'nginx' },
        ownerReferences: [
          ...storedChild().ownerReferences,
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' },
        ],
      },
    ],
    [
      'with an annotation that the user added',
      true,
      { annotations: { 'autoscaling.keda.sh/paused': 'true' } },
    ],
    ['not without our label', false, { labels: {} }],
    ['not without its owner', false, { ownerReferences: [] }],
    ['not with a changed spec', false, { spec: { ...spec, maxReplicaCount: 3 } }],
    ['not with a smaller spec', false, { spec: { scaleTargetRef: spec['scaleTargetRef'] } }],
    [
      'not with an annotation that we wrote and the object has no more',
      false,
      {
        annotations: { 'autoscaling.keda.sh/paused': 'true' },
        applied: { labels: [], annotations: ['autoscaling.keda.sh/paused'] },
      },
    ],
    [
      'not with a label that we wrote and the object has no more',
      false,
      {
        labels: { ...storedChild().labels, team: 'a' },
        applied: { labels: ['team'], annotations: [] },
      },
    ],
  ])('%s: %s', (_case, expected, changes) => {
    expect(isAsWanted(storedChild(changes), wanted)).toBe(expected);
  });

  it('not while an annotation has another value', () => {
    expect(isAsWanted(storedChild({}, annotated), annotated)).toBe(true);
    const annotations = { 'autoscaling.keda.sh/paused': 'false' };
    expect(isAsWanted(storedChild({ annotations }, annotated), annotated)).toBe(false);
  });
});

it.each([
  [{ advanced: { scalingModifiers: {} } }, {}],
  [{}, { advanced: { restoreToOriginalReplicaCount: false } }],
  [
    { advanced: { horizontalPodAutoscalerConfig: { name: 'a' }, scalingModifiers: {} } },
    { advanced: { horizontalPodAutoscalerConfig: { name: 'a' } } },
  ],
])('what KEDA makes of it when it writes it back is no difference: %j for %j', (found, asked) => {
  const wish = childScaledObject(distributed({ spec: asked }));
  expect(isAsWanted(storedChild({ spec: { ...spec, ...found } }, wish), wish)).toBe(true);
});

it.each([
  { cooldownPeriod: 0 },
  { advanced: { restoreToOriginalReplicaCount: true } },
  { triggers: [] },
  { triggers: [{ type: 'prometheus', metadata: { query: '' } }] },
])('a zero or an empty text is a difference: %j', (found) => {
  expect(isAsWanted(storedChild({ spec: { ...spec, ...found } }), wanted)).toBe(false);
});

it('polls that change nothing are no change', () => {
  expect(isSameChild(storedChild({ resourceVersion: '1' }), storedChild({ resourceVersion: '2' }))).toBe(
    true,
  );
  const conditions = [{ type: 'Ready', status: 'True' }];
  expect(isSameChild(storedChild(), storedChild({ conditions }))).toBe(false);
});

it('any object can be read', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (status, fieldsV1) => {
      const object = {
        apiVersion: 'keda.sh/v1alpha1',
        kind: 'ScaledObject',
        metadata: { name: 'a', managedFields: [{ manager: 'wheelwright', operation: 'Apply', fieldsV1 }] },
        status,
      } as unknown as KubeObject;
      expect(readChild(object, 'wheelwright').uid).toBe('');
    }),
  );
});
