import { isRecord } from '../api/index.ts';

/** A part of an object that anybody may have written: what is not as it should be is read as empty. */
export type Fields = Readonly<Record<string, unknown>>;

export function recordAt(value: unknown, field: string): Fields {
  const found = isRecord(value) ? value[field] : undefined;
  return isRecord(found) ? found : {};
}

export function listAt(value: Fields, field: string): readonly Fields[] {
  const found = value[field];
  return Array.isArray(found) ? found.filter(isRecord) : [];
}
