import { describe, expect, it } from 'vitest';
import { metadataOf, storedObject } from './stored-object.ts';

const stamp = { uid: 'u', resourceVersion: '7', fieldManager: 'wheelwright', time: '2026-11-21T10:00:00Z' };

describe('an object after a server-side apply', () => {
  const applied = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'n', labels: { app: 'x' } },
    data: { key: 'value' },
    list: [{ a: 1 }, 'b'],
  };
  const stored = storedObject(applied, stamp);

  it('has what the server adds, and everything that was applied', () => {
    expect(stored).toMatchObject(applied);
    expect(stored.metadata).toMatchObject({ uid: 'u', resourceVersion: '7', creationTimestamp: stamp.time });
  });

  it('says which fields its manager owns', () => {
    expect(stored.metadata.managedFields).toEqual([
      {
        manager: 'wheelwright',
        operation: 'Apply',
        apiVersion: 'v1',
        time: stamp.time,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:data': { 'f:key': {} },
          'f:list': { 'k:{"place":0}': { 'f:a': {} }, 'k:{"place":1}': {} },
        },
      },
    ]);
  });

  it('shows no more than metadata to those who ask for that', () => {
    expect(metadataOf(stored)).toEqual({
      apiVersion: 'meta.k8s.io/v1',
      kind: 'PartialObjectMetadata',
      metadata: stored.metadata,
    });
  });
});

it('a Deployment is rolled out at once', () => {
  const applied = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { replicas: 3 },
  };
  expect(storedObject(applied, stamp)['status']).toMatchObject({
    observedGeneration: 1,
    availableReplicas: 3,
  });
  expect(storedObject({ ...applied, spec: {} }, stamp)['status']).toMatchObject({ availableReplicas: 1 });
});
