import { describe, expect, it } from 'vitest';
import type { CommonSpec } from '../../api/index.ts';
import { ignoredFields } from './ignored-fields.ts';
import { configMap, deployment, object, workload } from './objects.fixture.ts';
import { unmatched } from './unmatched.ts';

const objects = [
  configMap('config-network'),
  configMap('kourier-bootstrap'),
  deployment('controller', { name: 'controller', env: [{ name: 'RA_IMAGE' }] }),
  workload('Job', 'j-serving-1', [{ name: 'migrate' }], { metadata: { generateName: 'j-' } }),
  workload('Job', 'kafka-controller-post-install', [{ name: 'migrate' }]),
  workload('DaemonSet', 'agent', [{ name: 'agent' }]),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'broker-ingress-hpa'),
  object('v1', 'Service', 'webhook'),
  object('policy/v1', 'PodDisruptionBudget', 'webhook-pdb'),
  object('caching.internal.knative.dev/v1alpha1', 'Image', 'queue-proxy'),
];

describe('what a spec names', () => {
  it('is found where it exists', () => {
    const spec: CommonSpec = {
      config: { network: {}, 'config-network': {}, 'kourier-bootstrap': {} },
      workloads: [
        {
          name: 'controller',
          env: [{ container: 'controller' }],
          livenessProbes: [{ container: 'controller' }],
        },
        { name: 'j-' },
        { name: 'mt-broker-ingress', replicas: 2 },
      ],
      services: [{ name: 'webhook' }],
      podDisruptionBudgets: [{ name: 'webhook-pdb' }],
      resources: [{ container: 'controller' }],
      registry: {
        override: {
          controller: 'a',
          'controller/controller': 'a',
          'j-/migrate': 'a',
          RA_IMAGE: 'a',
          'queue-proxy': 'a',
        },
      },
    };
    expect(unmatched(spec, objects)).toEqual([]);
  });

  it.each<[string, CommonSpec, string, string]>([
    [
      'a ConfigMap',
      { config: { netwrok: {} } },
      'spec.config.netwrok',
      "'netwrok' is no ConfigMap of this installation, which has kourier-bootstrap, network",
    ],
    [
      'a workload',
      { workloads: [{ name: 'controler' }] },
      'spec.workloads[0].name',
      "'controler' is no workload of this installation, which has controller, j-",
    ],
    [
      'a Job that overrides do not reach',
      { workloads: [{ name: 'kafka-controller-post-install', replicas: 2 }] },
      'spec.workloads[0].name',
      "'kafka-controller-post-install' is a Job that cannot be overridden; this installation has controller, j-",
    ],
    [
      'a DaemonSet',
      { deployments: [{ name: 'agent' }] },
      'spec.deployments[0].name',
      "'agent' is a DaemonSet that cannot be overridden",
    ],
    [
      'nothing',
      { workloads: [{ name: '' }] },
      'spec.workloads[0].name',
      "'' is no workload of this installation, which has controller, j-",
    ],
    [
      'a Job by its whole name',
      { workloads: [{ name: 'j-serving-1' }] },
      'spec.workloads[0].name',
      "'j-serving-1' is no workload",
    ],
    [
      'an autoscaler, for more than replicas',
      { workloads: [{ name: 'mt-broker-ingress' }] },
      'spec.workloads[0].name',
      "'mt-broker-ingress' is no workload",
    ],
    [
      'a container of a workload',
      { deployments: [{ name: 'controller', resources: [{ container: 'x' }] }] },
      'spec.deployments[0].resources[0].container',
      "'x' is no container there; there is controller",
    ],
    [
      'a Service',
      { services: [{ name: 'webhok' }] },
      'spec.services[0].name',
      "'webhok' is no Service of this installation, which has webhook",
    ],
    [
      'a budget',
      { podDisruptionBudgets: [{ name: 'x' }] },
      'spec.podDisruptionBudgets[0].name',
      "'x' is no PodDisruptionBudget",
    ],
    [
      'a container of any Deployment',
      { resources: [{ container: 'migrate' }] },
      'spec.resources[0].container',
      "'migrate' is no container there",
    ],
    [
      'an image',
      { registry: { override: { x: 'y' } } },
      'spec.registry.override.x',
      "'x' is no container, workload/container, environment variable or Image",
    ],
  ])('is told where it does not exist: %s', (_, spec, field, message) => {
    expect(unmatched(spec, objects)).toEqual([
      {
        reason: expect.stringMatching(/^(ConfigUnknown|OverrideUnmatched)$/),
        field,
        message: expect.stringContaining(message),
      },
    ]);
  });
});

describe('fields that nobody acts on', () => {
  it('are told', () => {
    const claims = [{ name: 'gpu' }];
    const spec: CommonSpec = {
      workloads: [{ name: 'a', version: '1', volumeMounts: [], resources: [{ container: 'c', claims }] }],
      deployments: [{ name: 'a', version: '1' }],
      resources: [{ container: 'c', claims }],
      podDisruptionBudgets: [{ name: 'p', selector: {}, unhealthyPodEvictionPolicy: 'AlwaysAllow' }],
    };
    expect(ignoredFields(spec).map(({ field }) => field)).toEqual([
      'spec.deployments[0].version',
      'spec.workloads[0].version',
      'spec.workloads[0].volumeMounts',
      'spec.workloads[0].resources[0].claims',
      'spec.resources[0].claims',
      'spec.podDisruptionBudgets[0].selector',
      'spec.podDisruptionBudgets[0].unhealthyPodEvictionPolicy',
    ]);
  });

  it('are not those that are acted on', () => {
    const spec: CommonSpec = {
      workloads: [{ name: 'a', replicas: 1 }],
      podDisruptionBudgets: [{ name: 'p', minAvailable: 1 }],
    };
    expect(ignoredFields(spec)).toEqual([]);
  });
});
