import type { Cluster } from '../../clusters/index.ts';
import { settlesWithin } from '../../controller/index.ts';
import {
  type Clock,
  ForbiddenError,
  InvalidError,
  KubeError,
  longWatchSeconds,
  Reflector,
  resources,
} from '../../kube/index.ts';
import { isReadyPod } from './read-workload.ts';

export interface ReadyPodsOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly clock: Clock;
  /** Another number may be ready now. */
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

/** So long the watch is waited for; after that, pods are asked for. */
const firstAnswerMs = 5_000;
const callTimeoutMs = 5_000;

/**
 * How many of the pods that one selector names are ready, because a scale does not say it: by a watch, or, for as long as
 * there is none, by asking. Ends with the signal.
 */
export class ReadyPods {
  readonly #options: ReadyPodsOptions;
  #watch: PodWatch | undefined;
  #isRefused = false;
  /** What was last answered without a watch. */
  #listed: number | undefined;
  #hasFound = false;

  constructor(options: ReadyPodsOptions) {
    this.#options = options;
  }

  /** Whether there ever was a pod that the selector names. */
  get hasFound(): boolean {
    return this.#hasFound;
  }

  /** As the watch has it; undefined while there is none. */
  get count(): number | undefined {
    const { reflector } = this.#watch ?? {};
    if (reflector?.synced !== true || reflector.failures > 0) return undefined;
    return [...reflector.store.entries()].filter(([, isReady]) => isReady).length;
  }

  /** Undefined where nobody can know now: that pods cannot be counted says nothing of the member. Throws what the signal says. */
  async ask(selector: string): Promise<number | undefined> {
    if (this.#watch?.selector !== selector) this.#watch = this.#begin(selector);
    await settlesWithin(this.#options.clock, firstAnswerMs, this.#watch.answered);
    return this.count ?? this.#list(selector);
  }

  #begin(selector: string): PodWatch {
    this.#watch?.life.abort();
    this.#isRefused = false;
    this.#listed = undefined;
    this.#hasFound = false;
    const { cluster, namespace, clock, onChange, signal } = this.#options;
    const life = new AbortController();
    const failed = Promise.withResolvers<void>();
    const reflector = new Reflector<boolean>({
      client: cluster.client,
      resource: resources.pods,
      namespace,
      labelSelector: selector,
      project: isReadyPod,
      onChange: () => {
        this.#hasFound = true;
        onChange();
      },
      onFailure: () => failed.resolve(),
      watchSeconds: longWatchSeconds,
      clock,
    });
    const ends = AbortSignal.any([signal, life.signal]);
    void reflector.run(ends);
    const synced = reflector.whenSynced(ends).then(onChange, () => undefined);
    return { selector, life, reflector, answered: Promise.race([synced, failed.promise]) };
  }

  async #list(labelSelector: string): Promise<number | undefined> {
    const { cluster, namespace, signal } = this.#options;
    if (this.#isRefused) return undefined;
    try {
      const options = { namespace, labelSelector, timeoutMs: callTimeoutMs, signal };
      const { items } = await cluster.client.list(resources.pods, options);
      if (items.length > 0) this.#hasFound = true;
      this.#listed = items.filter(isReadyPod).length;
      return this.#listed;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (!(error instanceof ForbiddenError || error instanceof InvalidError)) return this.#listed;
      this.#isRefused = true;
      return undefined;
    }
  }
}

interface PodWatch {
  readonly selector: string;
  readonly life: AbortController;
  readonly reflector: Reflector<boolean>;
  /** Settles when there is a list, or none to be had now. */
  readonly answered: Promise<void>;
}
