import type { KubeObject } from '../../api/index.ts';
import { type Clock, type KubeClient, Reflector, type Resource } from '../../kube/index.ts';

export interface FeedOptions {
  readonly client: KubeClient;
  readonly resource: Resource;
  /** Default: those of all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The objects of one kind, or some of them, kept up to date until the signal aborts. */
export class Feed<T> {
  readonly #reflector: Reflector<T>;
  #changed = false;
  #failure: string | undefined;

  constructor({ signal, ...options }: FeedOptions, project: (object: KubeObject) => T) {
    this.#reflector = new Reflector<T>({
      ...options,
      project,
      onChange: () => {
        this.#changed = true;
      },
      onFailure: (error) => {
        this.#failure = error instanceof Error ? error.message : String(error);
      },
    });
    void this.#reflector.run(signal);
  }

  /** Whether there is something new since the last call. */
  takeChange(): boolean {
    const changed = this.#changed && this.#reflector.synced;
    if (changed) this.#changed = false;
    return changed;
  }

  /** Undefined before the first list is complete. */
  get items(): readonly T[] | undefined {
    return this.#reflector.synced ? [...this.#reflector.store.entries()].map(([, item]) => item) : undefined;
  }

  /** Why changes may be missed; undefined while they are told. */
  get failure(): string | undefined {
    return this.#reflector.failures === 0 ? undefined : this.#failure;
  }
}
