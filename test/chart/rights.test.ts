import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { capabilities, type ExplainedRule, type RightsScope } from '../../src/operator/index.ts';
import { only, render, type Values } from './helm.ts';

interface Granted {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

function asGranted(rules: readonly ExplainedRule[]): readonly Granted[] {
  return rules.map(({ group, resources, verbs, names }) => ({
    apiGroups: [group],
    resources,
    verbs,
    ...(names === undefined ? {} : { resourceNames: names }),
  }));
}

/** `CAPABILITY in NAMESPACE`, or `everywhere`. */
function bindingsOf(objects: readonly KubeObject[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind.endsWith('Binding'))
    .map(({ metadata }) => {
      const name = /wheelwright-(.*)$/.exec(metadata.name)?.[1] ?? '';
      return `${name} ${metadata.namespace === undefined ? 'everywhere' : `in ${metadata.namespace}`}`;
    })
    .toSorted();
}

const always = ['leases in fleet', 'objects everywhere'];
const scaling = { distributedScaledObjects: true };

it('has all rules of all capabilities, and no others', async () => {
  const objects = await render({
    multicluster: { enabled: true },
    scaling: { ...scaling, hubMember: 'hub' },
  });
  for (const { name, scope, rules } of capabilities) {
    const role = only(objects, scope === 'own' ? 'Role' : 'ClusterRole', `wheelwright-${name}`);
    expect(role['rules']).toEqual(asGranted(rules));
  }
  expect(objects.filter(({ kind }) => /^(Cluster)?Role$/.test(kind))).toHaveLength(capabilities.length);
});

it.each<[string, Values, readonly string[]]>([
  ['a hub without Knative of its own', { knative: { onHub: false } }, always],
  ['one with', {}, ['leases in fleet', 'local-knative everywhere', 'objects everywhere']],
  [
    'other clusters',
    { knative: { onHub: false }, multicluster: { enabled: true } },
    ['credentials everywhere', ...always],
  ],
  [
    'other clusters with credentials in two namespaces',
    { knative: { onHub: false }, multicluster: { enabled: true, secretNamespaces: ['a', 'b'] } },
    ['credentials in a', 'credentials in b', ...always],
  ],
  [
    'scaling with KEDA',
    { knative: { onHub: false }, scaling: { ...scaling, engine: 'keda', workloadsFromHub: false } },
    [
      'keda-engine everywhere',
      'leases in fleet',
      'members in fleet',
      'objects everywhere',
      'scaling everywhere',
    ],
  ],
  [
    'scaling without KEDA in one namespace',
    {
      knative: { onHub: false },
      scaling: { ...scaling, engine: 'builtin', namespaces: ['shop'], hubMember: 'hub' },
    },
    [
      'builtin-engine in fleet',
      'builtin-engine in shop',
      'builtin-engine-cluster everywhere',
      'hub-member in shop',
      'leases in fleet',
      'members in fleet',
      'objects everywhere',
      'scaling everywhere',
      'workloads-from-hub in shop',
    ],
  ],
  [
    'the external scaler alone',
    { knative: { onHub: false }, scaling: { externalScaler: { enabled: true } } },
    ['builtin-engine everywhere', 'builtin-engine-cluster everywhere', ...always],
  ],
])('grants %s no more than it takes', async (_, values, bindings) => {
  expect(bindingsOf(await render(values))).toEqual(bindings);
});

it('binds each role where the list of capabilities says', async () => {
  const objects = await render({
    multicluster: { enabled: true, secretNamespaces: ['secrets'] },
    scaling: { ...scaling, namespaces: ['shop'], hubMember: 'hub' },
  });
  const places: Readonly<Record<RightsScope, readonly string[]>> = {
    cluster: ['everywhere'],
    own: ['in fleet'],
    credentials: ['in secrets'],
    workloads: ['in shop'],
    triggers: ['in fleet', 'in shop'],
  };
  const listed = capabilities.flatMap(({ name, scope }) => places[scope].map((place) => `${name} ${place}`));
  expect(bindingsOf(objects)).toEqual(listed.toSorted());
});

it("binds every role to the operator's account", async () => {
  const objects = await render({ serviceAccount: { name: 'runner' }, scaling });
  const roles = new Set(
    objects.filter(({ kind }) => kind.endsWith('Role')).map(({ metadata }) => metadata.name),
  );
  for (const binding of objects.filter(({ kind }) => kind.endsWith('Binding'))) {
    expect(binding['subjects']).toEqual([{ kind: 'ServiceAccount', name: 'runner', namespace: 'fleet' }]);
    expect(roles).toContain((binding['roleRef'] as { readonly name: string }).name);
  }
  expect(only(objects, 'ServiceAccount').metadata.name).toBe('runner');
});

describe('somebody who has more', () => {
  it('names roles of manifests of their own', async () => {
    const objects = await render({ rbac: { extraClusterRoles: ['mine'], extraRoles: ['my-own'] } });
    const rules = only(objects, 'ClusterRole', 'local-knative')['rules'] as readonly Granted[];
    const namesOf = (resource: string) =>
      rules.find(({ verbs, resources }) => verbs.includes('escalate') && resources.includes(resource))
        ?.resourceNames;
    expect(namesOf('clusterroles')).toEqual(expect.arrayContaining(['mine', 'knative-serving-core']));
    expect(namesOf('roles')).toEqual(expect.arrayContaining(['my-own', 'knative-serving-activator']));
    expect(namesOf('roles')).not.toContain('mine');
  });

  it('adds rules', async () => {
    const rule = { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['get'] };
    const objects = await render({ rbac: { extraRules: [rule] } });
    expect(only(objects, 'ClusterRole', '-extra')['rules']).toEqual([rule]);
  });

  it('makes the roles', async () => {
    const objects = await render({ rbac: { create: false } });
    expect(objects.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
  });
});
