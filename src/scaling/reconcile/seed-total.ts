import type { Sight } from '../workload/workload.ts';

export interface Seeding {
  readonly total: number;
  /** A total was followed already. */
  readonly isDecided: boolean;
  /** Of every member that is wanted. */
  readonly sights: readonly (Sight | 'unreachable')[];
  readonly least: number;
  readonly most: number;
  /** Milliseconds since 1970. */
  readonly firstSeenAt: number;
  readonly now: number;
}

export type SeedDecision =
  | { readonly seed: 'decided' }
  /** Nothing may be written, and nobody may decide the total. */
  | { readonly seed: 'waiting'; readonly until: number | undefined }
  | { readonly seed: 'total'; readonly total: number };

/** Members that do not answer are waited for so long. */
const firstAnswersMs = 30_000;

/**
 * A new object has the total 0, which says nothing: what members run already would be scaled to zero by it. So the first
 * total is what they run, within the limits of the spec.
 */
export function seedTotal({
  total,
  isDecided,
  sights,
  least,
  most,
  firstSeenAt,
  now,
}: Seeding): SeedDecision {
  if (total > 0 || isDecided) return { seed: 'decided' };
  const until = firstSeenAt + firstAnswersMs;
  const isAwaited = sights.some((sight) => sight !== 'unreachable' && sight.seen === 'nothing');
  if (isAwaited && now < until) return { seed: 'waiting', until };
  const seen = sights.flatMap((sight) =>
    sight !== 'unreachable' && sight.seen === 'workload' ? [sight.wanted] : [],
  );
  // Nobody knows what runs: whoever decided now would decide for zero.
  if (seen.length === 0) return { seed: 'waiting', until: undefined };
  const sum = seen.reduce((all, wanted) => all + wanted, 0);
  const first = Math.min(Math.max(sum, least), most);
  return first === 0 ? { seed: 'decided' } : { seed: 'total', total: first };
}
