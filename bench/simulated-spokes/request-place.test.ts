import { describe, expect, it } from 'vitest';
import { requestPlace } from './request-place.ts';

describe('the place that a request is about', () => {
  it.each([
    ['/clusters/a/api/v1/namespaces', { collection: '/api/v1 namespaces' }],
    ['/clusters/a/api/v1/namespaces/x', { collection: '/api/v1 namespaces', name: 'x' }],
    ['/clusters/a/api/v1/namespaces/x/configmaps', { collection: '/api/v1 configmaps', namespace: 'x' }],
    ['/clusters/a/apis/apps/v1/deployments', { collection: '/apis/apps/v1 deployments' }],
    [
      '/clusters/a/apis/apps/v1/namespaces/x/deployments/y',
      { collection: '/apis/apps/v1 deployments', namespace: 'x', name: 'y' },
    ],
  ])('%s', (path, resource) => {
    expect(requestPlace(path)).toEqual({ cluster: 'a', path: path.slice('/clusters/a'.length), resource });
  });

  it.each(['/version', '/api', '/apis'])('has no resource in %s', (path) => {
    expect(requestPlace(`/clusters/a${path}`)).toEqual({ cluster: 'a', path });
  });

  it.each(['/', '/version', '/clusters/a', '/clusters//version'])('is none in %s', (path) => {
    expect(requestPlace(path)).toBeUndefined();
  });
});
