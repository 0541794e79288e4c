import { describe, expect, it } from 'vitest';
import type { KnativeServingSpec } from '../../api/index.ts';
import { type GatewayOverride, istioGateways } from './istio-gateways.ts';
import { contextFor, object } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';

const before = { selector: { istio: 'ingressgateway' }, servers: [{ hosts: ['*'] }] };

function gateway(name: string, version = 'v1beta1', group = 'networking.istio.io') {
  return object(`${group}/${version}`, 'Gateway', name, { spec: before });
}

function specFor(field: string, override: GatewayOverride): KnativeServingSpec {
  return { ingress: { istio: { enabled: true, [field]: override } } };
}

describe('an Istio gateway', () => {
  it.each([
    ['knative-ingress-gateway', 'knative-ingress-gateway'],
    ['knative-local-gateway', 'knative-local-gateway'],
    ['cluster-local-gateway', 'knative-local-gateway'],
  ])('%s follows %s', (name, field) => {
    const override = { selector: { custom: 'gateway' } };
    const changed = istioGateways(gateway(name), contextFor(specFor(field, override)));
    expect(changed['spec']).toEqual({ ...before, selector: { custom: 'gateway' } });
  });

  it.each(['v1alpha3', 'v1beta1', 'v1'])('may be of version %s', (version) => {
    const override = { servers: [{ hosts: ['a'] }] };
    const given = gateway('knative-local-gateway', version);
    const changed = istioGateways(given, contextFor(specFor('knative-local-gateway', override)));
    expect(changed).toEqual({ ...given, spec: { ...before, servers: [{ hosts: ['a'] }] } });
  });

  it('gets servers as Istio spells them', () => {
    const server = {
      name: 's',
      bind: '0.0.0.0',
      defaultEndpoint: '127.0.0.1:8080',
      hosts: ['*.example.com'],
      port: { number: 443, protocol: 'HTTPS', name: 'https', target_port: 8443 },
      tls: { mode: 'SIMPLE' as const, credentialName: 'tls', minProtocolVersion: 3, maxProtocolVersion: 4 },
    };
    const spec = specFor('knative-ingress-gateway', { servers: [server] });
    expect(istioGateways(gateway('knative-ingress-gateway'), contextFor(spec))['spec']).toEqual({
      ...before,
      servers: [
        {
          ...server,
          port: { number: 443, protocol: 'HTTPS', name: 'https', targetPort: 8443 },
          tls: {
            mode: 'SIMPLE',
            credentialName: 'tls',
            minProtocolVersion: 'TLSV1_2',
            maxProtocolVersion: 'TLSV1_3',
          },
        },
      ],
    });
  });

  it('gets what is spelled out, even what Istio takes for granted', () => {
    const servers = [{ port: { number: 0 }, tls: { mode: 'PASSTHROUGH' as const, minProtocolVersion: 0 } }];
    const changed = istioGateways(
      gateway('knative-local-gateway'),
      contextFor(specFor('knative-local-gateway', { servers })),
    );
    expect(valueAt(changed, ['spec', 'servers'])).toEqual([
      { port: { number: 0 }, tls: { mode: 'PASSTHROUGH', minProtocolVersion: 'TLS_AUTO' } },
    ]);
  });

  it.each([
    ['nothing', { servers: [], selector: {} }],
    ['a server without port and TLS', { servers: [{ hosts: ['*'] }] }],
  ])('stays as it is with %s', (_, override) => {
    const spec = specFor('knative-local-gateway', override);
    expect(istioGateways(gateway('knative-local-gateway'), contextFor(spec))['spec']).toEqual(before);
  });

  it.each([
    [
      { mode: 'FOO' },
      'failed to convert servers override for gateway "knative-local-gateway": unknown TLS mode "FOO": must be one of PASSTHROUGH, SIMPLE, MUTUAL, AUTO_PASSTHROUGH, ISTIO_MUTUAL',
    ],
    [{ minProtocolVersion: 7 }, 'minProtocolVersion must be 0 to 4, not 7'],
  ])('refuses TLS settings %j', (tls, says) => {
    const spec = specFor('knative-local-gateway', { servers: [{ tls }] } as GatewayOverride);
    expect(() => istioGateways(gateway('knative-local-gateway'), contextFor(spec))).toThrow(says);
  });

  it.each([undefined, false])('is left alone while Istio is enabled: %s', (enabled) => {
    const override = { selector: { a: 'b' }, servers: [{ tls: { minProtocolVersion: 9 } }] };
    const istio = { ...(enabled === undefined ? {} : { enabled }), 'knative-local-gateway': override };
    const spec: KnativeServingSpec = { ingress: { istio } };
    const given = gateway('knative-local-gateway');
    expect(istioGateways(given, contextFor(spec))).toBe(given);
  });

  it('of another name or API is left alone', () => {
    const spec = specFor('knative-local-gateway', { selector: { a: 'b' } });
    for (const given of [
      gateway('mine'),
      gateway('knative-local-gateway', 'v1', 'gateway.networking.k8s.io'),
    ]) {
      expect(istioGateways(given, contextFor(spec))).toBe(given);
    }
  });
});
