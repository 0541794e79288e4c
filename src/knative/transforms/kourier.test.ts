import { describe, expect, it } from 'vitest';
import type { KnativeServingSpec } from '../../api/index.ts';
import { kourier } from './kourier.ts';
import { configMap, contextFor, deployment, object } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';

type Kourier = NonNullable<NonNullable<KnativeServingSpec['ingress']>['kourier']>;

function context(wanted: Kourier, namespace = 'knative-serving') {
  return contextFor<KnativeServingSpec>(
    { ingress: { kourier: { enabled: true, ...wanted } } },
    { namespace },
  );
}

const ports = [
  { name: 'http2', port: 80, nodePort: 1 },
  { name: 'https', port: 443, nodePort: 2 },
];
const service = object('v1', 'Service', 'kourier', { spec: { type: 'LoadBalancer', ports } });

describe('the Service of Kourier', () => {
  it.each<[string, Kourier, object]>([
    ['of no given type', {}, { type: 'LoadBalancer', ports }],
    ['of type ClusterIP', { 'service-type': 'ClusterIP' }, { type: 'ClusterIP', ports }],
    [
      'with an address',
      { 'service-load-balancer-ip': '1.2.3.4' },
      { type: 'LoadBalancer', loadBalancerIP: '1.2.3.4', ports },
    ],
    [
      'with node ports',
      { 'service-type': 'NodePort', 'http-port': 30001, 'https-port': 30002 },
      {
        type: 'NodePort',
        ports: [
          { ...ports[0], nodePort: 30001 },
          { ...ports[1], nodePort: 30002 },
        ],
      },
    ],
    [
      'with one node port',
      { 'service-type': 'NodePort', 'http-port': 0, 'https-port': 30002 },
      { type: 'NodePort', ports: [ports[0], { ...ports[1], nodePort: 30002 }] },
    ],
    [
      'with the other node port',
      { 'service-type': 'NodePort', 'http-port': 30001, 'https-port': 0 },
      { type: 'NodePort', ports: [{ ...ports[0], nodePort: 30001 }, ports[1]] },
    ],
  ])('%s', (_, wanted, spec) => {
    expect(kourier(service, context(wanted))['spec']).toEqual(spec);
  });

  it.each<[Kourier, string]>([
    [{ 'service-type': 'Foo' }, 'unknown service type "Foo"'],
    [{ 'service-type': 'ExternalName' }, 'unsupported service type "ExternalName"'],
    [
      { 'service-type': 'ClusterIP', 'service-load-balancer-ip': '1.2.3.4' },
      'cannot configure LoadBalancerIP for service type "ClusterIP"',
    ],
    [{ 'http-port': 30001 }, 'cannot configure HTTP(S)Port for service type "LoadBalancer"'],
    [
      { 'service-type': 'ClusterIP', 'https-port': 1 },
      'cannot configure HTTP(S)Port for service type "ClusterIP"',
    ],
  ])('%j is refused', (wanted, says) => {
    expect(() => kourier(service, context(wanted))).toThrow(says);
  });
});

describe('Kourier', () => {
  it.each([
    ['net-kourier-controller', { value: 'kourier-system' }],
    ['3scale-kourier-control', { valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
  ])('tells %s where the gateway is', (name, before) => {
    const given = deployment(name, { name: 'c', env: [{ name: 'KOURIER_GATEWAY_NAMESPACE', ...before }] });
    expect(valueAt(kourier(given, context({}, 'mine')), ['spec', 'template', 'spec', 'containers'])).toEqual([
      { name: 'c', env: [{ name: 'KOURIER_GATEWAY_NAMESPACE', value: 'mine' }] },
    ]);
  });

  it('names the controller by its namespace in the bootstrap configuration', () => {
    const text = 'a: net-kourier-controller.knative-serving\nb: knative-serving';
    const given = configMap('kourier-bootstrap', { 'envoy-bootstrap.yaml': text, other: 'knative-serving' });
    const changed = kourier(given, context({}, 'custom-$&'));
    expect(changed['data']).toEqual({
      'envoy-bootstrap.yaml': 'a: net-kourier-controller.custom-$&\nb: custom-$&',
      other: 'knative-serving',
    });
  });

  it('takes another bootstrap ConfigMap, whatever other volumes there are', () => {
    const volumes = [
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'other' } },
      { name: 'c', configMap: { name: 'kourier-bootstrap' } },
    ];
    const given = object('apps/v1', 'Deployment', '3scale-kourier-gateway', {
      spec: { template: { spec: { volumes } } },
    });
    const changed = kourier(given, context({ 'bootstrap-configmap': 'mine' }));
    expect(valueAt(changed, ['spec', 'template', 'spec', 'volumes'])).toEqual([
      volumes[0],
      volumes[1],
      { name: 'c', configMap: { name: 'mine' } },
    ]);
    expect(kourier(given, context({}))).toBe(given);
  });

  it('does nothing while it is not enabled, nor to other objects', () => {
    const off = contextFor<KnativeServingSpec>({ ingress: { kourier: { 'service-type': 'Foo' } } });
    expect(kourier(service, off)).toBe(service);
    for (const given of [
      deployment('activator'),
      configMap('config-network'),
      object('v1', 'Service', 'webhook'),
    ]) {
      expect(kourier(given, context({ 'service-type': 'Foo' }))).toBe(given);
    }
  });
});
