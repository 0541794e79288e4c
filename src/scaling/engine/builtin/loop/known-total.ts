import type { DistributedScaledObject } from '../../../../api/index.ts';
import type { Scale } from './write-total.ts';

/** No watch is so far behind for so long; versions go back when a hub is restored from a backup. */
const longestBehindMs = 60_000;

/** The numbers of an object: as the watch has them, or newer after a write of our own, until the watch has seen that. */
export class KnownTotal {
  #current = 0;
  #observed = 0;
  #wroteVersion: string | undefined;
  /** Since when nothing but older versions was seen. */
  #olderSince: number | undefined;

  get current(): number {
    return this.#current;
  }

  get observed(): number {
    return this.#observed;
  }

  /** Whether the object is as new as what was written last; an older one says nothing. `now` is in milliseconds. */
  sees({ metadata, spec, status }: DistributedScaledObject, now: number): boolean {
    if (this.#wroteVersion !== undefined && isBefore(metadata.resourceVersion, this.#wroteVersion)) {
      this.#olderSince ??= now;
      if (now - this.#olderSince < longestBehindMs) return false;
    }
    this.#olderSince = undefined;
    this.#wroteVersion = undefined;
    this.#current = spec.totalTargetReplicas ?? 0;
    this.#observed = status?.totalCurrentReplicas ?? 0;
    return true;
  }

  /** What `/scale` has answered. */
  wrote({ current, observed, resourceVersion }: Scale): void {
    this.#current = current;
    this.#observed = observed;
    this.#wroteVersion = resourceVersion;
  }

  /** The object was changed otherwise; its numbers are the same. */
  touched(resourceVersion: string | undefined): void {
    this.#wroteVersion = resourceVersion;
  }
}

/** Versions of one API server grow; what cannot be compared is not taken for older. */
function isBefore(version: string | undefined, other: string): boolean {
  return (
    version !== undefined && /^\d+$/.test(version) && /^\d+$/.test(other) && BigInt(version) < BigInt(other)
  );
}
