import { describe, expect, it } from 'vitest';
import { parseDistributedScaledObject } from './parse.ts';

function dso(spec: object): object {
  return {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { name: 'nginx', namespace: 'default' },
    spec: { scaledObjectSpec: { scaleTargetRef: { name: 'nginx' }, triggers: [trigger] }, ...spec },
  };
}

const trigger = {
  type: 'kubernetes-resource',
  metadata: { resourceKind: 'ConfigMap', resourceName: 'mock-metric', key: 'metric-value', targetValue: '5' },
};

describe('parsing a DistributedScaledObject', () => {
  it('takes what needs no more than a target and a trigger, and adds nothing', () => {
    expect(parseDistributedScaledObject(dso({}))).toEqual({ ok: true, resource: dso({}) });
  });

  it('keeps fields that nobody knows', () => {
    const object = dso({ memberClusters: [{ name: 'a', weight: 4, future: 1 }], later: true });
    expect(parseDistributedScaledObject(object)).toEqual({ ok: true, resource: object });
  });

  it.each([
    [
      { memberClusters: [{ weight: 1 }] },
      { field: 'spec.memberClusters[0].name', message: 'must be a string' },
    ],
    [
      { memberClusters: [{ name: 'a', weight: 'two' }] },
      { field: 'spec.memberClusters[0].weight', value: 'two', message: 'must be an integer' },
    ],
    [
      { rebalancingPolicy: { gracePeriod: 60 } },
      { field: 'spec.rebalancingPolicy.gracePeriod', value: '60', message: 'must be a string' },
    ],
    [
      { scheduling: { strategy: 'best' } },
      {
        field: 'spec.scheduling.strategy',
        value: 'best',
        message: "must be 'weighted' or 'priority' or 'spillover'",
      },
    ],
    [
      { scaledObjectSpec: { scaleTargetRef: { name: 'nginx' }, triggers: [] } },
      { field: 'spec.scaledObjectSpec.triggers', message: 'must not be empty' },
    ],
  ])('names what is wrong in %j', (spec, problem) => {
    expect(parseDistributedScaledObject(dso(spec))).toEqual({ ok: false, problems: [problem] });
  });
});
