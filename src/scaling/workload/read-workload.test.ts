import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { isReadyPod, podSelectorOf, readDeployment, readScale } from './read-workload.ts';

const deployment = (changes: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'team', uid: 'u', resourceVersion: '7' },
  spec: { replicas: 3 },
  status: { replicas: 4, readyReplicas: 2 },
  ...changes,
});

describe('a Deployment', () => {
  test('is read with what was asked for, what there is and what serves', () => {
    expect(readDeployment(deployment())).toEqual({
      seen: 'workload',
      uid: 'u',
      resourceVersion: '7',
      wanted: 3,
      replicas: 4,
      ready: 2,
      writer: undefined,
      writtenAt: undefined,
    });
  });

  test('without numbers is one that was just made', () => {
    expect(readDeployment(deployment({ spec: {}, status: {} }))).toMatchObject({
      wanted: 1,
      replicas: 0,
      ready: 0,
    });
  });

  test('that is being deleted is none', () => {
    const metadata = { ...deployment().metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(readDeployment(deployment({ metadata }))).toEqual({
      seen: 'failure',
      why: "Deployment 'web' is being deleted",
    });
  });

  test('names who wrote its number last, whatever else others wrote since', () => {
    const ofReplicas = { 'f:spec': { 'f:replicas': {} } };
    const managedFields = [
      { manager: 'kubectl', time: '2026-01-01T00:00:00Z', fieldsV1: ofReplicas },
      {
        manager: 'wheelwright/hub',
        subresource: 'scale',
        time: '2026-01-02T00:00:00Z',
        fieldsV1: ofReplicas,
      },
      { manager: 'controller', subresource: 'status', time: '2026-01-03T00:00:00Z', fieldsV1: ofReplicas },
      { manager: 'labeller', time: '2026-01-04T00:00:00Z', fieldsV1: { 'f:metadata': {} } },
    ];
    const metadata = { ...deployment().metadata, managedFields };
    expect(readDeployment(deployment({ metadata }))).toMatchObject({
      writer: 'wheelwright/hub',
      writtenAt: Date.parse('2026-01-02T00:00:00Z'),
    });
  });

  test.each([[null], ['text'], [{ replicas: 'many' }]])(
    'whose spec is %j does not break the watch',
    (spec) => {
      expect(readDeployment(deployment({ spec, status: null }))).toMatchObject({ wanted: 1, replicas: 0 });
    },
  );
});

const pod = (changes: Partial<KubeObject['metadata']>, status: unknown): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-0', namespace: 'team', ...changes },
  status,
});
const conditions = [
  { type: 'Initialized', status: 'True' },
  { type: 'Ready', status: 'True' },
];

test.each<[string, KubeObject, boolean]>([
  ['that says so', pod({}, { conditions }), true],
  ['that is not yet', pod({}, { conditions: [{ type: 'Ready', status: 'False' }] }), false],
  ['that is going', pod({ deletionTimestamp: '2026-01-01T00:00:00Z' }, { conditions }), false],
  ['that says nothing', pod({}, undefined), false],
  ['that makes no sense', pod({}, { conditions: [null, 'Ready'] }), false],
])('a pod %s is ready or not', (_case, object, isReady) => {
  expect(isReadyPod(object)).toBe(isReady);
});

test.each([
  ['app=web', { status: { selector: 'app=web' } }],
  ['', { status: {} }],
  ['', { status: { selector: { app: 'web' } } }],
  ['', {}],
])('the pods are %j of the scale %j', (selector, scale) => {
  expect(podSelectorOf({ ...deployment(), status: undefined, ...scale })).toBe(selector);
});

test('a Scale without a number is one of zero, and what there is counts as ready', () => {
  const scale = { ...deployment(), kind: 'Scale', spec: {}, status: { replicas: 2 } };
  expect(readScale(scale)).toMatchObject({ wanted: 0, replicas: 2, ready: 2 });
});
