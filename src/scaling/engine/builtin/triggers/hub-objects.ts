import { type KubeObject, type NamespacedName, objectKey } from '../../../../api/index.ts';
import {
  type Clock,
  type KubeClient,
  longWatchSeconds,
  NotFoundError,
  Reflector,
  type Resource,
  resources,
} from '../../../../kube/index.ts';

/** What triggers read on the hub. */
export type SourceKind = 'ConfigMap' | 'Secret';

type Name = Required<NamespacedName>;
type Data = Readonly<Record<string, unknown>>;

interface Watched {
  readonly reflector: Reflector<Data>;
  readonly listeners: Set<() => void>;
  readonly stop: AbortController;
}

const kinds: Readonly<Record<SourceKind, Resource>> = {
  ConfigMap: resources.configMaps,
  Secret: resources.secrets,
};

/**
 * ConfigMaps and Secrets of the hub that triggers read. Each is watched by its own name, once for all who read it, and only
 * its data are kept. Where a watch is not to be had the object is read on demand, so that nothing old is ever taken for new.
 */
export class HubObjects {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #watched = new Map<string, Watched>();

  constructor(client: KubeClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** How many objects are watched now. */
  get size(): number {
    return this.#watched.size;
  }

  /** The data of an object as they are on the wire; undefined where there is no such object. Throws KubeError. */
  async data(kind: SourceKind, name: Name, signal: AbortSignal): Promise<Data | undefined> {
    const watched = this.#watched.get(keyOf(kind, name));
    if (watched?.reflector.synced === true && watched.reflector.open && watched.reflector.failures === 0)
      return watched.reflector.store.get(objectKey(name));
    try {
      return dataOf(await this.#client.get(kinds[kind], name, { signal }));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** Told of every change of the object, its first sight too, until the signal aborts. */
  watch(kind: SourceKind, name: Name, listener: () => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const key = keyOf(kind, name);
    const watched = this.#watched.get(key) ?? this.#begin(key, kind, name);
    // The same function may listen twice.
    const own = (): void => listener();
    watched.listeners.add(own);
    const end = (): void => {
      watched.listeners.delete(own);
      if (watched.listeners.size > 0 || this.#watched.get(key) !== watched) return;
      this.#watched.delete(key);
      watched.stop.abort();
    };
    signal.addEventListener('abort', end, { once: true });
  }

  #begin(key: string, kind: SourceKind, { namespace, name }: Name): Watched {
    const listeners = new Set<() => void>();
    const stop = new AbortController();
    const reflector = new Reflector<Data>({
      client: this.#client,
      resource: kinds[kind],
      namespace: namespace ?? '',
      fieldSelector: `metadata.name=${name}`,
      project: dataOf,
      onChange: () => {
        for (const listener of listeners) listener();
      },
      watchSeconds: longWatchSeconds,
      clock: this.#clock,
    });
    const watched = { reflector, listeners, stop };
    this.#watched.set(key, watched);
    void reflector.run(stop.signal);
    return watched;
  }
}

function keyOf(kind: SourceKind, name: Name): string {
  return `${kind} ${objectKey(name)}`;
}

function dataOf(object: KubeObject): Data {
  const { data } = object;
  return typeof data === 'object' && data !== null ? (data as Data) : {};
}
