import type { LeaderBuckets } from './leader-buckets.ts';

/** For a single replica without leader election (`--disable-ha`): everything is ours until the end. */
export class SoleOwner implements LeaderBuckets {
  readonly total = 1;
  readonly idleMs = 0;
  readonly #ended = new AbortController();

  get held(): readonly number[] {
    return this.#ended.signal.aborted ? [] : [0];
  }

  bucketOf(): number {
    return 0;
  }

  holds(bucket: number): boolean {
    return this.held.includes(bucket);
  }

  signalFor(): AbortSignal | undefined {
    return this.#ended.signal.aborted ? undefined : this.#ended.signal;
  }

  fence(): void {
    // Nothing to lose.
  }

  start(): void {
    // Nothing to win.
  }

  async stop(): Promise<void> {
    this.#ended.abort();
  }
}
