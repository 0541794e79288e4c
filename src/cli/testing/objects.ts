import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Condition, KubeObject } from '../../api/index.ts';

/** When everything in these tests happens: where a ManualClock begins, 2023-11-14T22:13:20Z. */
export const now = new ManualClock().now();

/** RFC 3339, so many seconds before `now`. */
export function ago(seconds: number): string {
  return `${new Date(now - seconds * 1000).toISOString().slice(0, 19)}Z`;
}

export interface ProfileOptions {
  readonly healthy?: Partial<Condition>;
  readonly providers?: readonly object[];
  readonly kubernetes?: string;
  readonly deleting?: boolean;
}

export function clusterProfile(name: string, options: ProfileOptions = {}): KubeObject {
  const { healthy, kubernetes, deleting = false } = options;
  const [namespace = '', short = ''] = name.split('/');
  const condition = {
    type: 'ControlPlaneHealthy',
    status: 'True',
    reason: 'Probed',
    lastTransitionTime: ago(86_400),
    ...healthy,
  };
  const { providers = [accessProvider(short)] } = options;
  return {
    apiVersion: 'multicluster.x-k8s.io/v1alpha1',
    kind: 'ClusterProfile',
    metadata: {
      namespace,
      name: short,
      uid: `uid-${name}`,
      ...(deleting ? { deletionTimestamp: ago(30) } : {}),
    },
    spec: { clusterManager: { name: 'ocm' } },
    status: {
      conditions: [condition],
      accessProviders: providers,
      ...(kubernetes === undefined ? {} : { version: { kubernetes } }),
    },
  };
}

export function accessProvider(
  name: string,
  server = `https://${name}.example.com:6443`,
  more: object = {},
): object {
  return {
    name: 'secretreader',
    cluster: {
      server,
      ...more,
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { clusterName: name } }],
    },
  };
}

export interface InstallationOptions {
  readonly kind?: 'KnativeServing' | 'KnativeEventing';
  /** `namespace/name` of the ClusterProfile; absent: the hub. */
  readonly on?: string;
  readonly wanted?: string;
  readonly version?: string;
  readonly nextVersion?: string;
  readonly conditions?: readonly Condition[];
  readonly deleting?: boolean;
  readonly observedGeneration?: number;
}

export function installation(name: string, options: InstallationOptions = {}): KubeObject {
  const {
    kind = 'KnativeServing',
    on,
    wanted,
    version,
    nextVersion,
    conditions = ready,
    deleting = false,
  } = options;
  const [namespace = '', short = ''] = name.split('/');
  const [profileNamespace = '', profile = ''] = (on ?? '').split('/');
  return {
    apiVersion: 'operator.knative.dev/v1beta1',
    kind,
    metadata: {
      namespace,
      name: short,
      uid: `uid-${name}`,
      generation: 1,
      creationTimestamp: ago(7_200),
      ...(deleting ? { deletionTimestamp: ago(720) } : {}),
    },
    spec: {
      ...(wanted === undefined ? {} : { version: wanted }),
      ...(on === undefined ? {} : { clusterProfileRef: { namespace: profileNamespace, name: profile } }),
    },
    status: {
      observedGeneration: options.observedGeneration ?? 1,
      conditions,
      target: { namespace },
      ...(version === undefined ? {} : { version }),
      ...(nextVersion === undefined ? {} : { nextVersion }),
    },
  };
}

export const ready: readonly Condition[] = [
  { type: 'DeploymentsAvailable', status: 'True', lastTransitionTime: ago(3_600) },
  { type: 'InstallSucceeded', status: 'True', lastTransitionTime: ago(3_600) },
  { type: 'Ready', status: 'True', lastTransitionTime: ago(3_600) },
];

export function notReady(
  type: string,
  {
    reason,
    message,
    seconds = 250,
  }: { readonly reason: string; readonly message: string; readonly seconds?: number },
): readonly Condition[] {
  const finding = { status: 'False', reason, message, lastTransitionTime: ago(seconds) } as const;
  return [
    { type, ...finding },
    { type: 'Ready', ...finding },
  ];
}

export function lease(
  kind: 'serving' | 'eventing',
  { holder = 'wheelwright-1_a', seconds = 3 } = {},
): KubeObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      namespace: 'wheelwright',
      name: `knative-operator.knative.dev.operator.pkg.reconciler.knative${kind}.reconciler.00-of-01`,
    },
    spec: { holderIdentity: holder, renewTime: ago(seconds), leaseDurationSeconds: 15 },
  };
}

export function operatorDeployment(version: string): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      namespace: 'wheelwright',
      name: 'wheelwright',
      labels: { 'app.kubernetes.io/name': 'wheelwright', 'app.kubernetes.io/version': version },
    },
    spec: {
      replicas: 2,
      template: { spec: { containers: [{ image: `wheelwright@sha256:${'a'.repeat(64)}` }] } },
    },
    status: { availableReplicas: 2 },
  };
}

export function event(
  regarding: KubeObject,
  {
    reason,
    note,
    seconds,
    type = 'Normal',
  }: { readonly reason: string; readonly note: string; readonly seconds: number; readonly type?: string },
): KubeObject {
  const { namespace = '', name, uid } = regarding.metadata;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: `${name}.${reason}` },
    eventTime: ago(seconds).replace('Z', '.000000Z'),
    regarding: { kind: regarding.kind, namespace, name, uid },
    type,
    reason,
    note,
  };
}

export function secret(name: string, token: string): KubeObject {
  const [namespace = '', short = ''] = name.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: short },
    data: { token: Buffer.from(token).toString('base64') },
  };
}
