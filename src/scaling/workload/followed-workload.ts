import type { Cluster } from '../../clusters/index.ts';
import type { Clock } from '../../kube/index.ts';
import { withReadyPods } from './read-workload.ts';
import { ReadyPods } from './ready-pods.ts';
import { sameSight } from './same-sight.ts';
import { pollScale } from './scale-poll.ts';
import { nothingSeen, type Sight, type WorkloadReference } from './workload.ts';

export interface FollowedWorkloadOptions {
  readonly cluster: Cluster;
  readonly workload: WorkloadReference;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** One workload on one connection: what a watch or a poll last said of it, and for whom. */
export class FollowedWorkload {
  readonly users = new Set<string>();
  readonly #options: FollowedWorkloadOptions;
  #sight: Sight = nothingSeen;
  #poll: AbortController | undefined;
  #pause = new AbortController();

  constructor(options: FollowedWorkloadOptions) {
    this.#options = options;
  }

  get sight(): Sight {
    return this.#sight;
  }

  /** `isNews` where it was told nothing but a version. */
  saw(sight: Sight): void {
    const isNews = !sameSight(this.#sight, sight);
    this.#sight = sight;
    if (isNews) this.#options.onChange();
  }

  /** Asks by itself from now on, because nobody may watch. */
  poll(): void {
    if (this.#poll !== undefined) return;
    const { cluster, onChange: _onChange, ...options } = this.#options;
    const life = new AbortController();
    this.#poll = life;
    const end = (): void => {
      life.abort();
      this.#pause.abort();
    };
    cluster.signal.addEventListener('abort', end, { once: true, signal: life.signal });
    const untilNext = (): AbortSignal => {
      this.#pause = new AbortController();
      if (life.signal.aborted) this.#pause.abort();
      return this.#pause.signal;
    };
    const onChange = (): void => {
      if (this.#sight.seen === 'workload' && pods.count !== undefined)
        this.saw(withReadyPods(this.#sight, pods.count));
    };
    const { namespace } = this.#options.workload;
    const pods = new ReadyPods({
      cluster,
      namespace,
      clock: options.clock,
      onChange,
      signal: life.signal,
    });
    const onSight = (sight: Sight): void => {
      if (!life.signal.aborted) this.saw(sight);
    };
    void pollScale({ ...options, cluster, pods, onSight, untilNext }, life.signal);
  }

  /** Something was written: whoever asks, asks now. */
  nudge(): void {
    if (this.#poll !== undefined) this.#pause.abort();
  }

  stopPolling(): void {
    this.#poll?.abort();
    this.#poll = undefined;
    this.#pause.abort();
  }
}
