import { isRecord } from '../../api/index.ts';
import { MalformedField } from './transform-error.ts';

/**
 * Changing JSON by copying what lies on the path to the change and sharing all the rest, so that what is given may be
 * frozen and may be shared. What does not change is returned itself. A field that is undefined or null is not there.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

export type Path = readonly string[];

/** The value at a path; undefined where there is none. */
export function valueAt(object: unknown, path: Path): unknown {
  let at = object;
  for (const key of path) at = isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at ?? undefined;
}

/**
 * Changes the value at a path. `change` is given undefined where there is none, and removes it by returning undefined;
 * objects on the way are made where they are needed. Throws MalformedField where the path leads through a scalar or list.
 */
export function update<T extends object>(object: T, path: Path, change: (value: unknown) => unknown): T {
  return updateFrom(object, path, 0, change);
}

export function set<T extends object>(object: T, path: Path, value: unknown): T {
  return update(object, path, () => value);
}

/** Removes a field; nothing where the path leads nowhere. */
export function remove<T extends object>(object: T, path: Path): T {
  const key = path.at(-1);
  const parent = path.length === 1 ? object : valueAt(object, path.slice(0, -1));
  if (key === undefined || !isRecord(parent) || !Object.hasOwn(parent, key)) return object;
  const rest = Object.fromEntries(Object.entries(parent).filter(([name]) => name !== key));
  return path.length === 1 ? (rest as T) : set(object, path.slice(0, -1), rest);
}

/** Adds fields to the object at a path, replacing those of the same name. */
export function merge<T extends object>(object: T, path: Path, fields: JsonObject | undefined): T {
  if (fields === undefined || Object.keys(fields).length === 0) return object;
  return update(object, path, (value) => {
    if (value !== undefined && !isRecord(value)) throw new MalformedField(path, 'an object');
    const changed = Object.entries(fields).some(([key, field]) => valueAt(value, [key]) !== field);
    return changed ? { ...value, ...fields } : value;
  });
}

/** Changes every item of the list of objects at a path; nothing where there is no list. Throws MalformedField. */
export function updateItems<T extends object>(
  object: T,
  path: Path,
  change: (item: JsonObject) => JsonObject,
): T {
  return valueAt(object, path) === undefined
    ? object
    : update(object, path, (value) => {
        const items = listOfObjects(value, path);
        const changed = items.map(change);
        return changed.every((item, index) => item === items[index]) ? items : changed;
      });
}

/** The objects in the list at a path; empty where there is no list. Throws MalformedField. */
export function itemsAt(object: unknown, path: Path): readonly JsonObject[] {
  const value = valueAt(object, path);
  return value === undefined ? [] : listOfObjects(value, path);
}

function listOfObjects(value: unknown, path: Path): readonly JsonObject[] {
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw new MalformedField(path, 'a list of objects');
}

function updateFrom<T extends object>(
  object: T,
  path: Path,
  at: number,
  change: (value: unknown) => unknown,
): T {
  const key = path[at];
  if (key === undefined) return object;
  const before = valueAt(object, [key]);
  if (at === path.length - 1) return withField(object, key, before, change(before));
  if (before !== undefined && !isRecord(before)) throw new MalformedField(path.slice(0, at + 1), 'an object');
  const after = updateFrom(before ?? {}, path, at + 1, change);
  return before === undefined && Object.keys(after).length === 0
    ? object
    : withField(object, key, before, after);
}

function withField<T extends object>(object: T, key: string, before: unknown, after: unknown): T {
  if (after === before) return object;
  return after === undefined ? remove(object, [key]) : { ...object, [key]: after };
}
