import type { KubeObject } from '../api/index.ts';
import { courtesyMs } from './fair-share.ts';
import { type LeaseRecord, leaseRecord } from './lease.ts';

/** What a replica knows of a Lease that it does not hold. Times are its own monotonic milliseconds. */
export interface LeaseObservation {
  readonly record: LeaseRecord;
  /** As last read; undefined where there is no such Lease. */
  readonly lease: KubeObject | undefined;
  /** Since when the record has shown no new beat. */
  readonly since: number;
}

/** What is known after a read that was answered at `now`. */
export function observeLease(
  before: LeaseObservation | undefined,
  lease: KubeObject | undefined,
  now: number,
): LeaseObservation {
  if (lease === undefined) {
    // The holder of a Lease that was deleted may not know yet.
    return before === undefined ? { record: nobodys, lease, since: now } : { ...before, lease };
  }
  const record = leaseRecord(lease);
  return { record, lease, since: before?.record.beat === record.beat ? before.since : now };
}

/** From when on nobody holds the lease, unless it is renewed. */
export function freeFrom({ record, since }: LeaseObservation): number {
  return record.holder === '' ? since : since + record.durationMs;
}

/** From when on a replica may take the lease, which leaves a little time to those that hold fewer and to an heir. */
export function mineFrom(
  observation: LeaseObservation,
  me: { readonly identity: string; readonly held: number; readonly heirsStartMs: number },
): number {
  const { holder, heir } = observation.record;
  // In our name without being held: an acquisition or renewal that succeeded unheard.
  if (holder === me.identity) return Number.NEGATIVE_INFINITY;
  const toHeir = heir === undefined || heir === me.identity ? 0 : me.heirsStartMs;
  return freeFrom(observation) + courtesyMs(me.held) + toHeir;
}

const nobodys: LeaseRecord = {
  holder: '',
  durationMs: 0,
  transitions: 0,
  beat: '',
  claim: undefined,
  heir: undefined,
};
