import type { KubeObject } from '../../../api/index.ts';
import { ago, clusterProfile, event, installation, notReady } from '../../testing/objects.ts';
import { handedOverObject, kedifyConfiguration, reached } from '../../testing/scaling-objects.ts';

export const unreachable = installation('knative-serving/ap-1', {
  on: 'fleet/ap-1',
  version: '1.21.2',
  conditions: notReady('TargetClusterResolved', {
    reason: 'ClusterUnreachable',
    message: 'connect ETIMEDOUT 10.4.0.1:6443. WW2007',
  }),
});

export const reachable = installation('knative-serving/ap-1', { on: 'fleet/ap-1', version: '1.21.2' });

/** us-2 was lost ten minutes ago, and eu-1 has taken over. */
export const checkout = handedOverObject({
  type: 'Ready',
  status: 'True',
  reason: 'MembersDegraded',
  message: 'us-2 is out of reach.',
  lastTransitionTime: ago(600),
});

/** On the hub itself, with one object as it was applied, and one that is lost. */
const local = installation('knative-eventing/local', { kind: 'KnativeEventing', version: '1.22.0' });

export const localObjects: readonly KubeObject[] = [
  local,
  configMap('config-features'),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'knative-eventing', name: 'knativeeventing-local-inventory' },
    data: {
      inventory: [
        'v1 ConfigMap knative-eventing/config-features 000000000000 none',
        'v1 ConfigMap knative-eventing/config-lost 000000000000 none',
        'example.com/v1 Odd /odd 000000000000 -',
      ].join('\n'),
    },
  },
];

export const lostObject = configMap('config-lost');

function configMap(name: string): KubeObject {
  const labels = { 'app.kubernetes.io/name': 'knative-eventing' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'knative-eventing', name, labels } };
}

/** As long as a name may be, and longer than a line. */
export const hostileName = `<img src=x onerror="window.broken=true">${'x'.repeat(200)}`;

/** A cluster that is well, one out of reach, one member lost, and a name that would like to be markup. */
export const shownFleet: readonly KubeObject[] = [
  clusterProfile('fleet/eu-1', { kubernetes: 'v1.36.3' }),
  clusterProfile('fleet/ap-1', { kubernetes: 'v1.35.1' }),
  installation('knative-serving/eu-1', { on: 'fleet/eu-1', version: '1.22.1', nextVersion: '1.22.2' }),
  installation('knative-eventing/eu-1', { kind: 'KnativeEventing', on: 'fleet/eu-1', version: '1.22.0' }),
  unreachable,
  event(unreachable, {
    reason: 'ClusterUnreachable',
    note: 'ap-1 is out of reach',
    seconds: 240,
    type: 'Warning',
  }),
  kedifyConfiguration({
    'eu-1': reached('eu-1'),
    'us-2': reached('us-2', { state: 'NotReady', info: 'connect ETIMEDOUT 10.4.0.1:6443.' }),
    [hostileName]: reached(hostileName, { info: '<script>window.broken = true</script>' }),
  }),
  checkout,
  event(checkout, { reason: 'MemberExcluded', note: 'us-2 is out of reach', seconds: 540, type: 'Warning' }),
];
