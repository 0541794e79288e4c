import { describe, expect, it } from 'vitest';
import type { GroupVersionKind, KubeObject } from '../../api/index.ts';
import { type ScopeLookup, scopeOf } from './cluster-scoped-kinds.ts';
import { injectNamespace, namespaceMetadata } from './namespace.ts';
import { contextFor, object } from './objects.fixture.ts';
import { ownerReference } from './owner-reference.ts';

const context = contextFor({}, { namespace: 'mine' });
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'anchor', uid: 'u' };

describe('putting an object into its namespace', () => {
  it.each([
    ['a namespaced object', object('v1', 'Service', 'a'), { metadata: { name: 'a', namespace: 'mine' } }],
    [
      'an object of another namespace',
      object('v1', 'Service', 'a', { metadata: { namespace: 'theirs' } }),
      { metadata: { name: 'a', namespace: 'mine' } },
    ],
    ['a Namespace', object('v1', 'Namespace', 'kourier-system'), { metadata: { name: 'mine' } }],
    [
      'a cluster-scoped object',
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'a', { metadata: { namespace: 'bogus' } }),
      { metadata: { name: 'a' } },
    ],
    [
      'the accounts of a binding',
      object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'a', {
        subjects: [
          { kind: 'ServiceAccount', name: 's', namespace: 'theirs' },
          { kind: 'User', name: 'u' },
        ],
      }),
      {
        metadata: { name: 'a' },
        subjects: [
          { kind: 'ServiceAccount', name: 's', namespace: 'mine' },
          { kind: 'User', name: 'u' },
        ],
      },
    ],
    [
      'a binding of nobody',
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'a'),
      { metadata: { name: 'a', namespace: 'mine' } },
    ],
    [
      'the Services of webhooks',
      object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'a', {
        webhooks: [
          { name: 'w', clientConfig: { service: { name: 's', namespace: 'theirs' } } },
          { name: 'u', clientConfig: { url: 'https://example.com' } },
        ],
      }),
      {
        metadata: { name: 'a' },
        webhooks: [
          { name: 'w', clientConfig: { service: { name: 's', namespace: 'mine' } } },
          { name: 'u', clientConfig: { url: 'https://example.com' } },
        ],
      },
    ],
    [
      'the Service of an APIService',
      object('apiregistration.k8s.io/v1', 'APIService', 'a', {
        spec: { service: { name: 's', namespace: 'x' } },
      }),
      { metadata: { name: 'a' }, spec: { service: { name: 's', namespace: 'mine' } } },
    ],
    [
      'the Service of a conversion',
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'a', {
        spec: { conversion: { webhook: { clientConfig: { service: { namespace: 'x' } } } } },
      }),
      {
        metadata: { name: 'a' },
        spec: { conversion: { webhook: { clientConfig: { service: { namespace: 'mine' } } } } },
      },
    ],
    [
      'a definition without conversion',
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'a', { spec: { scope: 'Cluster' } }),
      { metadata: { name: 'a' }, spec: { scope: 'Cluster' } },
    ],
  ])('works for %s', (_, given, expected) => {
    const { apiVersion, kind } = given;
    expect(injectNamespace(given, context)).toEqual({ apiVersion, kind, ...expected });
  });
});

describe('the scope of a kind', () => {
  const issuer: GroupVersionKind = { group: 'example.com', version: 'v1', kind: 'Issuer' };
  const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'issuers.example.com', {
    spec: { group: 'example.com', scope: 'Cluster', names: { kind: 'Issuer' } },
  });

  it.each<[string, readonly KubeObject[], ScopeLookup, GroupVersionKind, boolean]>([
    ['what the cluster says', [definition], () => true, issuer, true],
    ['what a definition to be installed says', [definition], () => undefined, issuer, false],
    ['namespaced where nobody knows', [], () => undefined, issuer, true],
    [
      'not what a kind of the same name is in another group',
      [],
      () => undefined,
      { ...issuer, kind: 'Bundle' },
      true,
    ],
    [
      'namespaced in a group like a field that every object has',
      [],
      () => undefined,
      { ...issuer, group: 'toString' },
      true,
    ],
  ])('is %s', (_, objects, discovered, kind, namespaced) => {
    expect(scopeOf(objects, discovered)(kind)).toBe(namespaced);
  });
});

describe('an object of a kind without namespace that no cluster was asked about', () => {
  it.each([
    ['v1', 'PersistentVolume'],
    ['v1', 'Node'],
    ['trust.cert-manager.io/v1alpha1', 'Bundle'],
    ['trust-manager.io/v1alpha2', 'ClusterBundle'],
    ['cert-manager.io/v1', 'ClusterIssuer'],
    ['gateway.networking.k8s.io/v1', 'GatewayClass'],
    ['gateway.networking.x-k8s.io/v1alpha1', 'XMesh'],
    ['networking.k8s.io/v1', 'IngressClass'],
    ['networking.k8s.io/v1', 'ServiceCIDR'],
    ['networking.k8s.io/v1', 'IPAddress'],
    ['node.k8s.io/v1', 'RuntimeClass'],
    ['resource.k8s.io/v1', 'DeviceClass'],
    ['resource.k8s.io/v1', 'ResourceSlice'],
    ['resource.k8s.io/v1beta2', 'DeviceTaintRule'],
    ['storage.k8s.io/v1', 'VolumeAttributesClass'],
    ['storagemigration.k8s.io/v1beta1', 'StorageVersionMigration'],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
    ['admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicyBinding'],
    ['flowcontrol.apiserver.k8s.io/v1', 'FlowSchema'],
    ['certificates.k8s.io/v1beta1', 'ClusterTrustBundle'],
    ['networking.internal.knative.dev/v1alpha1', 'ClusterDomainClaim'],
  ])('gets none: %s %s', (apiVersion, kind) => {
    const given = object(apiVersion, kind, 'a', { metadata: { namespace: 'bogus' } });
    const placed = injectNamespace(given, context);
    expect(placed.metadata).toEqual({ name: 'a' });
    expect(ownerReference(placed, { ...context, owner }).metadata).toEqual({ name: 'a' });
  });
});

describe('labels and annotations of the namespace', () => {
  const spec = {
    namespace: { labels: { a: 'new', b: 'b' } },
    namespaceConfiguration: { labels: { b: 'lost', c: 'c' }, annotations: { d: 'd' } },
  };

  it('come from both spellings', () => {
    const given = object('v1', 'Namespace', 'knative-serving', {
      metadata: { labels: { a: 'old', z: 'z' } },
    });
    expect(namespaceMetadata(given, contextFor(spec)).metadata).toEqual({
      name: 'knative-serving',
      labels: { a: 'new', b: 'b', c: 'c', z: 'z' },
      annotations: { d: 'd' },
    });
  });

  it('are not for other objects, and not made of nothing', () => {
    const service = object('v1', 'Service', 'a');
    const namespace = object('v1', 'Namespace', 'a');
    expect(namespaceMetadata(service, contextFor(spec))).toBe(service);
    expect(namespaceMetadata(namespace, contextFor({ namespace: {} }))).toBe(namespace);
  });
});
