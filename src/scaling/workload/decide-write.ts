import { isOlder } from '../../kube/index.ts';
import type { Workload } from './workload.ts';

/** What is seen of the workload before a write, and over which connection. */
export interface SeenWorkload extends Pick<Workload, 'wanted' | 'resourceVersion' | 'uid'> {
  readonly generation: number;
}

/** What was written to one workload, and what others made of it. Times are in milliseconds. */
export interface WriteHistory {
  readonly last?:
    | {
        readonly replicas: number;
        readonly resourceVersion: string;
        /** Of the workload: another one has a history of its own. */
        readonly uid: string;
        /** Of the connection: versions are compared on one only, for behind the next one a backup may have been restored. */
        readonly generation: number;
        readonly at: number;
      }
    | undefined;
  /** When others undid what was written, within the window; the newest last. */
  readonly reverts: readonly number[];
  /** The version in which the newest revert was seen. */
  readonly revertedIn?: string | undefined;
}

export interface WriteDecision {
  readonly act: 'rest' | 'write' | 'wait';
  /** For `wait`. */
  readonly until?: number;
  readonly history: WriteHistory;
}

export const noWrites: WriteHistory = { reverts: [] };

/** A watch that has not shown a write after so long is not behind it: something set the versions back. */
export const longestBehindMs = 60_000;

/** Somebody else undid what was written so often within so long that both would go on for ever. */
export const contention = { reverts: 3, windowMs: 120_000, betweenWritesMs: 60_000 } as const;

/**
 * Whether a workload must be written to have `replicas`. Equal numbers are never written. Where somebody else undoes it
 * again and again it is written once a minute, until nobody has undone it for as long as the window.
 */
export function decideWrite(
  replicas: number,
  seen: SeenWorkload,
  earlier: WriteHistory,
  now: number,
): WriteDecision {
  const before = earlier.last === undefined || earlier.last.uid === seen.uid ? earlier : noWrites;
  const { last } = before;
  // The watch may be behind our own write.
  const isBehind =
    last !== undefined &&
    last.generation === seen.generation &&
    now - last.at < longestBehindMs &&
    isOlder(seen.resourceVersion, last.resourceVersion);
  const current = isBehind ? last.replicas : seen.wanted;
  const recent = before.reverts.filter((at) => now - at < contention.windowMs);
  const pruned = recent.length === before.reverts.length ? before : { ...before, reverts: recent };
  if (current === replicas)
    return isBehind && seen.wanted !== replicas
      ? { act: 'wait', until: last.at + longestBehindMs, history: pruned }
      : { act: 'rest', history: pruned };

  // A new connection begins with what the one before saw.
  const isSeenAnew = last?.generation === seen.generation && seen.resourceVersion !== before.revertedIn;
  const isReverted = last?.replicas === replicas && !isBehind && isSeenAnew;
  const history = isReverted
    ? {
        ...pruned,
        // Older ones change nothing once it is contended.
        reverts: [...recent, now].slice(-contention.reverts),
        revertedIn: seen.resourceVersion,
      }
    : pruned;
  const until = (last?.at ?? 0) + contention.betweenWritesMs;
  return isContended(history) && now < until ? { act: 'wait', until, history } : { act: 'write', history };
}

/** Whether it was seen after the last write to it; of another connection nobody knows. */
export function isSinceLastWrite(
  { uid, generation, resourceVersion }: Omit<SeenWorkload, 'wanted'>,
  { last }: WriteHistory,
): boolean {
  return (
    last?.uid === uid && last.generation === generation && !isOlder(resourceVersion, last.resourceVersion)
  );
}

export function isContended({ reverts }: WriteHistory): boolean {
  return reverts.length >= contention.reverts;
}
