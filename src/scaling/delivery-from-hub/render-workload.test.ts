import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { renderWorkload, setWithReplicas } from './render-workload.ts';

const place = { name: 'web', namespace: 'there' };

const workload: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    namespace: 'here',
    name: 'web',
    uid: 'uid-1',
    resourceVersion: '7',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { app: 'web' },
    annotations: { 'deployment.kubernetes.io/revision': '3', team: 'blue' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'x' }],
  },
  spec: { replicas: 0, template: { metadata: { creationTimestamp: null, labels: { app: 'web' } } } },
  status: { replicas: 0 },
};

function secret(data: Readonly<Record<string, string>>, resourceVersion = '1'): KubeObject {
  const metadata = { namespace: 'here', name: 'words', uid: 'uid-2', resourceVersion };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data };
}

test('what its author wrote goes along, in the namespace of the member and with a label', () => {
  const {
    workload: rendered,
    needed,
    selector,
  } = renderWorkload({ workload, needed: [secret({ a: 'YQ==' })] }, place);
  expect(rendered).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      namespace: 'there',
      name: 'web',
      labels: { app: 'web', 'distributedscaledobject.wheelwright.dev/web': 'true' },
      annotations: { team: 'blue' },
    },
    spec: { template: { metadata: { labels: { app: 'web' } } } },
  });
  expect(needed).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        namespace: 'there',
        name: 'words',
        labels: { 'distributedscaledobject.wheelwright.dev/web': 'true' },
      },
      type: 'Opaque',
      data: { a: 'YQ==' },
    },
  ]);
  expect(selector).toBe('distributedscaledobject.wheelwright.dev/web=true');
});

test('an account goes without the tokens of the hub', () => {
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: 'here', name: 'runner' },
    secrets: [{ name: 'runner-token' }],
    imagePullSecrets: [{ name: 'registry' }],
  };
  const [rendered] = renderWorkload({ workload, needed: [account] }, place).needed;
  expect(rendered).not.toHaveProperty('secrets');
  expect(rendered).toHaveProperty('imagePullSecrets', [{ name: 'registry' }]);
});

test('the number of replicas is set, yielded, and no part of the hash', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), (onHub, first, second) => {
      const spec = { ...(workload['spec'] as object), replicas: onHub };
      const rendered = renderWorkload({ workload: { ...workload, spec }, needed: [] }, place);
      const [a, b] = [setWithReplicas(rendered, first), setWithReplicas(rendered, second)];
      expect(a.hash).toBe(b.hash);
      expect(a.hash).toBe(renderWorkload({ workload, needed: [] }, place).hash);
      expect(b.objects.at(-1)?.['spec']).toMatchObject({ replicas: second });
      expect(a.yielded).toEqual([{ kind: 'Deployment', name: 'web', fields: ['.spec.replicas'] }]);
    }),
  );
});

test('the hash tells nothing of a Secret but that it is another version', () => {
  const hashOf = (each: KubeObject): string => renderWorkload({ workload, needed: [each] }, place).hash;
  expect(hashOf(secret({ a: 'YQ==' }))).toBe(hashOf(secret({ a: 'Yg==' })));
  expect(hashOf(secret({ a: 'YQ==' }, '2'))).not.toBe(hashOf(secret({ a: 'YQ==' }, '1')));
});
