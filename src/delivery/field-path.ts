/**
 * Fields named by a path as API servers write it in conflicts:
 * `.spec.template.spec.containers[name="activator"].env[name="A"].value`. Keys may hold dots themselves
 * (`.data.loglevel.controller`): the longest key that fits is meant. A path that leads nowhere, or that cannot be read,
 * leaves the object as it is.
 */
export function withoutField<T>(object: T, path: string): T {
  return withField(object, path, undefined);
}

/** The object with another value of one field; undefined takes the field away. A field that is not there is added. */
export function withField<T>(object: T, path: string, value: unknown): T {
  const result = replace(object, path, value);
  return result === undefined ? object : (result as T);
}

/** Undefined where the path leads nowhere. */
export function fieldAt(node: unknown, path: string): unknown {
  if (path === '') return node;
  if (Array.isArray(node)) {
    const { at, rest } = itemOf(node, path);
    return at < 0 ? undefined : fieldAt(node[at], rest);
  }
  if (typeof node !== 'object' || node === null || !path.startsWith('.')) return undefined;
  const key = longestKey(node, path.slice(1));
  return key === undefined
    ? undefined
    : fieldAt((node as Record<string, unknown>)[key], path.slice(1 + key.length));
}

/** Undefined in place of a node stands for one that goes. */
function replace(node: unknown, path: string, value: unknown): unknown {
  if (path === '') return value;
  if (Array.isArray(node)) return replaceInArray(node, path, value);
  if (typeof node !== 'object' || node === null || !path.startsWith('.')) return node;
  const key = longestKey(node, path.slice(1)) ?? newKey(path);
  if (key === undefined) return node;
  const { [key]: child, ...others } = node as Record<string, unknown>;
  const left = replace(child, path.slice(1 + key.length), value);
  return left === undefined ? others : { ...node, [key]: left };
}

function longestKey(node: object, path: string): string | undefined {
  const fits = (key: string): boolean =>
    path.startsWith(key) && ['', '.', '['].includes(path.charAt(key.length));
  return Object.keys(node)
    .filter(fits)
    .sort((a, b) => b.length - a.length)[0];
}

/** Only the last step of a path can be one that is not there yet. */
function newKey(path: string): string | undefined {
  return /^\.([^.[]+)$/.exec(path)?.[1];
}

function replaceInArray(items: readonly unknown[], path: string, value: unknown): unknown {
  const { at, rest } = itemOf(items, path);
  if (at < 0) return items;
  const left = replace(items[at], rest, value);
  return left === undefined ? items.toSpliced(at, 1) : items.with(at, left);
}

/** The item that the first step of the path selects, -1 for none, and the path from there on. */
function itemOf(items: readonly unknown[], path: string): { readonly at: number; readonly rest: string } {
  const bracket = /^\[((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\]/.exec(path);
  if (bracket === null) return { at: -1, rest: '' };
  const [whole, content = ''] = bracket;
  return {
    at: items.findIndex((item, index) => selects(content, item, index)),
    rest: path.slice(whole.length),
  };
}

/** structured-merge-diff's printing: `key=json,key=json` for list maps, `=json` for sets, a number for positions. */
function selects(content: string, item: unknown, index: number): boolean {
  if (/^\d+$/.test(content)) return Number(content) === index;
  const pairs = content.match(/[^,=]*=(?:"(?:[^"\\]|\\.)*"|[^,]*)/g) ?? [];
  return (
    pairs.length > 0 &&
    pairs.every((pair) => {
      const key = pair.slice(0, pair.indexOf('='));
      const value = parseJson(pair.slice(pair.indexOf('=') + 1));
      return key === '' ? item === value : (item as Record<string, unknown> | null)?.[key] === value;
    })
  );
}

/** Never equal to anything where the text is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return unreadable;
  }
}

const unreadable = Symbol('unreadable');
