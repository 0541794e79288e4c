import { createHash } from 'node:crypto';

/** As many as Knative allows. */
export const mostBuckets = 10;

/**
 * The bucket of a key, from 0 to `total` - 1: the same in every replica and release, even over the buckets, and when their
 * number grows from n to n + 1 only one key in n + 1 moves. Jump consistent hash (Lamping and Veach, 2014) over SHA-256.
 */
export function bucketOf(key: string, total: number): number {
  let state = createHash('sha256').update(key).digest().readBigUInt64BE();
  let bucket = 0;
  for (let next = 0; next < total;) {
    bucket = next;
    state = BigInt.asUintN(64, state * 2862933555777941757n + 1n);
    next = Math.floor((bucket + 1) * (2 ** 31 / (Number(state >> 33n) + 1)));
  }
  return bucket;
}
