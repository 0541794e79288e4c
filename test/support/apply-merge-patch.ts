import { isRecord } from '../../src/api/index.ts';

/** What an API server makes of a value and a JSON merge patch of it (RFC 7386); members that are undefined never reach it. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const fields = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) fields.delete(key);
    else if (value !== undefined) fields.set(key, applyMergePatch(fields.get(key), value));
  }
  return Object.fromEntries(fields);
}
