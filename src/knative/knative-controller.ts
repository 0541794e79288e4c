import type { KubeObject } from '../api/index.ts';
import {
  Controller,
  type ControllerOptions,
  done,
  type Outcome,
  priorities,
  type ReconcileContext,
  WrittenObjects,
} from '../controller/index.ts';
import { Reflector, type StoreChange } from '../kube/index.ts';
import type { KnativeComponent } from './component.ts';
import type { KnativeServices } from './pass.ts';
import { reconcileInstallation } from './reconcile-installation.ts';
import { profileRefOf, targetKey } from './target-claim.ts';

export interface KnativeControllerOptions extends Pick<
  ControllerOptions,
  'workers' | 'ownership' | 'log' | 'metrics' | 'tracing' | 'clock'
> {
  readonly component: KnativeComponent;
  readonly services: Omit<KnativeServices, 'peers' | 'enqueue'>;
}

/** A pass may wait for a spoke that is slow, not for one that is dead: that one's connection is given up before. */
const passDeadlineMs = 120_000;

/** Watches the objects of one component and reconciles them. */
export class KnativeController {
  readonly #component: KnativeComponent;
  readonly #services: KnativeServices;
  readonly #objects: Reflector<KubeObject>;
  readonly #controller: Controller;
  /** Keys by the cluster they want, so that news of a cluster finds them without a search. */
  readonly #byTarget = new Map<string, Set<string>>();

  readonly #written = new WrittenObjects();
  /** Objects that are let go, until the watch says that they are gone. */
  readonly #released = new Set<string>();

  constructor({ component, services, ...options }: KnativeControllerOptions) {
    this.#component = component;
    this.#objects = new Reflector<KubeObject>({
      client: services.hub.client,
      resource: component.resource,
      project: withoutManagedFields,
      onChange: (change) => this.#changed(change),
      onFailure: (error) => options.log.warn({ err: error, kind: component.kind }, 'cannot watch'),
      clock: options.clock,
    });
    this.#controller = new Controller({
      ...options,
      name: component.kind.toLowerCase(),
      kind: component.kind,
      runDeadlineMs: passDeadlineMs,
      reconcile: (key, context) => this.#reconcile(key, context),
    });
    this.#services = {
      ...services,
      peers: () => [...this.#objects.store.entries()].map(([, object]) => object),
      enqueue: (_component, key) => this.#controller.enqueue(key),
    };
  }

  get objects(): Pick<Reflector<KubeObject>, 'synced' | 'lastActivityAt' | 'open' | 'whenSynced'> {
    return this.#objects;
  }

  get controller(): Controller {
    return this.#controller;
  }

  /** Runs until the signal aborts; `stop` of the controller ends the passes. */
  start(signal: AbortSignal): void {
    void this.#objects.run(signal);
    this.#controller.start();
  }

  /** Every object that wants this cluster is looked at again; all of them without a key. */
  targetChanged(profile: string | undefined): void {
    const keys =
      profile === undefined
        ? [...this.#byTarget.values()].flatMap((set) => [...set])
        : (this.#byTarget.get(profile) ?? []);
    for (const key of keys) this.#controller.enqueue(key);
  }

  /** This replica became the one to act on these keys. */
  adopt(concerns: (key: string) => boolean): void {
    for (const [key] of this.#objects.store.entries()) {
      if (concerns(key)) this.#controller.enqueue(key, { priority: priorities.resync });
    }
  }

  async #reconcile(key: string, context: ReconcileContext): Promise<Outcome> {
    const cached = this.#objects.store.get(key);
    if (cached === undefined || this.#released.has(cached.metadata.uid ?? '')) return done;
    const object = this.#written.latest(key, cached);
    const pass = await reconcileInstallation(this.#component, this.#services, object, context);
    if (pass.released) this.#released.add(object.metadata.uid ?? '');
    if (pass.written !== undefined)
      this.#written.wrote(key, withoutManagedFields(pass.written), this.#objects.store.get(key));
    if (pass.error !== undefined) throw pass.error;
    return pass.outcome;
  }

  #changed(change: StoreChange<KubeObject>): void {
    const { key } = change;
    const priority = change.initial ? priorities.resync : priorities.event;
    if (change.type === 'delete') {
      this.#gone(key, change.previous);
      return;
    }
    this.#written.sees(key, change.current);
    const target = targetKey(profileRefOf(change.current));
    const before = change.previous === undefined ? undefined : targetKey(profileRefOf(change.previous));
    if (before !== undefined && before !== target) this.#byTarget.get(before)?.delete(key);
    this.#byTarget.set(target, (this.#byTarget.get(target) ?? new Set()).add(key));
    if (change.previous === undefined || concernsUs(change.previous, change.current))
      this.#controller.enqueue(key, { priority });
  }

  #gone(key: string, object: KubeObject): void {
    const { clusters, deliverer, metrics } = this.#services;
    const ref = profileRefOf(object);
    const target = targetKey(ref);
    this.#written.sees(key, undefined);
    deliverer.forget(object.metadata.uid ?? '');
    this.#released.delete(object.metadata.uid ?? '');
    if (ref !== undefined) clusters.release(ref, `${this.#component.kind} ${key}`);
    metrics.forgetObject({ kind: this.#component.kind, ...object.metadata });
    const others = this.#byTarget.get(target);
    others?.delete(key);
    if (others?.size === 0) this.#byTarget.delete(target);
    // Whoever had the worse claim to the target may have the best one now.
    this.targetChanged(target);
  }
}

/** Our own writes of the status come back as events too; they say nothing new. */
function concernsUs(before: KubeObject, after: KubeObject): boolean {
  const [a, b] = [before.metadata, after.metadata];
  return (
    a.uid !== b.uid ||
    a.generation !== b.generation ||
    a.deletionTimestamp !== b.deletionTimestamp ||
    JSON.stringify([a.annotations, a.finalizers]) !== JSON.stringify([b.annotations, b.finalizers])
  );
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _managedFields, annotations, ...metadata } = object.metadata;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _lastApplied, ...kept } = annotations ?? {};
  return {
    ...object,
    metadata: { ...metadata, ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }) },
  };
}
