import type { KubeObject } from '../../api/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import { openAbortScope } from '../../controller/index.ts';
import {
  backoffMs,
  type Clock,
  ConflictError,
  ForbiddenError,
  InvalidError,
  NoMatchError,
  NotFoundError,
  TimeoutError,
} from '../../kube/index.ts';
import {
  decideWrite,
  isContended,
  isSinceLastWrite,
  noWrites,
  type SeenWorkload,
  type WriteHistory,
} from './decide-write.ts';
import { describeFailure } from './describe-failure.ts';
import { readScale } from './read-workload.ts';
import { resourceOf } from './scale-poll.ts';
import type { Workload, WorkloadReference } from './workload.ts';

/** A number that a workload shall have, and what was last seen of it. */
export interface WantedScale {
  /** As the user calls it. */
  readonly member: string;
  readonly cluster: Cluster;
  readonly workload: WorkloadReference;
  readonly replicas: number;
  readonly seen: Pick<Workload, 'wanted' | 'resourceVersion' | 'uid'>;
}

export interface ScaleWriterOptions {
  /** Distinguishes hubs, so that two of them can be told apart on a member. */
  readonly fieldManager: string;
  readonly clock: Clock;
  /** The right to act; undefined while another replica of the operator has it. */
  readonly owned: () => AbortSignal | undefined;
  readonly onWritten: (written: ScaleWritten) => void;
  readonly onFailed: (scale: WantedScale, failure: WriteFailure) => void;
  /** A write that was refused would be taken now. */
  readonly onAllowed: (scale: WantedScale) => void;
  readonly random?: (() => number) | undefined;
}

export interface ScaleWritten {
  readonly scale: WantedScale;
  /** Milliseconds from when the number was known to when it was there. */
  readonly tookMs: number;
}

export interface WriteFailure {
  readonly error: unknown;
  /** As the row of the member tells it. */
  readonly why: string;
  /** Trying again helps only when somebody changes something. */
  readonly isRefused: boolean;
  /** The first since a write was taken. */
  readonly isNews: boolean;
}

const callTimeoutMs = 5_000;
const retry = { baseMs: 500, capMs: 15_000 };
const betweenProbesMs = 10_000;
/** A lower number that was taken says nothing of the one that is wanted afterwards: it is tried again after so long. */
const betweenLowerMs = 300_000;

/**
 * Writes the `/scale` of one workload: one write at a time, always the newest number, each with a deadline of its own, and
 * again when it fails. Nobody waits for it. What is refused is not written again; whether it would be taken is asked by
 * rehearsals, which change nothing.
 */
export class ScaleWriter {
  readonly #options: ScaleWriterOptions;
  readonly #life = new AbortController();
  #wanted: WantedScale | undefined;
  /** Monotonic milliseconds. */
  #wantedSince = 0;
  #history: WriteHistory = noWrites;
  #refusal: Refusal | undefined;
  /** When a refusal was taken for over because of a lower number, in monotonic milliseconds. */
  #lowerAt = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #isFailing = false;
  #pause = new AbortController();

  constructor(options: ScaleWriterOptions) {
    this.#options = options;
  }

  /** Why the last write was refused, as long as it would be refused again. */
  get refusal(): string | undefined {
    return this.#refusal?.why;
  }

  /** The workload has what was last wanted, and nothing is on its way. */
  get isDone(): boolean {
    return this.#wanted !== undefined && !this.#isRunning && this.#decide(this.#wanted).act === 'rest';
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Whether that workload was given a number by this writer. */
  hasWritten(uid: string): boolean {
    return this.#history.last?.uid === uid;
  }

  /** Whether that shows the workload with a number of this writer, or with what became of it afterwards. */
  hasWrittenBefore(seen: Omit<SeenWorkload, 'wanted'>): boolean {
    return isSinceLastWrite(seen, this.#history);
  }

  get isContended(): boolean {
    return isContended(this.#history);
  }

  /** The number it shall have now; undefined: nothing is written any more. Returns when to come again, if it must wait. */
  want(wanted: WantedScale | undefined): number | undefined {
    if (wanted?.replicas !== this.#wanted?.replicas) this.#wantedSince = this.#options.clock.monotonic();
    const isElsewhere =
      wanted !== undefined &&
      (wanted.cluster !== this.#wanted?.cluster || wanted.seen.uid !== this.#wanted.seen.uid);
    if (isElsewhere) this.#pause.abort();
    this.#wanted = wanted;
    if (wanted === undefined || this.#isRunning) return undefined;
    const decision = this.#decide(wanted);
    if (decision.act === 'wait') return decision.until;
    if (decision.act === 'write') void this.#run();
    return undefined;
  }

  /** What it would have if all were well; where that is less than what was refused, it is asked for instead. */
  share(replicas: number): void {
    if (this.#refusal === undefined) return;
    const { share = replicas } = this.#refusal;
    this.#refusal = { ...this.#refusal, share, shareNow: replicas };
  }

  close(): void {
    this.#life.abort();
    this.#pause.abort();
    this.#wanted = undefined;
  }

  #decide(wanted: WantedScale): ReturnType<typeof decideWrite> {
    const seen = { ...wanted.seen, generation: wanted.cluster.generation };
    const decision = decideWrite(wanted.replicas, seen, this.#history, this.#options.clock.now());
    this.#history = decision.history;
    return decision;
  }

  /** Until what is wanted is there, or nothing is wanted any more. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let failures = 0; !this.#life.signal.aborted;) {
        const wanted = this.#wanted;
        if (this.#refusal !== undefined) {
          await this.#rehearse(this.#refusal);
          if (this.#refusal !== undefined) await this.#sleep(betweenProbesMs);
          continue;
        }
        if (wanted === undefined || this.#decide(wanted).act !== 'write') return;
        const result = await this.#write(wanted);
        // Another connection may have taken over meanwhile, and begins anew.
        const isElsewhere = this.#wanted !== undefined && this.#wanted.cluster !== wanted.cluster;
        const isNewest = this.#wanted?.replicas === wanted.replicas;
        if (!isElsewhere && (result === 'over' || (result === 'written' && isNewest))) return;
        if (result === 'written' || isElsewhere) failures = 0;
        else await this.#sleep(backoffMs(failures++, retry, this.#options.random));
      }
    } finally {
      this.#isRunning = false;
    }
  }

  async #write(wanted: WantedScale): Promise<'written' | 'failed' | 'over'> {
    const { clock, onWritten, onFailed } = this.#options;
    try {
      const written = readScale(await this.#patch(wanted, false));
      const { wanted: replicas, resourceVersion, uid } = written;
      const { generation } = wanted.cluster;
      this.#isFailing = false;
      this.#history = {
        ...this.#history,
        last: { replicas, resourceVersion, uid, generation, at: clock.now() },
      };
      onWritten({ scale: wanted, tookMs: clock.monotonic() - this.#wantedSince });
      return 'written';
    } catch (error) {
      if (this.#isOver(wanted)) return 'over';
      // Whoever watches it finds out that it is gone, and then nothing is wanted any more; a server may just be behind.
      if (error instanceof NotFoundError || error instanceof ConflictError) return 'failed';
      const isRefused =
        error instanceof ForbiddenError || error instanceof InvalidError || error instanceof NoMatchError;
      const call = { verb: 'patch', resource: 'the scale subresource' };
      const why = describeFailure(error, wanted.workload, call);
      if (isRefused) this.#refusal = { scale: wanted, why };
      const isNews = !this.#isFailing;
      this.#isFailing = true;
      onFailed(wanted, { error, why, isRefused, isNews });
      return 'failed';
    }
  }

  /** Asks whether the number that was refused would be taken now, or the one that it would have by now if that is lower. */
  async #rehearse({ scale: refused, share, shareNow = refused.replicas }: Refusal): Promise<void> {
    const { clock } = this.#options;
    // Where others are missing it would get more than its share again at once, and be refused again.
    const isTried = clock.monotonic() - this.#lowerAt < betweenLowerMs && shareNow >= (share ?? shareNow);
    const isLower = shareNow < refused.replicas && !isTried;
    const scale = isLower ? { ...refused, replicas: shareNow } : refused;
    if (scale.cluster.signal.aborted) {
      // Another connection may have other rights.
      this.#refusal = undefined;
      return;
    }
    try {
      await this.#patch(scale, true);
    } catch (error) {
      if (!(error instanceof NotFoundError)) return;
    }
    if (this.#life.signal.aborted) return;
    if (isLower) this.#lowerAt = clock.monotonic();
    this.#refusal = undefined;
    this.#options.onAllowed(scale);
  }

  async #patch({ cluster, workload, replicas }: WantedScale, dryRun: boolean): Promise<KubeObject> {
    const owned = this.#options.owned();
    if (owned === undefined) throw new NotOwned();
    const { clock, fieldManager } = this.#options;
    const scope = openAbortScope({
      clock,
      deadlineMs: callTimeoutMs,
      onDeadline: () =>
        new TimeoutError(
          { cluster: cluster.name, verb: 'patch', resource: `${workload.kind}/scale`, ...workload },
          { message: `no answer within ${callTimeoutMs} ms` },
        ),
      parents: [owned, cluster.signal, this.#life.signal],
    });
    const { signal } = scope;
    try {
      const resource = await resourceOf(cluster, workload, signal);
      const options = {
        subresource: 'scale',
        fieldManager,
        timeoutMs: callTimeoutMs,
        signal,
        dryRun,
      } as const;
      return await cluster.client.patch(resource, workload, 'merge', { spec: { replicas } }, options);
    } finally {
      scope.close();
    }
  }

  #isOver({ cluster }: WantedScale): boolean {
    const owned = this.#options.owned();
    return cluster.signal.aborted || this.#life.signal.aborted || owned === undefined || owned.aborted;
  }

  async #sleep(ms: number): Promise<void> {
    this.#pause = new AbortController();
    if (this.#life.signal.aborted) return;
    await this.#options.clock.sleep(ms, this.#pause.signal).catch(() => undefined);
  }
}

interface Refusal {
  readonly scale: WantedScale;
  readonly why: string;
  /** What it would have had then if all had been well, and would have now. */
  readonly share?: number;
  readonly shareNow?: number;
}

/** Another replica of the operator writes. */
class NotOwned extends Error {}
