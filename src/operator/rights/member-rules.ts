import { deliver, type ExplainedRule, read } from './rule.ts';

/** All that whoever spreads workloads does on a member: the ClusterRole of Kedify's agent, and nothing beyond it. */
export const memberRules: readonly ExplainedRule[] = [
  {
    group: '*',
    resources: ['*/scale'],
    verbs: [...read, 'update', 'patch'],
    why: 'Numbers of replicas are read and written through the scale subresource, whatever the kind of the workload.',
  },
  {
    group: 'apps',
    resources: ['deployments'],
    verbs: [...read, 'update', 'patch'],
    why: 'Deployments are watched, so that one request tells of all of a namespace.',
  },
  {
    group: '',
    resources: ['pods'],
    verbs: read,
    why: 'Pods tell how many replicas of what is no Deployment are ready.',
  },
  {
    group: 'batch',
    resources: ['jobs'],
    verbs: [...read, 'create', 'update', 'patch', 'delete'],
    why: 'DistributedScaledJobs create their Jobs there.',
  },
];

/** And to deliver workloads of these kinds from the hub to a member, in the namespace of the workload. */
export function workloadDeliveryRules(kinds: readonly string[]): readonly ExplainedRule[] {
  const workloads = [
    { kind: 'Deployment', resource: 'deployments' },
    { kind: 'StatefulSet', resource: 'statefulsets' },
  ]
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ resource }) => resource);
  const delivered: ExplainedRule = {
    group: 'apps',
    resources: workloads,
    verbs: deliver,
    why: 'The workload itself.',
  };
  return [
    {
      group: '',
      resources: ['configmaps', 'secrets', 'serviceaccounts'],
      verbs: deliver,
      why: 'What its pods mount, read and run as, and the ConfigMap that lists all of it.',
    },
    ...(workloads.length === 0 ? [] : [delivered]),
    {
      group: '',
      resources: ['namespaces'],
      verbs: ['get'],
      why: 'Nothing is delivered into a namespace that is not there, or on its way out.',
    },
  ];
}
