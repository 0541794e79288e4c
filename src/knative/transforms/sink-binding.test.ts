import { describe, expect, it } from 'vitest';
import type { KnativeEventingSpec } from '../../api/index.ts';
import { contextFor, deployment } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';
import { sinkBinding } from './sink-binding.ts';

const name = 'SINK_BINDING_SELECTION_MODE';

function override(value: string, workload = 'eventing-webhook', container = 'eventing-webhook') {
  return {
    name: workload,
    env: [
      {
        container,
        envVars: [
          { name: 'OTHER', value: 'x' },
          { name, value },
        ],
      },
    ],
  };
}

describe('the selection mode of SinkBindings', () => {
  it.each<[string, KnativeEventingSpec, string]>([
    ['is exclusion', {}, 'exclusion'],
    ['is the one of the spec', { sinkBindingSelectionMode: 'inclusion' }, 'inclusion'],
    ['is the one of an override', { workloads: [override('w')] }, 'w'],
    ['is the one of an old override', { deployments: [override('d')] }, 'd'],
    ['is rather that of workloads', { deployments: [override('d')], workloads: [override('w')] }, 'w'],
    ['is rather that of the spec', { sinkBindingSelectionMode: 's', workloads: [override('w')] }, 's'],
    ['is not that of another workload', { workloads: [override('w', 'eventing-controller')] }, 'exclusion'],
    [
      'is not that of another container',
      { workloads: [override('w', 'eventing-webhook', 'x')] },
      'exclusion',
    ],
  ])('%s', (_, spec, value) => {
    const given = deployment('eventing-webhook', { name: 'a', env: [{ name, value: 'old' }] }, { name: 'b' });
    const changed = sinkBinding(given, contextFor(spec, { component: 'eventing' }));
    expect(valueAt(changed, ['spec', 'template', 'spec', 'containers'])).toEqual([
      { name: 'a', env: [{ name, value }] },
      { name: 'b', env: [{ name, value }] },
    ]);
  });

  it('takes the place of a variable that gets its value elsewhere', () => {
    const valueFrom = { fieldRef: { fieldPath: 'metadata.name' } };
    const given = deployment('eventing-webhook', { name: 'a', env: [{ name, valueFrom }] });
    const changed = sinkBinding(given, contextFor({}, { component: 'eventing' }));
    expect(valueAt(changed, ['spec', 'template', 'spec', 'containers'])).toEqual([
      { name: 'a', env: [{ name, value: 'exclusion' }] },
    ]);
  });

  it('is told to one Deployment', () => {
    const given = deployment('eventing-controller', { name: 'a' });
    expect(sinkBinding(given, contextFor({}))).toBe(given);
  });
});
