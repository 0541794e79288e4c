import { describe, expect, it } from 'vitest';
import { deprecatedResources } from './container-resources.ts';
import { contextFor, deployment, workload } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';

const before = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '100Mi' } };

function resourcesOf(object: object): unknown {
  const containers = valueAt(object, ['spec', 'template', 'spec', 'containers']) as readonly {
    resources?: unknown;
  }[];
  return containers.map(({ resources }) => resources);
}

describe('the deprecated resources', () => {
  it.each([
    [
      'limits only',
      [{ container: 'a', limits: { cpu: '2' } }],
      { ...before, limits: { cpu: '2', memory: '1Gi' } },
    ],
    [
      'limits and requests',
      [{ container: 'a', limits: { cpu: '2' }, requests: { memory: '5Mi' } }],
      { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '100m', memory: '5Mi' } },
    ],
    ['another container', [{ container: 'b', limits: { cpu: '2' } }], before],
    [
      'the first of two entries',
      [
        { container: 'a', limits: { cpu: '2' } },
        { container: 'a', limits: { cpu: '3' } },
      ],
      { ...before, limits: { cpu: '2', memory: '1Gi' } },
    ],
  ])('follow %s', (_, resources, expected) => {
    const given = deployment('d', { name: 'a', resources: before });
    expect(resourcesOf(deprecatedResources(given, contextFor({ resources })))).toEqual([expected]);
  });

  it('reach every Deployment with such a container', () => {
    const resources = [
      { container: 'controller', requests: { cpu: '9m' } },
      { container: 'other', limits: { cpu: '8m' } },
    ];
    for (const name of ['controller', 'net-istio-controller']) {
      const given = deployment(name, { name: 'controller' }, { name: 'other' });
      expect(resourcesOf(deprecatedResources(given, contextFor({ resources })))).toEqual([
        { requests: { cpu: '9m' } },
        { limits: { cpu: '8m' } },
      ]);
    }
  });

  it('leave a Deployment whose override has resources, and other kinds', () => {
    const resources = [{ container: 'a', limits: { cpu: '2' } }];
    const given = deployment('d', { name: 'a', resources: before });
    const spec = { resources, workloads: [{ name: 'd', resources: [{ container: 'x' }] }] };
    expect(deprecatedResources(given, contextFor(spec))).toBe(given);
    const set = workload('StatefulSet', 'd', [{ name: 'a' }]);
    expect(deprecatedResources(set, contextFor({ resources }))).toBe(set);
  });
});
