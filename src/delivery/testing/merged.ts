import { isRecord } from '../../api/index.ts';
/** What an API server makes of an object and a merge patch of it (RFC 7386). */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const fields = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) fields.delete(key);
    else if (value !== undefined) fields.set(key, merged(fields.get(key), value));
  }
  return Object.fromEntries(fields);
}
