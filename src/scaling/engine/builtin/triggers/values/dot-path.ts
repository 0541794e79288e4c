/** What is at keys and places of lists joined by dots, such as `spec.items.0.size`; undefined where nothing is. */
export function childAt(document: unknown, path: string): unknown {
  let value = document;
  for (const key of path.split('.')) {
    if (Array.isArray(value)) value = /^\d+$/.test(key) ? (value as unknown[])[Number(key)] : undefined;
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, key))
      value = (value as Readonly<Record<string, unknown>>)[key];
    else return undefined;
  }
  return value ?? undefined;
}
