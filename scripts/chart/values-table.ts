import { code, table } from '../markdown.ts';
import type { SchemaNode } from './schema-node.ts';

/** Every value with its default as a Markdown table, in the order of `values.yaml`. */
export function valuesTable(schema: SchemaNode): string {
  const rows = leaves(schema, '').map(([path, { description = '', default: fallback, enum: allowed }]) => [
    code(path),
    fallback === undefined ? '' : code(plain(fallback)),
    `${description}${allowed === undefined ? '' : ` One of ${allowed.map(code).join(', ')}.`}`,
  ]);
  return table(['value', 'default', 'meaning'], rows);
}

function leaves({ properties = {} }: SchemaNode, path: string): readonly (readonly [string, SchemaNode])[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return node.properties === undefined || node.default !== undefined
      ? [[here, node] as const]
      : leaves(node, here);
  });
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value || '""' : JSON.stringify(value);
}
