import type { KubeObject } from '../../api/index.ts';
import type { Clock } from '../../kube/index.ts';
import { anchorName, type DeliveryOwner } from '../anchor.ts';
import { Delivery } from '../delivery.ts';
import type { DeliverySet } from '../delivery-set.ts';
import { ObjectWatches } from '../object-watches.ts';
import { removeDelivery, type RemoveDeliveryOptions } from '../remove-delivery.ts';
import { SpokeApi } from './spoke-api.ts';

export const fieldManager = 'wheelwright';
export const label = { 'app.kubernetes.io/name': 'knative-serving' };
export const selector = 'app.kubernetes.io/name=knative-serving';
export const namespace = 'knative-serving';

export const owner: DeliveryOwner = {
  apiVersion: 'operator.knative.dev/v1beta1',
  kind: 'KnativeServing',
  namespace,
  name: 'knative',
  uid: 'owner-uid',
  hubUid: 'hub-1',
  soleOfItsKind: true,
};

export const anchorOf = (of: DeliveryOwner = owner, where = namespace): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: anchorName(of), namespace: where },
});

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  { where, ...content }: { readonly where?: string | undefined; readonly [field: string]: unknown } = {},
): KubeObject {
  const metadata = { name, ...(where === undefined ? {} : { namespace: where }), labels: label };
  return { apiVersion, kind, metadata, ...content };
}

export const configMap = (
  name: string,
  where = namespace,
  data: Readonly<Record<string, string>> = { a: 'b' },
): KubeObject => object('v1', 'ConfigMap', name, { where, data });

export const clusterRole = (name: string): KubeObject =>
  object('rbac.authorization.k8s.io/v1', 'ClusterRole', name, { rules: [] });

/** Not rolled out before somebody says so. */
export const deployment = (name: string, where = namespace): KubeObject =>
  object('apps/v1', 'Deployment', name, { where, spec: { replicas: 1 } });

export const rolledOut = {
  status: {
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    availableReplicas: 1,
    conditions: [{ type: 'Available', status: 'True' }],
  },
};

export const namespaceObject = (name: string, metadata: object = { labels: label }): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, ...metadata },
});

export function setOf(objects: readonly KubeObject[], changes: Partial<DeliverySet> = {}): DeliverySet {
  return {
    namespace: { object: namespaceObject(namespace) },
    objects,
    hash: objects.map(({ metadata }) => metadata.name).join(),
    selector,
    ...changes,
  };
}

/** One on which waits are over at once. */
export function patientClock(): Clock & { pass(ms: number): void } {
  let elapsedMs = 0;
  return {
    now: () => Date.parse('2026-01-01T00:00:00Z') + elapsedMs,
    monotonic: () => elapsedMs,
    sleep: async (ms) => {
      elapsedMs += ms;
    },
    pass: (ms) => {
      elapsedMs += ms;
    },
  };
}

/** Deadlines on it never come. */
const still: Clock = { now: () => 0, monotonic: () => 0, sleep: () => new Promise(() => undefined) };

/** A spoke, and a delivery on one connection to it; what is under way ends with the scene. */
export class Scene implements Disposable {
  readonly spoke = new SpokeApi();
  readonly clock = patientClock();
  readonly signal: AbortSignal;
  /** How often a delivery asked to be called again. */
  changes = 0;
  readonly #stop = new AbortController();

  constructor() {
    this.signal = this.#stop.signal;
  }

  /** As a process that has just started. */
  delivery(of: DeliveryOwner = owner): Delivery {
    const cluster = this.spoke.connection(this.signal);
    return new Delivery({
      owner: of,
      cluster,
      watches: new ObjectWatches({ cluster, fieldManager, clock: still }),
      fieldManager,
      clock: this.clock,
      onChange: () => {
        this.changes++;
      },
    });
  }

  /** Delivers as a process that has just started, until its watches have heard of it. */
  async deliver(set: DeliverySet): Promise<void> {
    await this.delivery().deliver(set, this.signal);
    await settle();
  }

  async remove(changes: Partial<RemoveDeliveryOptions> = {}): Promise<readonly string[]> {
    const removed = await removeDelivery({
      owner,
      cluster: this.spoke.connection(this.signal),
      namespace,
      selector,
      everDelivered: true,
      fieldManager,
      clock: this.clock,
      signal: this.signal,
      ...changes,
    });
    return removed.map(({ kind, name }) => `${kind} ${name}`);
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new Error('the scene is over'));
  }
}

/** Lets every promise that can go on without time go on, those of watches too. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
