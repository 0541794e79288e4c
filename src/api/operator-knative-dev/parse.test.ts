import { describe, expect, it } from 'vitest';
import { parseKnativeEventing, parseKnativeServing } from './parse.ts';

function serving(spec: unknown): object {
  return {
    apiVersion: 'operator.knative.dev/v1beta1',
    kind: 'KnativeServing',
    metadata: { name: 'knative-serving', namespace: 'knative-serving' },
    spec,
  };
}

describe('parsing a KnativeServing', () => {
  it('keeps fields that nobody knows, at every level', () => {
    const object = {
      ...serving({ version: '1.22', future: { a: 1 }, workloads: [{ name: 'activator', extra: true }] }),
      status: { conditions: [], later: 'x' },
    };
    expect(parseKnativeServing(object)).toEqual({ ok: true, resource: object });
  });

  it('takes an absent spec for an empty one', () => {
    expect(parseKnativeServing(serving(undefined))).toMatchObject({ ok: true, resource: { spec: {} } });
  });

  it('accepts both spellings of the namespace block', () => {
    const spec = { namespace: { labels: { a: 'b' } }, namespaceConfiguration: { annotations: { c: 'd' } } };
    expect(parseKnativeServing(serving(spec))).toMatchObject({ ok: true, resource: { spec } });
  });

  const cases: readonly {
    readonly what: string;
    readonly spec: unknown;
    readonly problem: { readonly field: string; readonly value?: string; readonly message: string };
  }[] = [
    {
      what: 'a text for a number',
      spec: { workloads: [{ name: 'a', replicas: 'two' }] },
      problem: { field: 'spec.workloads[0].replicas', value: 'two', message: 'must be an integer' },
    },
    {
      what: 'a number that is too large',
      spec: { 'high-availability': { replicas: 2 ** 31 } },
      problem: {
        field: 'spec.high-availability.replicas',
        value: '2147483648',
        message: 'must be at most 2147483647',
      },
    },
    {
      what: 'a number that is too small',
      spec: { 'high-availability': { replicas: -(2 ** 31) - 1 } },
      problem: {
        field: 'spec.high-availability.replicas',
        value: '-2147483649',
        message: 'must be at least -2147483648',
      },
    },
    {
      what: 'a missing name',
      spec: { services: [{}] },
      problem: { field: 'spec.services[0].name', message: 'must be a string' },
    },
    {
      what: 'an empty profile name',
      spec: { clusterProfileRef: { name: '', namespace: 'fleet' } },
      problem: { field: 'spec.clusterProfileRef.name', value: '', message: 'must not be empty' },
    },
    {
      what: 'an unknown TLS mode',
      spec: {
        ingress: {
          istio: { enabled: true, 'knative-local-gateway': { servers: [{ tls: { mode: 'FOO' } }] } },
        },
      },
      problem: {
        field: 'spec.ingress.istio.knative-local-gateway.servers[0].tls.mode',
        value: 'FOO',
        message: "must be 'PASSTHROUGH' or 'SIMPLE' or 'MUTUAL' or 'AUTO_PASSTHROUGH' or 'ISTIO_MUTUAL'",
      },
    },
    {
      what: 'a quantity that is none',
      spec: { resources: [{ container: 'a', limits: { cpu: 'lots' } }] },
      problem: {
        field: 'spec.resources[0].limits.cpu',
        value: 'lots',
        message: 'must be a quantity such as 500m, 2 or 1.5Gi',
      },
    },
    {
      what: 'a bound that is neither number nor text',
      spec: { podDisruptionBudgets: [{ name: 'p', minAvailable: true }] },
      problem: {
        field: 'spec.podDisruptionBudgets[0].minAvailable',
        value: 'true',
        message: 'must be an integer or a string',
      },
    },
    {
      what: 'a list for an object',
      spec: { ingress: [] },
      problem: { field: 'spec.ingress', message: 'must be an object' },
    },
  ];

  it.each(cases)('names field, value and remedy of $what', ({ spec, problem }) => {
    expect(parseKnativeServing(serving(spec))).toEqual({ ok: false, problems: [problem] });
  });

  it('never shows values of places where secrets are kept', () => {
    const spec = {
      config: { observability: { token: 12345 } },
      workloads: [{ name: 'a', env: [{ container: 'c', envVars: [{ name: 'T', value: 54321 }] }] }],
    };
    const parsed = parseKnativeServing(serving(spec));
    expect(parsed).toMatchObject({ ok: false });
    expect(JSON.stringify(parsed)).not.toMatch(/12345|54321/);
  });

  it.each([
    ['text for a list of manifests', { additionalManifests: 'https://h/x.yaml?token=SECRET' }],
    ['text for a manifest', { manifests: ['https://u:SECRET@h/y'] }],
    ['text for a configuration', { config: 'SECRET' }],
    ['text for a ConfigMap', { config: { observability: 'SECRET' } }],
    ['text for variables', { deployments: [{ name: 'a', env: 'SECRET' }] }],
    ['text for the variables of a container', { workloads: [{ name: 'a', env: ['SECRET'] }] }],
    ['text for annotations', { namespace: { annotations: 'SECRET' } }],
    ['text for labels', { namespace: { labels: 'SECRET' } }],
    ['text for an override', { workloads: ['SECRET'] }],
    ['text for all of it', 'SECRET'],
    ['a URL for a number', { 'high-availability': { replicas: 'https://u:SECRET@h/?SECRET' } }],
    ['a URL for a quantity', { resources: [{ container: 'a', limits: { cpu: 'http://u:SECRET@h' } }] }],
  ])('never shows %s', (_what, spec) => {
    const parsed = parseKnativeServing({ ...serving({}), spec });
    expect(parsed).toMatchObject({ ok: false });
    expect(JSON.stringify(parsed)).not.toContain('SECRET');
  });

  it('shortens long values', () => {
    const parsed = parseKnativeServing(serving({ 'high-availability': { replicas: 'x'.repeat(1000) } }));
    expect(JSON.stringify(parsed).length).toBeLessThan(250);
  });

  it.each([[null], ['text'], [[]], [{ kind: 'KnativeEventing' }]])('refuses %j', (object) => {
    expect(parseKnativeServing(object).ok).toBe(false);
  });
});

describe('parsing a KnativeEventing', () => {
  it('wants all six sources when there is one', () => {
    const object = {
      ...serving({ source: { kafka: { enabled: true } } }),
      kind: 'KnativeEventing',
    };
    const parsed = parseKnativeEventing(object);
    const fields = parsed.ok ? [] : parsed.problems.map(({ field }) => field);
    expect(fields).toEqual(
      ['ceph', 'github', 'gitlab', 'rabbitmq', 'redis'].map((name) => `spec.source.${name}`),
    );
  });
});
