import { describe, expect, it } from 'vitest';
import { rolloutOf } from './rollout.ts';

const available = { type: 'Available', status: 'True' };
const workload = (
  kind: string,
  status: Record<string, unknown>,
  spec: Record<string, unknown> = { replicas: 2 },
  generation = 3,
) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'a', generation },
  spec,
  status,
});
const rolledOut = {
  observedGeneration: 3,
  replicas: 2,
  updatedReplicas: 2,
  availableReplicas: 2,
  conditions: [available],
};

describe('the rollout of a Deployment', () => {
  it.each([
    ['complete when every replica is updated and available', rolledOut, {}, 'complete'],
    [
      'not complete before its controller has seen the newest generation',
      { ...rolledOut, observedGeneration: 2 },
      {},
      'progressing',
    ],
    [
      'not complete while an old replica is left, though it is Available',
      { ...rolledOut, replicas: 3 },
      {},
      'progressing',
    ],
    [
      'not complete while a new replica is not available',
      { ...rolledOut, availableReplicas: 1 },
      {},
      'progressing',
    ],
    [
      'not complete while Available is False',
      { ...rolledOut, conditions: [{ type: 'Available', status: 'False' }] },
      {},
      'progressing',
    ],
    ['not complete without a status', {}, {}, 'progressing'],
    [
      'complete with no replicas wanted',
      { observedGeneration: 3, conditions: [available] },
      { replicas: 0 },
      'complete',
    ],
    [
      'complete with one replica where none is named',
      { ...rolledOut, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      { replicas: undefined },
      'complete',
    ],
  ])('is %s', (_case, status, spec, state) => {
    expect(rolloutOf(workload('Deployment', status, { replicas: 2, ...spec })).state).toBe(state);
  });

  it('has failed, and says why, once its deadline has passed', () => {
    const conditions = [
      available,
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'has timed out' },
    ];
    const status = { ...rolledOut, updatedReplicas: 1, replicas: 3, conditions };
    expect(rolloutOf(workload('Deployment', status))).toEqual({
      state: 'failed',
      ready: 1,
      wanted: 2,
      why: 'has timed out',
    });
  });

  it('says why no pods can be made', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }];
    expect(rolloutOf(workload('Deployment', { observedGeneration: 3, conditions }))).toMatchObject({
      state: 'progressing',
      why: 'exceeded quota',
    });
  });
});

describe('the rollout of other workloads', () => {
  it.each([
    [
      'StatefulSet',
      {
        observedGeneration: 3,
        readyReplicas: 2,
        updatedReplicas: 2,
        currentRevision: 'a',
        updateRevision: 'b',
      },
      'complete',
    ],
    [
      'StatefulSet',
      {
        observedGeneration: 3,
        readyReplicas: 2,
        updatedReplicas: 1,
        currentRevision: 'a',
        updateRevision: 'b',
      },
      'progressing',
    ],
    [
      'StatefulSet',
      {
        observedGeneration: 3,
        readyReplicas: 1,
        updatedReplicas: 2,
        currentRevision: 'a',
        updateRevision: 'a',
      },
      'progressing',
    ],
    [
      'DaemonSet',
      { observedGeneration: 3, desiredNumberScheduled: 4, updatedNumberScheduled: 4, numberAvailable: 4 },
      'complete',
    ],
    [
      'DaemonSet',
      { observedGeneration: 3, desiredNumberScheduled: 4, updatedNumberScheduled: 4, numberAvailable: 3 },
      'progressing',
    ],
    [
      'DaemonSet',
      { observedGeneration: 2, desiredNumberScheduled: 4, updatedNumberScheduled: 4, numberAvailable: 4 },
      'progressing',
    ],
  ])('%s with %j is %s', (kind, status, state) => {
    expect(rolloutOf(workload(kind, status)).state).toBe(state);
  });
});
