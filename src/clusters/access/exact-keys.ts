import * as z from 'zod';

/** Told of a key that is not written as it must be. */
export type KeyNote = (path: readonly (string | number)[], note: string) => void;

/**
 * Renames keys that differ from the schema's only by their case, because Go's encoding/json takes those for the same, and
 * drops unknown ones. Of two spellings the exact one counts.
 */
export function exactKeys(
  value: unknown,
  schema: z.ZodType,
  note: KeyNote,
  path: readonly (string | number)[] = [],
): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value))
    return value.map((item, index) => exactKeys(item, inner.element as z.ZodType, note, [...path, index]));
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null || Array.isArray(value))
    return value;
  const shape = inner.shape as Readonly<Record<string, z.ZodType>>;
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  const exact: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    const name = names.get(key.toLowerCase());
    if (name === undefined) note([...path, key], 'is not known and has no effect');
    else if (name === key || !(name in value)) {
      if (name !== key) note([...path, key], `must be written '${name}'; it is taken for that`);
      exact[name] = exactKeys(field, shape[name] as z.ZodType, note, [...path, name]);
    } else note([...path, key], `is ignored beside '${name}'`);
  }
  return exact;
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrap(schema.in as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}
