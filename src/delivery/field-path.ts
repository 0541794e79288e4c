/**
 * The object without one field, named by a path as API servers write it in conflicts:
 * `.spec.template.spec.containers[name="activator"].env[name="A"].value`. Keys may hold dots themselves
 * (`.data.loglevel.controller`): the longest key that fits is meant. A path that leads nowhere, or that cannot be read,
 * leaves the object as it is.
 */
export function withoutField<T>(object: T, path: string): T {
  const result = remove(object, path);
  return result === gone ? object : (result as T);
}

const gone = Symbol('gone');

function remove(node: unknown, path: string): unknown {
  if (path === '') return gone;
  if (Array.isArray(node)) return removeFromArray(node, path);
  if (typeof node !== 'object' || node === null || !path.startsWith('.')) return node;
  const key = longestKey(node, path.slice(1));
  if (key === undefined) return node;
  const { [key]: child, ...others } = node as Record<string, unknown>;
  const left = remove(child, path.slice(1 + key.length));
  return left === gone ? others : { ...node, [key]: left };
}

function longestKey(node: object, path: string): string | undefined {
  const fits = (key: string): boolean =>
    path.startsWith(key) && ['', '.', '['].includes(path.charAt(key.length));
  return Object.keys(node)
    .filter(fits)
    .sort((a, b) => b.length - a.length)[0];
}

function removeFromArray(items: readonly unknown[], path: string): unknown {
  const bracket = /^\[((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\]/.exec(path);
  if (bracket === null) return items;
  const [whole, content = ''] = bracket;
  const at = items.findIndex((item, index) => selects(content, item, index));
  if (at < 0) return items;
  const left = remove(items[at], path.slice(whole.length));
  return left === gone ? items.toSpliced(at, 1) : items.with(at, left);
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return gone;
  }
}
