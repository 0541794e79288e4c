import { describe, expect, it } from 'vitest';
import { capabilities } from './capabilities.ts';
import { spokeRules } from './delivery-rules.ts';
import { knativeClusterRoles, knativeRoles } from './knative-role-names.ts';
import { memberRules } from './member-rules.ts';
import type { ExplainedRule } from './rule.ts';

const giving = new Set(['bind', 'escalate', 'impersonate']);

const granted: readonly (readonly [string, readonly ExplainedRule[]])[] = [
  ...capabilities.map(({ name, rules }) => [name, rules] as const),
  ['knative on a spoke', spokeRules],
];

describe.each(granted)('the rights for %s', (_, rules) => {
  it('never are everything', () => {
    const wide = rules.filter(
      ({ group, resources, verbs }) => group === '*' || resources.includes('*') || verbs.includes('*'),
    );
    expect(wide.map(({ resources }) => resources)).toEqual(wide.length === 0 ? [] : [['*/scale']]);
  });

  it('give away roles by their names only', () => {
    const gifts = rules.filter(({ verbs }) => verbs.some((verb) => giving.has(verb)));
    expect(gifts.filter(({ names }) => names === undefined)).toEqual([]);
  });

  it('create nothing where they are limited to names', () => {
    // RBAC cannot see the name of what does not exist yet.
    const named = rules.filter(({ names }) => names !== undefined);
    expect(named.filter(({ verbs }) => verbs.includes('create'))).toEqual([]);
  });

  it('are explained in sentences', () => {
    for (const { why } of rules) expect(why).toMatch(/^[A-Z].*[.]$/);
  });
});

it('members give the rights that setting them up by hand gives', () => {
  expect(
    memberRules.map(({ group, resources, verbs }) => ({ apiGroups: [group], resources, verbs })),
  ).toEqual([
    { apiGroups: ['*'], resources: ['*/scale'], verbs: ['get', 'list', 'watch', 'update', 'patch'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'update', 'patch'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    {
      apiGroups: ['batch'],
      resources: ['jobs'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    },
  ]);
});

it('names of capabilities are ends of names', () => {
  const names = capabilities.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

it.each([
  ['ClusterRoles', knativeClusterRoles],
  ['Roles', knativeRoles],
])('%s of Knative are in order, each once, and none of Kubernetes', (_, names) => {
  expect(names).toEqual([...new Set(names)].toSorted());
  for (const name of names) expect(name).not.toMatch(/^system:|^(cluster-admin|admin|edit|view)$/);
});
