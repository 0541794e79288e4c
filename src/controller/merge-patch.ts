import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../api/index.ts';

/**
 * The JSON merge patch (RFC 7386) that turns `from` into `to`, or undefined where both are the same on the wire: the order
 * of keys and members that are undefined mean nothing. Members must not be null: the patch has no way to say so.
 */
export function mergePatch(from: unknown, to: unknown): unknown {
  return difference(wire(from), wire(to));
}

function difference(from: unknown, to: unknown): unknown {
  if (!isRecord(from) || !isRecord(to)) return isDeepStrictEqual(from, to) ? undefined : to;
  const removed = Object.keys(from).filter((key) => !Object.hasOwn(to, key));
  // Entries rather than assignments: a member may be called `__proto__`.
  const changed = Object.entries(to)
    .map(([key, value]) => [key, Object.hasOwn(from, key) ? difference(from[key], value) : value] as const)
    .filter(([, change]) => change !== undefined);
  if (removed.length + changed.length === 0) return undefined;
  return Object.fromEntries([...removed.map((key) => [key, null] as const), ...changed]);
}

function wire(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
