import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { mergeObjects } from './merge-objects.ts';
import { configMap, contextFor, object, workload } from './objects.fixture.ts';

const context = contextFor({}, { namespace: 'mine' });

function merged(parts: {
  readonly core?: readonly KubeObject[];
  readonly addOns?: readonly KubeObject[];
  readonly additional?: readonly KubeObject[];
}): readonly unknown[] {
  const all = mergeObjects({ core: [], addOns: [], additional: [], ...parts }, context);
  return all.map(
    (each) => `${each.kind} ${each.metadata.name} ${String((each['data'] as { from?: string })?.from)}`,
  );
}

const from = (name: string, part: string): KubeObject => configMap(name, { from: part });

describe('objects of one identity', () => {
  it.each([
    [
      'are one, the last of the core',
      { core: [from('a', '1'), from('b', '1'), from('a', '2')] },
      ['ConfigMap a 2', 'ConfigMap b 1'],
    ],
    [
      'are that of the add-on',
      { core: [from('a', 'core')], addOns: [from('a', 'add-on')] },
      ['ConfigMap a add-on'],
    ],
    [
      'are that of the core where add-ons bring copies',
      {
        core: ['config-logging', 'config-observability', 'config-tracing'].map((name) => from(name, 'core')),
        addOns: ['config-logging', 'config-observability', 'config-tracing'].map((name) =>
          from(name, 'add-on'),
        ),
      },
      [
        'ConfigMap config-logging core',
        'ConfigMap config-observability core',
        'ConfigMap config-tracing core',
      ],
    ],
    [
      'are the copy where the core has none',
      { addOns: [from('config-tracing', 'add-on')] },
      ['ConfigMap config-tracing add-on'],
    ],
    [
      'are those of the user above all',
      {
        core: [from('config-logging', 'core')],
        addOns: [from('a', 'add-on')],
        additional: [from('config-logging', 'user'), from('a', 'user')],
      },
      ['ConfigMap config-logging user', 'ConfigMap a user'],
    ],
  ])('%s', (_, parts, expected) => {
    expect(merged(parts)).toEqual(expected);
  });

  it('may be written in two versions, or for two namespaces that become one', () => {
    const core = [object('policy/v1beta1', 'PodDisruptionBudget', 'a'), configMap('b')];
    const additional = [
      object('policy/v1', 'PodDisruptionBudget', 'a'),
      object('v1', 'ConfigMap', 'b', { metadata: { namespace: 'other' } }),
    ];
    const all = mergeObjects({ core, addOns: [], additional }, context);
    expect(all.map(({ apiVersion }) => apiVersion)).toEqual(['policy/v1', 'v1']);
  });

  it('are not those of different groups, nor Jobs that have no name yet', () => {
    const core = [
      object('v1', 'Service', 'a'),
      object('serving.knative.dev/v1', 'Service', 'a'),
      workload('Job', '', [], { metadata: { generateName: 'one-' } }),
      workload('Job', '', [], { metadata: { generateName: 'two-' } }),
    ];
    expect(mergeObjects({ core, addOns: [], additional: [] }, context)).toHaveLength(4);
  });
});

describe('Namespaces', () => {
  it('are the one of the release, under the name of the installation', () => {
    const core = [object('v1', 'Namespace', 'knative-serving')];
    const addOns = [
      object('v1', 'Namespace', 'kourier-system'),
      object('v1', 'Namespace', 'knative-serving', { data: { from: 'x' } }),
    ];
    expect(merged({ core, addOns })).toEqual(['Namespace mine undefined']);
  });

  it('of users count when they mean the installation', () => {
    const namespace = (name: string): KubeObject => object('v1', 'Namespace', name, { data: { from: name } });
    const core = [namespace('knative-serving')];
    expect(merged({ core, additional: [namespace('elsewhere'), namespace('mine')] })).toEqual([
      'Namespace mine mine',
    ]);
  });
});
