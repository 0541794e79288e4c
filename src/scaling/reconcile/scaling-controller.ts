import type { KubeObject } from '../../api/index.ts';
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
import { steadyTime } from '../plan/steady-time.ts';
import { ScaleWriters } from '../workload/scale-writers.ts';
import { WorkloadObserver } from '../workload/workload-observer.ts';
import { HubRivals } from './hub-rivals.ts';
import { originalsAnnotation } from './original-replicas.ts';
import { RecentNotices } from './recent-notices.ts';
import { recall, type ScalingMemory, stateAnnotation } from './scaling-memory.ts';
import type { ScalingServices } from './scaling-services.ts';
import { spreadReplicas } from './spread-replicas.ts';
import { projectObject } from './total-on-hub.ts';

export interface ScalingControllerOptions extends Pick<
  ControllerOptions,
  'workers' | 'ownership' | 'log' | 'metrics' | 'clock'
> {
  readonly services: Pick<ScalingServices, 'hub' | 'members' | 'events'>;
  /** uid of the hub's kube-system namespace. */
  readonly hubUid: string;
  readonly createEngine: (hooks: EngineHooks) => ScalingEngine;
}

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

  constructor({ services, hubUid, createEngine, ...options }: ScalingControllerOptions) {
    const { clock, log, metrics, ownership } = options;
    const { members } = services;
    const enqueue = (key: string): void => this.#controller.enqueue(key);
    const fieldManager = `wheelwright/${hubUid}`;
    this.#services = {
      ...services,
      metrics,
      clock,
      now: steadyTime(clock),
      fieldManager,
      engine: createEngine({ onChange: enqueue }),
      notices: new RecentNotices(),
      rivals: new HubRivals({ client: services.hub, clock, onChange: enqueue }),
      moves: new TokenBucket(moves, clock),
      workloads: new WorkloadObserver({
        clock,
        onChange: enqueue,
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
          enqueue(key);
        },
        onFailed: (key, { cluster, replicas }, error, refused) => {
          metrics.increment('wheelwright_dso_write_failures_total', { refused: String(refused) });
          log.warn({ key, cluster: cluster.name, replicas, err: error }, 'cannot write replicas');
          members.failed(cluster, error);
          if (refused) enqueue(key);
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
    const { members, engine, workloads, writers, rivals } = this.#services;
    // Which objects a member concerns is asked in the pass: one that changes nothing costs next to nothing.
    const unsubscribe = members.subscribe(() => this.adopt(() => true));
    signal.addEventListener(
      'abort',
      () => {
        unsubscribe();
        workloads.close();
        writers.close();
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

  /** Another replica acts on these keys, or nobody: nothing is held for them. */
  release(concerns: (key: string) => boolean): void {
    for (const key of this.#memories.keys()) if (concerns(key)) this.#letGo(key);
  }

  async #reconcile(key: string, context: ReconcileContext): Promise<Outcome> {
    const cached = this.#objects.store.get(key);
    if (cached === undefined) return done;
    const object = this.#written.latest(key, cached);
    const memory = recall(object, this.#memories.get(key));
    this.#memories.set(key, memory);
    const spread = await spreadReplicas(this.#services, object, memory, context);
    this.#memories.set(key, spread.memory);
    if (spread.object !== object) this.#written.wrote(key, spread.object, this.#objects.store.get(key));
    if (spread.error !== undefined) throw spread.error;
    return spread.outcome;
  }

  #changed(change: StoreChange<KubeObject>): void {
    const { key } = change;
    if (change.type === 'delete') {
      this.#gone(key, change.previous);
      return;
    }
    this.#written.sees(key, change.current);
    const priority = change.initial ? priorities.resync : priorities.event;
    if (change.previous === undefined || concernsUs(change.previous, change.current))
      this.#controller.enqueue(key, { priority });
  }

  #gone(key: string, { metadata }: KubeObject): void {
    const { metrics, notices } = this.#services;
    this.#written.sees(key, undefined);
    this.#letGo(key);
    notices.forget(metadata.uid ?? '');
    metrics.forgetObject({ kind, ...metadata });
  }

  #letGo(key: string): void {
    const { members, workloads, writers, engine } = this.#services;
    this.#memories.delete(key);
    writers.forget(key);
    workloads.use(key, []);
    members.use(key, []);
    engine.forget(key);
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
      JSON.stringify([others(b), b.labels, b.finalizers])
  );
}

function others({ annotations = {} }: KubeObject['metadata']): Readonly<Record<string, string>> {
  const { [stateAnnotation]: _state, [originalsAnnotation]: _originals, ...kept } = annotations;
  return kept;
}
