import { pino } from 'pino';
import {
  type DistributedScaledObjectStatus,
  type KubeObject,
  type NamespacedName,
  objectKey,
} from '../../api/index.ts';
import type { Member, MemberLookup, MemberRegistry } from '../../clusters/index.ts';
import { type EventDetails, type EventRecorder, Metrics, TokenBucket } from '../../controller/index.ts';
import type { KubeClient, Resource, WriteOptions } from '../../kube/index.ts';
import { FakeClock, MemoryApi, settle } from '../../../test/support/memory-hub.ts';
import { steadyTime } from '../plan/steady-time.ts';
import { WorkloadFromHub } from '../delivery-from-hub/workload-from-hub.ts';
import { HubRivals } from '../reconcile/hub-rivals.ts';
import { RecentNotices } from '../reconcile/recent-notices.ts';
import { recall, type ScalingMemory } from '../reconcile/scaling-memory.ts';
import type { ScalingServices } from '../reconcile/scaling-services.ts';
import { type Spread, spreadReplicas } from '../reconcile/spread-replicas.ts';
import { TargetClaims } from '../reconcile/target-claims.ts';
import { projectObject } from '../reconcile/total-on-hub.ts';
import { ScaleWriters } from '../workload/scale-writers.ts';
import { WorkloadObserver } from '../workload/workload-observer.ts';
import { FakeMember } from './fake-member.ts';
import { FixedEngine } from './fixed-engine.ts';

export const objectName: NamespacedName = { namespace: 'team', name: 'web' };

interface Seed {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly scaledObjectSpec?: Readonly<Record<string, unknown>>;
  readonly metadata?: Partial<KubeObject['metadata']>;
}

/** A hub in memory, members in memory, and one DistributedScaledObject that passes are made over. */
export class ScalingWorld {
  readonly clock = new FakeClock();
  readonly hub = new MemoryApi();
  readonly metrics = new Metrics();
  readonly engine = new FixedEngine();
  readonly stop = new AbortController();
  readonly events: EventDetails[] = [];
  readonly members: readonly FakeMember[];
  /** What the registry tells otherwise of members, by name. */
  readonly told = new Map<string, Partial<Member>>();
  readonly used: string[] = [];
  isSynced = true;
  /** What keeps the source that is waited for from telling. */
  hindrance: string | undefined;
  /** HorizontalPodAutoscalers of the hub. */
  autoscalers: readonly unknown[] = [];
  /** What happened between hub and members, in order. */
  readonly course: string[] = [];
  memory: ScalingMemory | undefined;

  constructor(names: readonly string[] = ['one', 'two', 'three']) {
    this.members = names.map((name) => new FakeMember(name));
    for (const member of this.members)
      member.onWrite = ({ replicas }) => void this.course.push(`${member.name} ${replicas}`);
  }

  member(name: string): FakeMember {
    const found = this.members.find((member) => member.name === name);
    if (found === undefined) throw new Error(`there is no member ${name}`);
    return found;
  }

  /** Puts the object on the hub. */
  seed({ spec = {}, scaledObjectSpec = {}, metadata = {} }: Seed = {}): KubeObject {
    return this.hub.seed({
      apiVersion: 'keda.kedify.io/v1alpha1',
      kind: 'DistributedScaledObject',
      metadata: {
        ...objectName,
        uid: 'uid-1',
        generation: 1,
        creationTimestamp: '2026-01-01T00:00:00Z',
        ...metadata,
      } as KubeObject['metadata'],
      spec: {
        totalTargetReplicas: 0,
        rebalancingPolicy: { gracePeriod: '10s', maxRebalancePercentage: 50 },
        ...spec,
        scaledObjectSpec: {
          scaleTargetRef: { name: 'web' },
          minReplicaCount: 1,
          maxReplicaCount: 100,
          triggers: [{ type: 'cron', metadata: {} }],
          ...scaledObjectSpec,
        },
      },
    });
  }

  get object(): KubeObject {
    const object = this.hub.peek(objectName);
    if (object === undefined) throw new Error('there is no object');
    return object;
  }

  get status(): Partial<DistributedScaledObjectStatus> {
    const { status } = this.object as { readonly status?: Partial<DistributedScaledObjectStatus> };
    return status ?? {};
  }

  get total(): unknown {
    return (this.object['spec'] as { readonly totalTargetReplicas?: number }).totalTargetReplicas;
  }

  /** `status reason` of a condition. */
  condition(type: string): string | undefined {
    const found = this.status.conditions?.find((condition) => condition.type === type);
    return found && `${found.status} ${found.reason}`;
  }

  /** What members have been asked for, in their order. */
  get split(): readonly (number | undefined)[] {
    return this.members.map((member) => member.replicas());
  }

  get reasons(): readonly string[] {
    return this.events.map(({ reason }) => reason);
  }

  /** As an autoscaler does. */
  async scale(total: number): Promise<void> {
    await this.#hubClient().patch(
      {} as Resource,
      objectName,
      'merge',
      { spec: { replicas: total } },
      { subresource: 'scale' },
    );
  }

  /** As `kubectl replace` does with a manifest that does not have the total. */
  replace(): void {
    const { metadata, spec } = this.object;
    const { annotations: _annotations, ...kept } = metadata;
    const fieldsV1 = { 'f:spec': { 'f:totalTargetReplicas': {} } };
    const managedFields = [{ manager: 'kubectl-replace', fieldsV1 }];
    this.hub.seed({
      ...this.object,
      metadata: { ...kept, managedFields },
      spec: { ...(spec as object), totalTargetReplicas: 0 },
    });
  }

  /** One look at what a watch shows; everything that it begins on members has been done when it resolves. */
  async pass(shown: KubeObject = this.object): Promise<Spread> {
    const object = projectObject(shown);
    this.claims.sees(objectKey(object.metadata), object);
    const memory = recall(object, this.memory);
    const context = { signal: this.stop.signal, log: pino({ level: 'silent' }) };
    const spread = await spreadReplicas(this.services, object, memory, context);
    this.memory = spread.memory;
    await settle();
    return spread;
  }

  /** As many looks as it takes to have answers of all members and everything written. */
  async calm(): Promise<void> {
    for (let look = 0; look < 5; look++) await this.pass();
  }

  /** Another process takes over. */
  restart(): void {
    this.memory = undefined;
  }

  readonly claims = new TargetClaims({
    members: this.#registry(),
    now: () => this.clock.now(),
    onChange: () => undefined,
  });

  readonly services: ScalingServices = {
    hub: this.#hubClient(),
    members: this.#registry(),
    engine: this.engine,
    events: { record: (details: EventDetails) => void this.events.push(details) } as unknown as EventRecorder,
    notices: new RecentNotices(),
    rivals: new HubRivals({ client: this.#hubClient(), clock: this.clock, onChange: () => undefined }),
    fromHub: new WorkloadFromHub({
      hub: this.#hubClient(),
      hubUid: 'hub',
      members: this.#registry(),
      events: { record: (details: EventDetails) => void this.events.push(details) },
      metrics: this.metrics,
      clock: this.clock,
      owned: () => this.stop.signal,
      onChange: () => undefined,
    }),
    metrics: this.metrics,
    clock: this.clock,
    now: steadyTime(this.clock),
    fieldManager: 'wheelwright/hub',
    claims: this.claims,
    moves: new TokenBucket({ perSecond: 50, burst: 50 }, this.clock),
    workloads: new WorkloadObserver({
      clock: this.clock,
      onChange: () => undefined,
      onFailure: () => undefined,
    }),
    writers: new ScaleWriters({
      fieldManager: 'wheelwright/hub',
      clock: this.clock,
      owned: () => this.stop.signal,
      onWritten: () => undefined,
      onFailed: () => undefined,
      onAllowed: () => undefined,
    }),
  };

  #registry(): MemberRegistry {
    const all = (): readonly Member[] =>
      this.members.map((member) => member.member(this.told.get(member.name))).filter(({ id }) => id !== '');
    const isSynced = (): boolean => this.isSynced;
    const hindrance = (): string | undefined => this.hindrance;
    return {
      get isSynced() {
        return isSynced();
      },
      get awaited() {
        return isSynced() ? [] : [{ provider: 'kubeconfig', why: hindrance() } as const];
      },
      get members() {
        return all();
      },
      find: (reference): MemberLookup => {
        const found = all().filter(
          ({ alias, id, local }) => alias === reference || id === reference || local === reference,
        );
        const [member] = found;
        if (found.length > 1) return { found: 'several', ids: found.map(({ id }) => id) };
        return member === undefined ? { found: 'nothing', alike: ['one'] } : { found: 'member', member };
      },
      use: (_user, references) => void this.used.push(references.join(' ')),
      subscribe: () => () => undefined,
      failed: () => undefined,
    };
  }

  /** MemoryApi knows no `/scale`. */
  #hubClient(): KubeClient {
    const hub = this.hub;
    const course = this.course;
    const client = Object.create(hub) as KubeClient;
    client.get = (resource, name) => hub.get(resource, name);
    client.list = async () => ({ items: this.autoscalers, resourceVersion: '1' }) as never;
    client.patch = async <T extends KubeObject>(
      resource: Resource,
      name: NamespacedName,
      type: 'merge' | 'json' | 'strategic',
      body: unknown,
      options: WriteOptions = {},
    ): Promise<T> => {
      course.push(`hub ${options.subresource ?? 'object'}`);
      if (options.subresource !== 'scale') return hub.patch(resource, name, type, body, options);
      const { spec, metadata } = body as {
        readonly spec: { readonly replicas: number };
        readonly metadata?: Partial<KubeObject['metadata']>;
      };
      const fieldsV1 = { 'f:spec': { 'f:totalTargetReplicas': {} } };
      // A Scale of 0 has no replicas to own.
      const managedFields =
        spec.replicas === 0 ? [] : [{ manager: 'scaler', subresource: 'scale', fieldsV1 }];
      return hub.patch(resource, name, 'merge', {
        metadata: { ...metadata, managedFields },
        spec: { totalTargetReplicas: spec.replicas },
      });
    };
    return client;
  }
}
