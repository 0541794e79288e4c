import type { Cluster } from '../clusters/index.ts';
import {
  type Clock,
  ForbiddenError,
  longWatchSeconds,
  Reflector,
  type Resource,
  resourceName,
} from '../kube/index.ts';
import { observed, type ObservedObject } from './observed-object.ts';
import { rolloutKinds } from './rollout.ts';
import { type YieldedFields, yieldedOf } from './yielded-fields.ts';

export interface ObjectWatchesOptions {
  readonly cluster: Cluster;
  readonly fieldManager: string;
  readonly clock: Clock;
  readonly onFailure?: ((resource: string, error: unknown) => void) | undefined;
}

export interface WatchedObjects {
  readonly resource: Resource;
  /** All of them where absent. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Fields that do not count as owned, by object. */
  readonly yielded?: readonly YieldedFields[] | undefined;
}

export interface ObjectSubscription {
  readonly synced: boolean;
  /** How far the watch has come; '' before the first list. */
  readonly resourceVersion: string;
  /** Why we may not watch, until the server is heard again; nobody is told of that, unless it is the first list. */
  readonly refusal: ForbiddenError | undefined;
  whenSynced(signal: AbortSignal): Promise<void>;
  /** By object key, `namespace/name`. */
  get(key: string): ObservedObject | undefined;
  close(): void;
}

interface SharedWatch {
  readonly reflector: Reflector<ObservedObject>;
  readonly listeners: Set<(key: string) => void>;
  readonly stop: AbortController;
  refusal: ForbiddenError | undefined;
}

/** The watches on one connection to one cluster, each shared by everybody who wants the same resource and selector. */
export class ObjectWatches {
  readonly #options: ObjectWatchesOptions;
  readonly #watches = new Map<string, SharedWatch>();

  constructor(options: ObjectWatchesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#watches.size;
  }

  /**
   * `onChange` gets the key of every object that appeared, changed or went, and '' when the first list is complete, and
   * when we may not watch any more.
   */
  subscribe(objects: WatchedObjects, onChange: (key: string) => void): ObjectSubscription {
    const { resource, namespace = '', labelSelector = '', fieldSelector = '', yielded = [] } = objects;
    const concerned = yielded.filter(({ kind }) => kind === resource.kind);
    const id = `${resourceName(resource)}|${namespace}|${labelSelector}|${fieldSelector}|${JSON.stringify(concerned)}`;
    const watch = this.#watches.get(id) ?? this.#start(id, { ...objects, yielded: concerned });
    watch.listeners.add(onChange);
    const { reflector } = watch;
    return {
      get synced() {
        return reflector.synced;
      },
      get resourceVersion() {
        return reflector.resourceVersion;
      },
      get refusal() {
        return reflector.failures > 0 ? watch.refusal : undefined;
      },
      whenSynced: (signal) => reflector.whenSynced(signal),
      get: (key) => reflector.store.get(key),
      close: () => {
        watch.listeners.delete(onChange);
        if (watch.listeners.size > 0 || this.#watches.get(id) !== watch) return;
        this.#watches.delete(id);
        watch.stop.abort();
      },
    };
  }

  #start(
    id: string,
    { resource, namespace, labelSelector, fieldSelector, yielded = [] }: WatchedObjects,
  ): SharedWatch {
    const { cluster, fieldManager, clock, onFailure } = this.#options;
    const listeners = new Set<(key: string) => void>();
    const stop = new AbortController();
    const tell = (key: string): void => {
      for (const listener of listeners) listener(key);
    };
    const setRefusal = (refusal: ForbiddenError | undefined): void => {
      const isNews = watch.refusal === undefined && refusal !== undefined;
      watch.refusal = refusal;
      if (isNews) tell('');
    };
    const reflector = new Reflector<ObservedObject>({
      client: cluster.client,
      resource,
      namespace,
      labelSelector,
      fieldSelector,
      metadataOnly: !rolloutKinds.has(resource.kind),
      project: (object) => {
        const identity = { kind: resource.kind, name: object.metadata.name };
        return observed(object, fieldManager, yieldedOf(yielded, identity));
      },
      onChange: (change) => tell(change.key),
      onFailure: (error) => {
        onFailure?.(resourceName(resource), error);
        // The first failure after it was heard.
        if (reflector.failures <= 1) watch.refusal = undefined;
        setRefusal(error instanceof ForbiddenError ? error : undefined);
      },
      watchSeconds: longWatchSeconds,
      clock,
    });
    const watch: SharedWatch = { reflector, listeners, stop, refusal: undefined };
    this.#watches.set(id, watch);
    const signal = AbortSignal.any([stop.signal, cluster.signal]);
    void reflector.run(signal);
    reflector.whenSynced(signal).then(
      () => tell(''),
      () => undefined,
    );
    return watch;
  }
}
