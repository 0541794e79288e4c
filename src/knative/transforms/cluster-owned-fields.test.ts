import { describe, expect, it } from 'vitest';
import { withoutClusterOwnedFields } from './cluster-owned-fields.ts';
import { contextFor, object } from './objects.fixture.ts';

const context = contextFor({});
const role = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };

describe('what others write on the cluster', () => {
  it.each([
    [
      'status and time of an object',
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'a', {
        metadata: { creationTimestamp: null },
        status: { conditions: [] },
      }),
      { metadata: { name: 'a' } },
    ],
    [
      'the time of pods',
      object('apps/v1', 'Deployment', 'a', {
        spec: { template: { metadata: { creationTimestamp: null, labels: {} } } },
      }),
      { metadata: { name: 'a' }, spec: { template: { metadata: { labels: {} } } } },
    ],
    [
      'rules that are gathered',
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'a', {
        aggregationRule: { clusterRoleSelectors: [] },
        rules: [],
      }),
      { metadata: { name: 'a' }, aggregationRule: { clusterRoleSelectors: [] } },
    ],
  ])('is left out: %s', (_, given, expected) => {
    const { apiVersion, kind } = given;
    expect(withoutClusterOwnedFields(given, context)).toEqual({ apiVersion, kind, ...expected });
  });

  it.each([
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'a', { rules: [role] }),
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'b', { aggregationRule: null, rules: [role] }),
    object('example.com/v1', 'ClusterRole', 'c', { aggregationRule: {}, rules: [role] }),
    object('example.com/v1', 'Thing', 'd', { spec: { template: 'text' } }),
  ])('is not $kind $metadata.name', (given) => {
    expect(withoutClusterOwnedFields(given, context)).toBe(given);
  });
});
