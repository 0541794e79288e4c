import { describe, expect, it } from 'vitest';
import type { KubeObject, WorkloadOverride } from '../../api/index.ts';
import { highAvailability } from './high-availability.ts';
import { contextFor, deployment, object, workload } from './objects.fixture.ts';
import { type JsonObject, valueAt } from './path-copy.ts';
import { workloadOverrides } from './workload-overrides.ts';

const httpProbe = {
  httpGet: { path: '/health', port: 8080, httpHeaders: [{ name: 'k-kubelet-probe', value: 'webhook' }] },
  initialDelaySeconds: 5,
  periodSeconds: 10,
};
const env = [
  { name: 'METRICS_DOMAIN', value: 'knative.dev' },
  { name: 'GOGC', value: '500' },
];
const controller = deployment('controller', {
  name: 'controller',
  env,
  readinessProbe: httpProbe,
  livenessProbe: httpProbe,
});

/** HA comes before the overrides, as it does in a whole rendering. */
function apply(
  given: KubeObject,
  overrides: readonly WorkloadOverride[],
  field: string,
  replicas?: number,
): KubeObject {
  const spec = {
    [field]: overrides,
    ...(replicas === undefined ? {} : { 'high-availability': { replicas } }),
  };
  const context = contextFor(spec);
  return workloadOverrides(highAvailability(given, context), context);
}

function container(given: KubeObject): JsonObject {
  const [first] = valueAt(given, ['spec', 'template', 'spec', 'containers']) as readonly [JsonObject];
  return first;
}

const everything: WorkloadOverride = {
  name: 'controller',
  labels: { a: 'b' },
  annotations: { c: 'd' },
  replicas: 5,
  nodeSelector: { e: 'f' },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
  tolerations: [{ key: 'g', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  resources: [{ container: 'controller', limits: { cpu: '9m' }, requests: { cpu: '8m' } }],
  env: [{ container: 'controller', envVars: [{ name: 'NEW', value: '1' }] }],
  readinessProbes: [{ container: 'controller', periodSeconds: 1 }],
  livenessProbes: [{ container: 'controller', failureThreshold: 2 }],
  hostNetwork: false,
};

describe.each(['deployments', 'workloads'])('overrides by spec.%s', (field) => {
  it('of nothing change nothing', () => {
    expect(apply(controller, [], field)).toBe(controller);
  });

  it('change everything that they name', () => {
    const changed = apply(controller, [everything], field, 10);
    expect(changed.metadata).toEqual({ name: 'controller', labels: { a: 'b' }, annotations: { c: 'd' } });
    expect(changed['spec']).toEqual({
      replicas: 5,
      template: {
        metadata: { labels: { app: 'controller', a: 'b' }, annotations: { c: 'd' } },
        spec: {
          nodeSelector: everything.nodeSelector,
          topologySpreadConstraints: everything.topologySpreadConstraints,
          tolerations: everything.tolerations,
          affinity: everything.affinity,
          hostNetwork: false,
          containers: [
            {
              name: 'controller',
              resources: { limits: { cpu: '9m' }, requests: { cpu: '8m' } },
              env: [...env, { name: 'NEW', value: '1' }],
              readinessProbe: { ...httpProbe, periodSeconds: 1 },
              livenessProbe: { ...httpProbe, failureThreshold: 2 },
            },
          ],
        },
      },
    });
  });

  it.each([
    ['with a name only, and HA', { name: 'controller' }, 10, 10],
    ['with a name only, and no HA', { name: 'controller' }, undefined, undefined],
    ['with replicas, and HA', { name: 'controller', replicas: 5 }, 10, 5],
    ['of a name that nothing has', { name: 'contro', replicas: 5 }, undefined, undefined],
  ])('%s leave these replicas', (_, override, replicas, expected) => {
    expect(valueAt(apply(controller, [override], field, replicas), ['spec', 'replicas'])).toBe(expected);
  });

  it('leave the replicas of what an autoscaler manages', () => {
    const overrides = [
      { name: 'controller', replicas: 5 },
      { name: 'webhook', replicas: 4, labels: { a: 'b' } },
    ];
    const webhook = apply(deployment('webhook', { name: 'webhook' }), overrides, field, 10);
    expect(valueAt(webhook, ['spec', 'replicas'])).toBeUndefined();
    expect(webhook.metadata.labels).toEqual({ a: 'b' });
    expect(valueAt(apply(controller, overrides, field, 10), ['spec', 'replicas'])).toBe(5);
  });

  it.each([
    [undefined, undefined, undefined],
    [true, true, 'ClusterFirstWithHostNet'],
    [false, false, undefined],
  ])('with hostNetwork %s set it to %s and the DNS policy to %s', (hostNetwork, expected, dnsPolicy) => {
    const override = { name: 'controller', ...(hostNetwork === undefined ? {} : { hostNetwork }) };
    const podSpec = valueAt(apply(controller, [override], field), ['spec', 'template', 'spec']) as JsonObject;
    expect([podSpec['hostNetwork'], podSpec['dnsPolicy']]).toEqual([expected, dnsPolicy]);
  });

  it.each([
    [
      'replace a value in its place',
      [{ name: 'METRICS_DOMAIN', value: 'x' }],
      [{ name: 'METRICS_DOMAIN', value: 'x' }, env[1]],
    ],
    [
      'take the last of one name',
      [
        { name: 'GOGC', value: '1' },
        { name: 'GOGC', value: '2' },
      ],
      [env[0], { name: 'GOGC', value: '2' }],
    ],
    ['append a new one', [{ name: 'NEW', value: '1' }], [...env, { name: 'NEW', value: '1' }]],
    [
      'replace and append',
      [
        { name: 'NEW', value: '1' },
        { name: 'GOGC', value: '2' },
      ],
      [env[0], { name: 'GOGC', value: '2' }, { name: 'NEW', value: '1' }],
    ],
    [
      'append one of a name',
      [
        { name: 'NEW', value: '1' },
        { name: 'NEW', value: '2' },
      ],
      [...env, { name: 'NEW', value: '2' }],
    ],
    [
      'replace all of a variable',
      [{ name: 'GOGC', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      [env[0], { name: 'GOGC', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    ],
  ])('of variables %s', (_, envVars, expected) => {
    const override = { name: 'controller', env: [{ container: 'controller', envVars }] };
    expect(container(apply(controller, [override], field))['env']).toEqual(expected);
  });

  it('of variables never make two of one name', () => {
    const envVars = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
    const override = { name: 'd', env: [{ container: 'c', envVars }] };
    expect(container(apply(deployment('d', { name: 'c' }), [override], field))['env']).toEqual([envVars[1]]);
  });

  it('of another container change nothing', () => {
    const override: WorkloadOverride = {
      name: 'controller',
      env: [{ container: 'other', envVars: [{ name: 'A', value: '1' }] }],
      resources: [{ container: 'other', limits: { cpu: '1' } }],
      readinessProbes: [{ container: 'other' }],
      livenessProbes: [{ container: 'other', periodSeconds: 1 }],
    };
    expect(apply(controller, [override], field)).toBe(controller);
  });

  it.each([
    [
      'merge numbers and keep the rest',
      { periodSeconds: 7, timeoutSeconds: 2 },
      { ...httpProbe, periodSeconds: 7, timeoutSeconds: 2 },
    ],
    ['take 0 for nothing', { periodSeconds: 7, initialDelaySeconds: 0 }, { ...httpProbe, periodSeconds: 7 }],
    ['remove the probe when there is nothing', {}, undefined],
    ['remove the probe when there are zeros only', { periodSeconds: 0 }, undefined],
    [
      'take a grace period of 0 for what it is',
      { terminationGracePeriodSeconds: 0 },
      { ...httpProbe, terminationGracePeriodSeconds: 0 },
    ],
    [
      'leave what is no number of a probe',
      { periodSeconds: 7, exec: {} },
      { ...httpProbe, periodSeconds: 7 },
    ],
  ])('of probes %s', (_, numbers, expected) => {
    const override = { name: 'controller', readinessProbes: [{ container: 'controller', ...numbers }] };
    const changed = container(apply(controller, [override], field));
    expect([changed['readinessProbe'], changed['livenessProbe']]).toEqual([expected, httpProbe]);
  });

  it('of a liveness probe remove only that', () => {
    const override = { name: 'controller', livenessProbes: [{ container: 'controller' }] };
    const changed = container(apply(controller, [override], field));
    expect([changed['readinessProbe'], changed['livenessProbe']]).toEqual([httpProbe, undefined]);
  });

  it('of a probe that is not there give its numbers only', () => {
    const override = { name: 'd', livenessProbes: [{ container: 'c', failureThreshold: 3 }] };
    const changed = container(apply(deployment('d', { name: 'c' }), [override], field));
    expect(changed['livenessProbe']).toEqual({ failureThreshold: 3 });
  });

  it.each([
    ['nothing', [], undefined, 1, 20],
    ['HA', [], 10, 10, 29],
    ['an override', [{ name: 'activator', replicas: 4 }], undefined, 4, 23],
    ['both', [{ name: 'activator', replicas: 4 }], 10, 4, 23],
  ])('raise an autoscaler by %s', (_, overrides, replicas, least, most) => {
    const given = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'activator', {
      spec: { minReplicas: 1, maxReplicas: 20 },
    });
    expect(apply(given, overrides, field, replicas)['spec']).toEqual({
      minReplicas: least,
      maxReplicas: most,
    });
    expect(
      valueAt(apply(deployment('activator'), overrides, field, replicas), ['spec', 'replicas']),
    ).toBeUndefined();
  });

  it.each([
    ['mt-broker-ingress', 'broker-ingress-hpa'],
    ['mt-broker-filter', 'broker-filter-hpa'],
  ])('of %s reach the autoscaler %s', (name, autoscaler) => {
    const given = object('autoscaling/v2', 'HorizontalPodAutoscaler', autoscaler, {
      spec: { minReplicas: 1 },
    });
    expect(apply(given, [{ name, replicas: 3 }], field)['spec']).toEqual({ minReplicas: 3 });
  });

  it('reach a StatefulSet', () => {
    const resources = [{ container: 'dispatcher', limits: { cpu: '1' } }];
    const scaled = workload('StatefulSet', 'kafka-source-dispatcher', [{ name: 'dispatcher' }]);
    const changed = apply(scaled, [{ name: 'kafka-source-dispatcher', replicas: 3, resources }], field);
    expect(container(changed)['resources']).toEqual({ limits: { cpu: '1' } });
    expect(valueAt(changed, ['spec', 'replicas'])).toBeUndefined();
    const plain = workload('StatefulSet', 'request-reply', []);
    expect(valueAt(apply(plain, [{ name: 'request-reply', replicas: 3 }], field), ['spec', 'replicas'])).toBe(
      3,
    );
  });

  it('reach a Job by the beginning of its name', () => {
    const job = workload('Job', 'storage-version-migration-serving-serving-1.22.1', [], {
      metadata: { generateName: 'storage-version-migration-serving-' },
    });
    const override = {
      name: 'storage-version-migration-serving-',
      nodeSelector: { a: 'b' },
      tolerations: [{ key: 'k' }],
      replicas: 2,
    };
    const changed = apply(job, [override], field);
    expect(valueAt(changed, ['spec', 'template', 'spec'])).toEqual({
      containers: [],
      nodeSelector: { a: 'b' },
      tolerations: [{ key: 'k' }],
    });
    expect(valueAt(changed, ['spec', 'replicas'])).toBeUndefined();
    expect(apply(job, [{ ...override, name: 'storage-version-migration-serving' }], field)).toBe(job);
  });

  it('reach a container of any Deployment by its own name', () => {
    const given = deployment('net-istio-controller', { name: 'controller' });
    const resources = [{ container: 'controller', requests: { cpu: '1m' } }];
    const changed = apply(given, [{ name: 'net-istio-controller', resources }], field);
    expect(container(changed)['resources']).toEqual({ requests: { cpu: '1m' } });
  });

  it('cannot clear a list or map', () => {
    const given = object('apps/v1', 'Deployment', 'd', {
      spec: { template: { spec: { containers: [], nodeSelector: { a: 'b' }, tolerations: [{ key: 'k' }] } } },
    });
    expect(apply(given, [{ name: 'd', nodeSelector: {}, tolerations: [] }], field)).toBe(given);
  });
});

it('lets workloads have the last word', () => {
  const spec = {
    deployments: [{ name: 'd', replicas: 2, labels: { a: 'first', b: 'kept' } }],
    workloads: [{ name: 'd', replicas: 3, labels: { a: 'last' } }],
  };
  const changed = workloadOverrides(deployment('d'), contextFor(spec));
  expect(valueAt(changed, ['spec', 'replicas'])).toBe(3);
  expect(changed.metadata.labels).toEqual({ a: 'last', b: 'kept' });
});
