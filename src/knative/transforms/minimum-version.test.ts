import { expect, it } from 'vitest';
import { minimumVersion } from './minimum-version.ts';
import { contextFor, deployment, object, workload } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';

const variable = { name: 'KUBERNETES_MIN_VERSION', value: 'v1.25.0' };
const context = contextFor({}, { kubernetesMinVersion: 'v1.25.0' });

it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Job'])('tells every container of a %s', (kind) => {
  const given = workload(kind, 'w', [
    { name: 'a' },
    { name: 'b', env: [{ name: 'X' }, { ...variable, value: 'old' }] },
  ]);
  const spec = {
    template: {
      spec: { ...(valueAt(given, ['spec', 'template', 'spec']) as object), initContainers: [{ name: 'i' }] },
    },
  };
  expect(valueAt(minimumVersion({ ...given, spec }, context), ['spec', 'template', 'spec'])).toEqual({
    containers: [
      { name: 'a', env: [variable] },
      { name: 'b', env: [{ name: 'X' }, variable] },
    ],
    initContainers: [{ name: 'i', env: [variable] }],
  });
});

it.each([undefined, ''])('says nothing when the version is %j', (kubernetesMinVersion) => {
  const given = deployment('d', { name: 'c' });
  expect(minimumVersion(given, contextFor({}, { kubernetesMinVersion }))).toBe(given);
});

it('is for workloads only', () => {
  const given = object('v1', 'Pod', 'p', { spec: { containers: [{ name: 'c' }] } });
  expect(minimumVersion(given, context)).toBe(given);
});

it('refuses containers that are no list', () => {
  const given = object('apps/v1', 'Deployment', 'd', {
    spec: { template: { spec: { containers: 'none' } } },
  });
  expect(() => minimumVersion(given, context)).toThrow(
    "the field 'spec.template.spec.containers' must be a list of objects",
  );
});
