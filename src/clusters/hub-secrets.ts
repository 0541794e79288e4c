import { type KubeObject, type NamespacedName, objectKey } from '../api/index.ts';
import {
  type Clock,
  type KubeClient,
  longWatchSeconds,
  NotFoundError,
  Reflector,
  resources,
} from '../kube/index.ts';
import type { SecretWatch } from './access/index.ts';

type Listener = (secret: KubeObject | undefined) => void;
type SecretName = Required<NamespacedName>;

interface WatchedSecret {
  readonly reflector: Reflector<KubeObject>;
  readonly listeners: Set<Listener>;
  readonly stop: AbortController;
}

/**
 * Secrets of the hub that credentials come from. Each is watched by its own name, so that the operator needs no more
 * rights than `get` and `watch` on that name, once for all who read it; without the right to watch, it is read on demand.
 */
export class HubSecrets implements SecretWatch {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #watched = new Map<string, WatchedSecret>();

  constructor(client: KubeClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async get(name: SecretName, signal: AbortSignal): Promise<KubeObject | undefined> {
    const watched = this.#watched.get(objectKey(name));
    if (watched?.reflector.synced === true && watched.reflector.failures === 0)
      return watched.reflector.store.get(objectKey(name));
    try {
      return await this.#client.get(resources.secrets, name, { signal });
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  onChange(name: SecretName, listener: Listener): () => void {
    const key = objectKey(name);
    const watched = this.#watched.get(key) ?? this.#watch(key, name);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0 || this.#watched.get(key) !== watched) return;
      this.#watched.delete(key);
      watched.stop.abort();
    };
  }

  #watch(key: string, { namespace, name }: SecretName): WatchedSecret {
    const listeners = new Set<Listener>();
    const stop = new AbortController();
    const reflector = new Reflector<KubeObject>({
      client: this.#client,
      resource: resources.secrets,
      namespace: namespace ?? '',
      fieldSelector: `metadata.name=${name}`,
      project: (object) => object,
      onChange: (change) => {
        for (const listener of listeners) listener(change.type === 'set' ? change.current : undefined);
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
