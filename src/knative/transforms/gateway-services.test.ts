import { describe, expect, it } from 'vitest';
import type { KnativeServingSpec } from '../../api/index.ts';
import { gatewayServices } from './gateway-services.ts';
import { contextFor, object } from './objects.fixture.ts';

const key = 'local-gateway.test-namespace.knative-local-gateway';
const host = 'knative-local-gateway.istio-system-1.svc.cluster.local';
const listed = '- name: other\n  namespace: no\n- name: knative-local-gateway\n  namespace: listed\n';

function place(spec: KnativeServingSpec, name = 'knative-local-gateway') {
  const given = object('v1', 'Service', name, {
    metadata: { namespace: 'test-namespace', ownerReferences: [{ name: 'owner' }] },
    spec: { selector: { istio: 'ingressgateway' } },
  });
  return gatewayServices(given, contextFor(spec, { namespace: 'test-namespace' }));
}

describe('the Service of the local gateway', () => {
  it.each<[string, KnativeServingSpec, string]>([
    ['where Istio usually is', {}, 'istio-system'],
    ['where config.istio says', { config: { istio: { [key]: host } } }, 'istio-system-1'],
    ['where config-istio says', { config: { 'config-istio': { [key]: host } } }, 'istio-system-1'],
    [
      'where config-istio says rather than istio',
      { config: { istio: { [key]: 'a.lost' }, 'config-istio': { [key]: host } } },
      'istio-system-1',
    ],
    [
      'where Istio usually is when the value has no dots',
      { config: { istio: { [key]: 'plain' } } },
      'istio-system',
    ],
    ...['a..b', '.', 'a.B.c', 'a.-b.c', `a.${'x'.repeat(64)}.b`].map(
      (name): [string, KnativeServingSpec, string] => [
        `where Istio usually is when the host is ${name}`,
        { config: { istio: { [key]: name } } },
        'istio-system',
      ],
    ),
    [
      'where the key of istio says when config-istio says nothing usable',
      { config: { istio: { [key]: host }, 'config-istio': { [key]: 'a..b' } } },
      'istio-system-1',
    ],
    [
      'where the key says when the list has no usable name',
      { config: { istio: { [key]: host, 'local-gateways': listed.replace('listed', 'No.Name') } } },
      'istio-system-1',
    ],
    [
      'where the key says when the list contains itself',
      {
        config: {
          istio: { [key]: host, 'local-gateways': `&a [*a, {name: knative-local-gateway, namespace: x}]` },
        },
      },
      'istio-system-1',
    ],
    ['where the list says', { config: { istio: { 'local-gateways': listed } } }, 'listed'],
    [
      'where the list says rather than the key',
      { config: { istio: { [key]: host, 'local-gateways': listed } } },
      'listed',
    ],
    [
      'where the key says when the list is broken',
      { config: { istio: { [key]: host, 'local-gateways': '[' } } },
      'istio-system-1',
    ],
  ])('lies %s, without owner', (_, spec, namespace) => {
    expect(place(spec).metadata).toEqual({ name: 'knative-local-gateway', namespace });
  });
});

describe('the Services of gateways', () => {
  it.each(['knative-local-gateway', 'knative-ingress-gateway'])('%s select as their gateway does', (name) => {
    const spec = { ingress: { istio: { [name]: { selector: { custom: 'gateway' } } } } };
    expect(place(spec, name)['spec']).toEqual({ selector: { custom: 'gateway' } });
    expect(place({}, name)['spec']).toEqual({ selector: { istio: 'ingressgateway' } });
  });

  it('are the only ones that move', () => {
    for (const name of ['knative-ingress-gateway', 'webhook']) {
      expect(place({}, name).metadata.namespace).toBe('test-namespace');
    }
    const other = object('serving.knative.dev/v1', 'Service', 'knative-local-gateway');
    expect(gatewayServices(other, contextFor({}))).toBe(other);
  });
});
