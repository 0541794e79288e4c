import {
  backoffMs,
  type Clock,
  type KubeClient,
  KubeError,
  NoMatchError,
  NotFoundError,
  Reflector,
  type Resource,
} from '../../../kube/index.ts';
import { type Child, isSameChild, readChild } from './child.ts';
import { childLabel, scaledObjectKind } from '../scaled-object-kind.ts';

/** Whether the hub serves ScaledObjects; `unknown` until it has listed them, and while it does not say. */
export type KedaPresence = 'served' | 'absent' | 'unknown';

export interface ScaledObjectSourceOptions {
  readonly client: KubeClient;
  readonly fieldManager: string;
  readonly clock: Clock;
  /** A ScaledObject of ours appeared, changed or went; undefined when all are to be looked at again. */
  readonly onChange: (key: string | undefined, change: 'set' | 'delete') => void;
}

/** How often a hub without KEDA is asked for it: it may be installed after the operator. */
const absentRetryMs = 15_000;
/** How often a hub that does not say is asked again. */
const unknownRetry = { baseMs: 1_000, capMs: 15_000 };

/** The ScaledObjects that were made for DistributedScaledObjects, by one watch, for as long as the hub serves them. */
export class ScaledObjectSource {
  readonly #options: ScaledObjectSourceOptions;
  #presence: KedaPresence = 'unknown';
  #resource: Resource | undefined;
  #reflector: Reflector<Child> | undefined;
  #why = 'the hub was not asked yet';

  constructor(options: ScaledObjectSourceOptions) {
    this.#options = options;
  }

  get presence(): KedaPresence {
    return this.#presence;
  }

  /** Undefined until the first list is complete, see `why`. */
  get resource(): Resource | undefined {
    return this.#reflector?.synced === true ? this.#resource : undefined;
  }

  /** Why nobody can say what there is. */
  get why(): string {
    return this.#why;
  }

  get(key: string): Child | undefined {
    return this.#reflector?.store.get(key);
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const served = await this.#ask(signal);
      const isKnown = served === 'absent' || (served !== 'unknown' && (await this.#reflect(served, signal)));
      if (signal.aborted) return;
      failures = isKnown ? 0 : failures + 1;
      const pauseMs = served === 'absent' ? absentRetryMs : backoffMs(failures, unknownRetry);
      await this.#options.clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  async #ask(signal: AbortSignal): Promise<Resource | 'absent' | 'unknown'> {
    try {
      return await this.#options.client.resourceFor(scaledObjectKind, { signal });
    } catch (error) {
      if (error instanceof NoMatchError) {
        this.#become('absent', 'the hub does not serve keda.sh/v1alpha1');
        return 'absent';
      }
      this.#why = reasonOf(error);
      return 'unknown';
    }
  }

  /**
   * Until they are served no more: for a while discovery and lists may disagree about that. The answer is whether they ever
   * were listed; a definition alone, or one that must not be read, is not yet somebody who scales.
   */
  async #reflect(resource: Resource, signal: AbortSignal): Promise<boolean> {
    const { client, fieldManager, clock, onChange } = this.#options;
    const served = new AbortController();
    const reflector = new Reflector<Child>({
      client,
      resource,
      labelSelector: childLabel,
      clock,
      project: (object) => readChild(object, fieldManager),
      onChange: (change) => {
        const isNews =
          change.type === 'delete' ||
          change.previous === undefined ||
          !isSameChild(change.previous, change.current);
        if (isNews) onChange(change.key, change.type);
      },
      onFailure: (error) => {
        if (!reflector.synced) this.#why = reasonOf(error);
        if (error instanceof NotFoundError) served.abort();
      },
    });
    this.#resource = resource;
    this.#reflector = reflector;
    this.#become('unknown', 'the ScaledObjects are not listed yet');
    const scope = AbortSignal.any([signal, served.signal]);
    reflector.whenSynced(scope).then(
      () => this.#become('served', 'they are listed'),
      () => undefined,
    );
    await reflector.run(scope);
    this.#reflector = undefined;
    if (signal.aborted) return reflector.synced;
    client.invalidateDiscovery();
    this.#become('unknown', 'the hub serves ScaledObjects no more');
    return reflector.synced;
  }

  #become(presence: KedaPresence, why: string): void {
    this.#why = why;
    if (presence === this.#presence) return;
    this.#presence = presence;
    this.#options.onChange(undefined, 'set');
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof KubeError) return error.status.message;
  return error instanceof Error ? error.message : 'unknown error';
}
