import { describe, expect, it } from 'vitest';
import { childScaledObject } from './child-scaled-object.ts';
import { distributed } from './testing/objects.ts';

describe('the ScaledObject of a DistributedScaledObject', () => {
  it('has its name and namespace, belongs to it, and scales it instead of the workload', () => {
    const { apiVersion, kind, metadata, spec } = childScaledObject(distributed());
    const owner = { apiVersion: 'keda.kedify.io/v1alpha1', kind: 'DistributedScaledObject', name: 'nginx' };
    expect([apiVersion, kind, metadata.namespace, metadata.name]).toEqual([
      'keda.sh/v1alpha1',
      'ScaledObject',
      'default',
      'nginx',
    ]);
    expect(metadata.ownerReferences).toEqual([
      { ...owner, uid: 'uid-1', controller: true, blockOwnerDeletion: true },
    ]);
    expect(spec).toEqual({
      scaleTargetRef: owner,
      triggers: [{ type: 'prometheus', metadata: { query: 'up' } }],
    });
  });

  it('has every setting of the spec as the user wrote it', () => {
    const settings = {
      pollingInterval: 5,
      cooldownPeriod: 0,
      idleReplicaCount: 0,
      minReplicaCount: 2,
      maxReplicaCount: 9,
      fallback: { failureThreshold: 1, replicas: 3, behavior: 'currentReplicas' as const },
      advanced: {
        restoreToOriginalReplicaCount: true,
        horizontalPodAutoscalerConfig: { name: 'mine' },
        scalingModifiers: { formula: 'a + b', target: '5' },
      },
    };
    expect(childScaledObject(distributed({ spec: settings }))['spec']).toMatchObject(settings);
  });

  it('drops the container of the target, which has none', () => {
    const scaleTargetRef = { name: 'nginx', envSourceContainerName: 'app' };
    const { spec } = childScaledObject(distributed({ spec: { scaleTargetRef } })) as unknown as {
      readonly spec: { readonly scaleTargetRef: object };
    };
    expect(Object.keys(spec.scaleTargetRef)).toEqual(['apiVersion', 'kind', 'name']);
  });

  it.each([
    ['autoscaling.keda.sh/paused', true],
    ['autoscaling.keda.sh/paused-replicas', true],
    ['autoscaling.keda.sh/force-activation', true],
    ['scaledobject.keda.sh/transfer-hpa-ownership', true],
    ['validations.keda.sh/hpa-ownership', true],
    ['keda.kedify.io/adopt', false],
    ['wheelwright.dev/plan-state', false],
    ['kubectl.kubernetes.io/last-applied-configuration', false],
    ['example.com/autoscaling.keda.sh/paused', false],
  ])('annotation %s is passed on: %s', (key, isPassedOn) => {
    const { annotations } = childScaledObject(
      distributed({ metadata: { annotations: { [key]: 'x' } } }),
    ).metadata;
    expect(annotations).toEqual(isPassedOn ? { [key]: 'x' } : {});
  });

  it('has the labels of the object and two of ours, and leaves KEDA its own', () => {
    const labels = {
      team: 'a',
      'app.kubernetes.io/managed-by': 'Helm',
      'scaledobject.keda.sh/name': 'something',
    };
    expect(childScaledObject(distributed({ metadata: { labels } })).metadata.labels).toEqual({
      team: 'a',
      'app.kubernetes.io/managed-by': 'wheelwright',
      'keda.kedify.io/distributedscaledobject': 'nginx',
    });
  });
});
