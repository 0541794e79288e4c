import type { KubeObject } from '../../../src/api/index.ts';

/** Where the spread workload lives, on the hub as on the members. */
export const spreadNamespace = 'spread';

/** The workload on the members, and the object on the hub that spreads it. */
export const workload = { namespace: spreadNamespace, name: 'nginx' };

/** What the trigger reads. */
export const metric = { namespace: spreadNamespace, name: 'mock-metric', key: 'metric-value', perReplica: 5 };

export const graceSeconds = 5;

/** As everybody has it on members: with one replica. */
export function deployment(): KubeObject {
  const labels = { app: workload.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...workload, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] },
      },
    },
  };
}

export function metricOf(value: number): KubeObject {
  const { namespace, name, key } = metric;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name },
    data: { [key]: String(value) },
  };
}

/** From 1 to 10 replicas over all members, by the value of the ConfigMap. */
export function spreadObject(): KubeObject {
  return {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: workload,
    spec: {
      rebalancingPolicy: { gracePeriod: `${graceSeconds}s` },
      scaledObjectSpec: {
        scaleTargetRef: { kind: 'Deployment', name: workload.name },
        pollingInterval: 5,
        minReplicaCount: 1,
        maxReplicaCount: 10,
        triggers: [
          {
            type: 'kubernetes-resource',
            metadata: {
              resourceKind: 'ConfigMap',
              resourceName: metric.name,
              key: metric.key,
              targetValue: String(metric.perReplica),
            },
          },
        ],
      },
    },
  };
}
