import type { SeenWorkload } from './decide-write.ts';
import {
  ScaleWriter,
  type ScaleWriterOptions,
  type ScaleWritten,
  type WantedScale,
  type WriteFailure,
} from './scale-writer.ts';

export interface ScaleWritersOptions extends Pick<ScaleWriterOptions, 'fieldManager' | 'clock' | 'random'> {
  /** The right to act for this user. */
  readonly owned: (user: string) => AbortSignal | undefined;
  readonly onWritten: (user: string, written: ScaleWritten) => void;
  readonly onFailed: (user: string, scale: WantedScale, failure: WriteFailure) => void;
  readonly onAllowed: (user: string, scale: WantedScale) => void;
}

/** Everything that is written to workloads: one writer for each place of each user, none of which waits for another. */
export class ScaleWriters {
  readonly #options: ScaleWritersOptions;
  readonly #byUser = new Map<string, Map<string, ScaleWriter>>();

  constructor(options: ScaleWritersOptions) {
    this.#options = options;
  }

  /**
   * What the places of the user shall have now, by place; nothing is written to any other. Returns when to come again,
   * in milliseconds since 1970, where somebody has to wait because others keep undoing it.
   */
  want(user: string, wanted: ReadonlyMap<string, WantedScale>): number | undefined {
    const writers = this.#byUser.get(user) ?? new Map<string, ScaleWriter>();
    this.#byUser.set(user, writers);
    for (const [place, writer] of writers) if (!wanted.has(place)) writer.want(undefined);
    const later = [...wanted].flatMap(([place, scale]) => {
      const writer = writers.get(place) ?? this.#create(user);
      writers.set(place, writer);
      return writer.want(scale) ?? [];
    });
    return later.length === 0 ? undefined : Math.min(...later);
  }

  /** Why the place takes no writes. `share` tells what it would have if all were well. */
  refusal(user: string, place: string, share: () => number): string | undefined {
    const writer = this.#byUser.get(user)?.get(place);
    const refusal = writer?.refusal;
    if (refusal !== undefined) writer?.share(share());
    return refusal;
  }

  /** Whether the place has what was last wanted there, and nothing is on its way. */
  isDone(user: string, place: string): boolean {
    return this.#byUser.get(user)?.get(place)?.isDone === true;
  }

  /** Whether a write to the place is under way, or is tried again and again. */
  isWriting(user: string, place: string): boolean {
    return this.#byUser.get(user)?.get(place)?.isRunning === true;
  }

  /** Whether the workload with this uid was given a number at this place. */
  hasWritten(user: string, place: string, uid: string): boolean {
    return this.#byUser.get(user)?.get(place)?.hasWritten(uid) === true;
  }

  /** Whether a number was written at this place to what was seen there, before it was seen. */
  hasWrittenBefore(user: string, place: string, seen: Omit<SeenWorkload, 'wanted'>): boolean {
    return this.#byUser.get(user)?.get(place)?.hasWrittenBefore(seen) === true;
  }

  isContended(user: string, place: string): boolean {
    return this.#byUser.get(user)?.get(place)?.isContended === true;
  }

  /** Ends the writers of places that the user has no more. */
  keep(user: string, places: ReadonlySet<string>): void {
    const writers = this.#byUser.get(user);
    for (const [place, writer] of writers ?? []) {
      if (places.has(place)) continue;
      writer.close();
      writers?.delete(place);
    }
  }

  forget(user: string): void {
    this.keep(user, new Set());
    this.#byUser.delete(user);
  }

  close(): void {
    for (const user of this.#byUser.keys()) this.forget(user);
  }

  #create(user: string): ScaleWriter {
    const { owned, onWritten, onFailed, onAllowed, ...shared } = this.#options;
    return new ScaleWriter({
      ...shared,
      owned: () => owned(user),
      onWritten: (written) => onWritten(user, written),
      onFailed: (scale, failure) => onFailed(user, scale, failure),
      onAllowed: (scale) => onAllowed(user, scale),
    });
  }
}
