import { code, table } from '../markdown.ts';
import type { SchemaNode } from './schema-node.ts';

/** Every value with its default as a Markdown table, in the order of `values.yaml`. */
export function valuesTable(schema: SchemaNode): string {
  const rows = settable(schema, '').map(([path, { description = '', default: fallback, enum: allowed }]) => [
    code(path),
    fallback === undefined ? '' : code(plain(fallback)),
    `${description}${allowed === undefined ? '' : ` One of ${allowed.map(code).join(', ')}.`}`,
  ]);
  return table(['value', 'default', 'meaning'], rows);
}

/** What can be set: single values, lists with what their items have, and objects that take more than is named here. */
function settable({ properties = {} }: SchemaNode, path: string): readonly (readonly [string, SchemaNode])[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const isGroup = node.properties !== undefined && node.default === undefined;
    const isOpen = node.additionalProperties !== false;
    return [
      ...(isGroup && !isOpen ? [] : [[here, node] as const]),
      ...settable(node, here),
      ...(node.items === undefined ? [] : settable(node.items, `${here}[]`)),
    ];
  });
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value || '""' : JSON.stringify(value);
}
