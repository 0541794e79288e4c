import { expect, test } from 'vitest';
import { resourceName, resourcePath, resources } from './resource.ts';

const { deployments, configMaps, namespaces } = resources;

test.each([
  [resourcePath(configMaps), '/api/v1/configmaps'],
  [resourcePath(configMaps, { namespace: 'a', name: 'b' }), '/api/v1/namespaces/a/configmaps/b'],
  [resourcePath(namespaces, { name: 'a' }), '/api/v1/namespaces/a'],
  [resourcePath(namespaces, { namespace: 'ignored', name: 'a' }), '/api/v1/namespaces/a'],
  [
    resourcePath(deployments, { namespace: 'a', name: 'b', subresource: 'scale' }),
    '/apis/apps/v1/namespaces/a/deployments/b/scale',
  ],
  [
    resourcePath(configMaps, { namespace: 'a/../b', name: '?x' }),
    '/api/v1/namespaces/a%2F..%2Fb/configmaps/%3Fx',
  ],
])('%s', (path, expected) => {
  expect(path).toBe(expected);
});

test('a resource is named as kubectl and RBAC messages name it', () => {
  expect(resourceName(deployments)).toBe('deployments.apps');
  expect(resourceName(configMaps)).toBe('configmaps');
});
