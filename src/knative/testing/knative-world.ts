import { pino } from 'pino';
import type { Condition, KubeObject, NamespacedName } from '../../api/index.ts';
import type { Cluster, TargetResolution } from '../../clusters/index.ts';
import { type EventDetails, Metrics } from '../../controller/index.ts';
import type { Deliverer, DeliveryReport, DeliverySet } from '../../delivery/index.ts';
import { type KubeClient, NotFoundError, type Resource } from '../../kube/index.ts';
import { FakeClock, MemoryApi } from '../../../test/support/memory-hub.ts';
import { type Installation, type KnativeComponent, serving } from '../component.ts';
import { beginStatus } from '../installation-status.ts';
import type { KnativeServices, Pass } from '../pass.ts';
import { type Reconciled, reconcileInstallation } from '../reconcile-installation.ts';
import type { RenderedSet } from '../renderer.ts';

export const objectName: NamespacedName = { namespace: 'team', name: 'knative' };
export const profileRef = { name: 'spoke', namespace: 'fleet' } as const;

/** A set that nobody looks into here. */
export const emptySet: DeliverySet = {
  namespace: { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } } },
  objects: [],
  hash: 'hash',
  selector: 'app.kubernetes.io/name=knative-serving',
};

/** What a delivery reports that put everything there; `changes` is what was otherwise. */
export function reportWith(changes: Partial<DeliveryReport> = {}): DeliveryReport {
  return {
    total: 3,
    applied: 0,
    drifted: [],
    contested: [],
    unmended: [],
    unwatched: [],
    refused: [],
    pruned: [],
    waiting: [],
    gated: false,
    left: [],
    workloads: 1,
    complete: (changes.waiting ?? []).length === 0 && (changes.refused ?? []).length === 0,
    ...changes,
  };
}

/** What a delivery waits for: one Deployment for each rollout. */
export function waitingOn(
  rollouts: Readonly<Record<string, DeliveryReport['waiting'][number]['rollout']>>,
): DeliveryReport['waiting'] {
  return Object.entries(rollouts).map(([name, rollout]) => ({
    identity: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team', name },
    rollout,
  }));
}

interface Seed {
  readonly metadata?: Omit<Partial<KubeObject['metadata']>, 'namespace'>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

type Removal = Parameters<Deliverer['remove']>[0];
type DeliverOptions = Parameters<ReturnType<Deliverer['for']>['deliver']>[2];
type Answer<T> = T | Error;

/**
 * Everything around a pass: a hub in memory, and answers of the rooms below that a test sets. An Error among them is
 * thrown.
 */
export class KnativeWorld {
  readonly clock = new FakeClock();
  readonly hub = new MemoryApi();
  readonly metrics = new Metrics();
  readonly events: EventDetails[] = [];
  readonly stop = new AbortController();
  /** Ends the connection to the spoke. */
  readonly lost = new AbortController();
  readonly spoke: Cluster = this.#cluster('clusterprofile#fleet/spoke', 'fleet/spoke', this.lost.signal);
  readonly hubCluster: Cluster = this.#cluster('hub', 'hub', this.stop.signal, this.hub.client);
  releases: Answer<readonly string[]> = ['1.15.2', '1.14.6'];
  /** What a release page adds to what is known of them. */
  published: { readonly lookAgainMs?: number } = {};
  target: Answer<TargetResolution> = { resolved: true, cluster: this.spoke, provider: 'test' };
  rendered: Answer<RenderedSet> = {
    set: emptySet,
    paths: ['/var/run/ko/knative-serving/1.15.2'],
    findings: [],
  };
  anchorUid: string | undefined = 'anchor-1';
  report: Answer<DeliveryReport> = reportWith();
  removal: Answer<readonly []> = [];
  readonly removals: Partial<Removal>[] = [];
  release: Answer<undefined>;
  readonly released: Partial<Removal>[] = [];
  readonly deliveries: string[] = [];
  /** Of the last delivery. */
  deliverOptions: DeliverOptions | undefined;
  peers: readonly KubeObject[] = [];
  /** Runs when a delivery begins. */
  onDeliver: () => void = () => undefined;

  /** Puts a KnativeServing on the hub. */
  seed({ metadata, ...others }: Seed = {}): KubeObject {
    return this.hub.seed({
      apiVersion: 'operator.knative.dev/v1beta1',
      kind: 'KnativeServing',
      spec: { version: '1.15', clusterProfileRef: profileRef },
      ...others,
      metadata: {
        ...objectName,
        uid: 'uid-1',
        generation: 1,
        creationTimestamp: '2026-01-01T00:00:00Z',
        ...metadata,
      } as KubeObject['metadata'],
    });
  }

  /** The object as it is on the hub now. */
  get object(): KubeObject {
    const object = this.hub.peek(objectName);
    if (object === undefined) throw new Error('there is no object');
    return object;
  }

  get status(): NonNullable<Installation['status']> {
    return this.object['status'] ?? {};
  }

  /** `type: status reason`, of every condition. */
  get conditions(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      (this.status.conditions ?? []).map(({ type, status, reason }) => [
        type,
        reason === undefined ? status : `${status} ${reason}`,
      ]),
    );
  }

  conditionOf(type: string): Condition | undefined {
    return this.status.conditions?.find((condition) => condition.type === type) as Condition | undefined;
  }

  get told(): readonly string[] {
    return this.events.map(({ reason }) => reason);
  }

  reconcile(object: KubeObject = this.object, failures = 0): Promise<Reconciled> {
    return reconcileInstallation(serving, this.services, object, {
      signal: this.stop.signal,
      log: pino({ level: 'silent' }),
      clock: this.clock,
      reconcileId: 'test',
      failures,
    });
  }

  /** A pass as a stage gets it. */
  pass(given: Partial<Pass> = {}, component: KnativeComponent = serving): Pass {
    const object = given.object ?? this.object;
    const installation = given.installation ?? { spec: {}, ...object };
    return {
      component,
      services: this.services,
      object,
      installation,
      status: beginStatus(installation.status, this.clock.now()),
      shown: [],
      signal: this.stop.signal,
      log: pino({ level: 'silent' }),
      failures: 0,
      ...given,
    };
  }

  #lastReport: DeliveryReport | undefined;

  readonly services = {
    hub: this.hubCluster,
    hubUid: 'hub-uid',
    clusters: { resolve: () => given(this.target), release: () => undefined },
    deliverer: {
      for: ({ uid }: { readonly uid: string }) => this.#delivery(uid),
      remove: async (what: Partial<Removal>) => {
        this.removals.push(what);
        return given(this.removal);
      },
      release: async (what: Partial<Removal>) => {
        this.released.push(what);
        await given(this.release);
      },
      forget: () => undefined,
    },
    manifests: {
      versions: () => given(this.releases),
      releasesFor: async () => ({ releases: await given(this.releases), ...this.published }),
    },
    renderer: { render: () => given(this.rendered) },
    events: { record: (details: EventDetails) => void this.events.push(details) },
    metrics: this.metrics,
    clock: this.clock,
    pollIntervalMs: 10_000,
    spokeNamespace: 'same',
    peers: () => this.peers,
    enqueue: () => undefined,
  } as unknown as KnativeServices;

  #delivery(uid: string) {
    const anchorUid = (): string | undefined => this.anchorUid;
    const lastReport = (): DeliveryReport | undefined => this.#lastReport;
    return {
      get lastReport() {
        return lastReport();
      },
      get anchorUid() {
        return anchorUid();
      },
      deliver: async (_set: DeliverySet, _signal: AbortSignal, options: DeliverOptions) => {
        this.deliveries.push(uid);
        this.deliverOptions = options;
        this.onDeliver();
        this.#lastReport = await given(this.report);
        return this.#lastReport;
      },
    };
  }

  #cluster(id: string, name: string, signal: AbortSignal, client?: KubeClient): Cluster {
    const nothing = async (resource: Resource): Promise<never> => {
      const context = { cluster: name, verb: 'get', resource: resource.plural };
      throw new NotFoundError(context, { message: 'not found', httpStatus: 404 });
    };
    const stub = { cluster: name, get: nothing } as unknown as KubeClient;
    const discovery = { invalidateDiscovery: () => undefined };
    return {
      id,
      name,
      generation: 1,
      client: Object.assign(client ?? stub, discovery),
      serverVersion: 'v1.36.0',
      signal,
    };
  }
}

async function given<T>(answer: Answer<T>): Promise<T> {
  if (answer instanceof Error) throw answer;
  return answer;
}
