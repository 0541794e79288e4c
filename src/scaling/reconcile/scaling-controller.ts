import { type KubeObject, objectKey } from '../../api/index.ts';
import {
  Controller,
  type ControllerOptions,
  done,
  type Outcome,
  priorities,
  type ReconcileContext,
  TokenBucket,
  WrittenObjects,
} from '../../controller/index.ts';
import { Reflector, resources, type StoreChange } from '../../kube/index.ts';
import type { EngineHooks, ScalingEngine } from '../engine/scaling-engine.ts';
import { planStateAnnotation } from '../plan/plan-state-text.ts';
import { steadyTime } from '../plan/steady-time.ts';
import { ScaleWriters } from '../workload/scale-writers.ts';
import { WorkloadObserver } from '../workload/workload-observer.ts';
import { WorkloadFromHub } from '../delivery-from-hub/workload-from-hub.ts';
import { HubRivals } from './hub-rivals.ts';
import { MemberNews } from './member-news.ts';
import type { Notice } from './notices.ts';
import { originalsAnnotation } from './original-replicas.ts';
import { RecentNotices } from './recent-notices.ts';
import { recall, type ScalingMemory } from './scaling-memory.ts';
import { tell } from './scaling-pass.ts';
import type { ScalingServices } from './scaling-services.ts';
import { spreadReplicas } from './spread-replicas.ts';
import { TargetClaims } from './target-claims.ts';
import { projectObject } from './total-on-hub.ts';

export interface ScalingControllerOptions extends Pick<
  ControllerOptions,
  'workers' | 'ownership' | 'log' | 'metrics' | 'tracing' | 'clock'
> {
  readonly services: Pick<ScalingServices, 'hub' | 'members' | 'events'>;
  /** uid of the hub's kube-system namespace. */
  readonly hubUid: string;
  readonly createEngine: (hooks: EngineHooks) => ScalingEngine;
}

type Metadata = KubeObject['metadata'];

const kind = 'DistributedScaledObject';
/** A pass waits for the hub only. */
const passDeadlineMs = 60_000;
/** Of outages and returns, over all objects. */
const moves = { perSecond: 50, burst: 50 };

/** Watches the DistributedScaledObjects of the hub, their members and their workloads, and spreads what they ask for. */
export class ScalingController {
  readonly #services: ScalingServices;
  readonly #objects: Reflector<KubeObject>;
  readonly #controller: Controller;
  readonly #memories = new Map<string, ScalingMemory>();
  readonly #written = new WrittenObjects();
  readonly #news: MemberNews;
  readonly #ownership: ControllerOptions['ownership'];
  /** What ends the passes under way beside their deadlines, by key. */
  readonly #passes = new Map<string, AbortController>();

  constructor({ services, hubUid, createEngine, ...options }: ScalingControllerOptions) {
    const { clock, log, metrics, ownership } = options;
    const { members } = services;
    this.#ownership = ownership;
    this.#news = new MemberNews(clock);
    const enqueue = (key: string): void => this.#controller.enqueue(key);
    const gather = (key: string): void => this.#controller.enqueue(key, { afterMs: this.#news.waitMs(key) });
    const fieldManager = `wheelwright/${hubUid}`;
    const now = steadyTime(clock);
    this.#services = {
      ...services,
      metrics,
      clock,
      now,
      fieldManager,
      engine: createEngine({ onChange: enqueue, owned: (key) => ownership.signalFor(key) }),
      notices: new RecentNotices(),
      rivals: new HubRivals({ client: services.hub, clock, onChange: enqueue }),
      claims: new TargetClaims({ members, now, onChange: enqueue }),
      fromHub: new WorkloadFromHub({
        hub: services.hub,
        hubUid,
        members,
        events: services.events,
        metrics,
        clock,
        owned: (key) => ownership.signalFor(key),
        onChange: enqueue,
      }),
      moves: new TokenBucket(moves, clock),
      workloads: new WorkloadObserver({
        clock,
        onChange: gather,
        onFailure: (cluster, error) => {
          log.debug({ cluster: cluster.name, err: error }, 'cannot follow workloads');
          members.failed(cluster, error);
        },
      }),
      writers: new ScaleWriters({
        fieldManager,
        clock,
        owned: (key) => ownership.signalFor(key),
        onWritten: (key, { scale, tookMs }) => {
          metrics.observe('wheelwright_dso_write_duration_seconds', {}, tookMs / 1000);
          this.#services.workloads.nudge(scale);
          gather(key);
        },
        onFailed: (key, { member, cluster, replicas }, { error, why, isRefused, isNews }) => {
          metrics.increment('wheelwright_dso_write_failures_total', { refused: String(isRefused) });
          log.warn({ key, cluster: cluster.name, replicas, err: error }, 'cannot write replicas');
          members.failed(cluster, error);
          const note = `${member} cannot be scaled to ${replicas}: ${why}`;
          if (isNews) this.#tell(key, { reason: 'ScaleFailed', action: 'Scale', member, note });
          if (isRefused) enqueue(key);
        },
        onAllowed: enqueue,
      }),
    };
    this.#objects = new Reflector<KubeObject>({
      client: services.hub,
      resource: resources.distributedScaledObjects,
      project: projectObject,
      onChange: (change) => this.#changed(change),
      onFailure: (error) => log.warn({ err: error, kind }, 'cannot watch'),
      clock,
    });
    this.#controller = new Controller({
      ...options,
      name: kind.toLowerCase(),
      kind,
      runDeadlineMs: passDeadlineMs,
      reconcile: (key, context) => this.#reconcile(key, context),
    });
  }

  get objects(): Pick<Reflector<KubeObject>, 'synced' | 'lastActivityAt' | 'open' | 'whenSynced'> {
    return this.#objects;
  }

  get controller(): Controller {
    return this.#controller;
  }

  /** Runs until the signal aborts; `stop` of the controller ends the passes. */
  start(signal: AbortSignal): void {
    const { members, engine, workloads, writers, fromHub, rivals } = this.#services;
    // Which objects a member concerns is asked in the pass: one that changes nothing costs next to nothing.
    const unsubscribe = members.subscribe(() => this.adopt(() => true));
    signal.addEventListener(
      'abort',
      () => {
        unsubscribe();
        workloads.close();
        writers.close();
        fromHub.close();
        rivals.close();
      },
      { once: true },
    );
    void this.#objects.run(signal);
    engine.start(signal);
    this.#controller.start();
  }

  /** This replica became the one to act on these keys: whatever it knew of them may be old. */
  gain(concerns: (key: string) => boolean): void {
    for (const key of this.#memories.keys()) if (concerns(key)) this.#memories.delete(key);
    this.adopt(concerns);
  }

  adopt(concerns: (key: string) => boolean): void {
    for (const [key] of this.#objects.store.entries()) {
      if (concerns(key)) this.#controller.enqueue(key, { priority: priorities.resync });
    }
  }

  #tell(key: string, notice: Notice): void {
    const object = this.#objects.store.get(key);
    if (object !== undefined) tell({ services: this.#services, object }, [notice]);
  }

  /** Another replica acts on these keys, or nobody: nothing is held for them. Passes under way leave nothing either. */
  release(concerns: (key: string) => boolean): void {
    for (const key of this.#memories.keys()) if (concerns(key)) this.#letGo(key);
  }

  async #reconcile(key: string, context: ReconcileContext): Promise<Outcome> {
    const cached = this.#objects.store.get(key);
    if (cached === undefined) return done;
    const object = this.#written.latest(key, cached);
    const memory = recall(object, this.#memories.get(key));
    this.#memories.set(key, memory);
    const term = this.#ownership.signalFor(key);
    const over = new AbortController();
    this.#passes.set(key, over);
    this.#news.begins(key);
    const signal = AbortSignal.any([context.signal, over.signal]);
    try {
      const spread = await spreadReplicas(this.#services, object, memory, { ...context, signal });
      if (!this.#isOurs(object, term)) return done;
      this.#memories.set(key, spread.memory);
      if (spread.object !== object) this.#written.wrote(key, spread.object, this.#objects.store.get(key));
      if (spread.error !== undefined) throw spread.error;
      return spread.outcome;
    } catch (error) {
      if (over.signal.aborted) return done;
      throw error;
    } finally {
      this.#passes.delete(key);
      this.#news.ends(key);
      if (!this.#isOurs(object, term)) this.#letGo(key, object);
    }
  }

  /** Whether the object is still there, and in the same term of this replica. */
  #isOurs({ metadata }: KubeObject, term: AbortSignal | undefined): boolean {
    const key = objectKey(metadata);
    const isThere = this.#objects.store.get(key)?.metadata.uid === metadata.uid;
    return isThere && term !== undefined && this.#ownership.signalFor(key) === term;
  }

  #changed(change: StoreChange<KubeObject>): void {
    const { key } = change;
    if (change.type === 'delete') {
      this.#gone(key, change.previous);
      return;
    }
    if (change.previous !== undefined && change.previous.metadata.uid !== change.current.metadata.uid)
      this.#gone(key, change.previous);
    this.#written.sees(key, change.current);
    this.#services.claims.sees(key, change.current);
    const priority = change.initial ? priorities.resync : priorities.event;
    if (change.previous === undefined || concernsUs(change.previous, change.current))
      this.#controller.enqueue(key, { priority });
  }

  #gone(key: string, object: KubeObject): void {
    this.#passes.get(key)?.abort();
    this.#written.sees(key, undefined);
    this.#services.claims.sees(key, undefined);
    this.#letGo(key, object);
  }

  /** Ends everything that runs and is told for an object. */
  #letGo(key: string, object = this.#objects.store.get(key)): void {
    const { members, workloads, writers, claims, engine, fromHub, notices, metrics } = this.#services;
    this.#memories.delete(key);
    claims.leaves(key);
    this.#news.forget(key);
    if (object !== undefined) {
      notices.forget(object.metadata.uid ?? '');
      metrics.forgetObject({ kind, ...object.metadata });
    }
    writers.forget(key);
    workloads.use(key, []);
    members.use(key, []);
    engine.forget(key);
    fromHub.forget(key);
  }
}

/** Our own writes of status and plan come back as events too; they say nothing new. */
function concernsUs(before: KubeObject, after: KubeObject): boolean {
  const [a, b] = [before.metadata, after.metadata];
  return (
    a.uid !== b.uid ||
    a.generation !== b.generation ||
    a.deletionTimestamp !== b.deletionTimestamp ||
    JSON.stringify([others(a), a.labels, a.finalizers]) !==
      JSON.stringify([others(b), b.labels, b.finalizers]) ||
    hasLostNotes(a, b)
  );
}

/** `kubectl replace` drops annotations; what a restart must know is written down again. */
function hasLostNotes(
  { annotations: before = {} }: Metadata,
  { annotations: after = {} }: Metadata,
): boolean {
  return [planStateAnnotation, originalsAnnotation].some(
    (name) => before[name] !== undefined && after[name] === undefined,
  );
}

function others({ annotations = {} }: Metadata): Readonly<Record<string, string>> {
  const { [planStateAnnotation]: _state, [originalsAnnotation]: _originals, ...kept } = annotations;
  return kept;
}
