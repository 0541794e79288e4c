import type { SchemaNode } from './schema-node.ts';

/** Every value with its default as a Markdown table, in the order of `values.yaml`. */
export function valuesTable(schema: SchemaNode): string {
  const rows = leaves(schema, '').map(
    ([path, { description = '', default: fallback, enum: allowed }]) =>
      `| \`${path}\` | ${fallback === undefined ? '' : code(fallback)} | ${cell(description)}${allowed === undefined ? '' : ` One of ${allowed.map((one) => code(one)).join(', ')}.`} |`,
  );
  return ['| value | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function leaves({ properties = {} }: SchemaNode, path: string): readonly (readonly [string, SchemaNode])[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return node.properties === undefined || node.default !== undefined
      ? [[here, node] as const]
      : leaves(node, here);
  });
}

function code(value: unknown): string {
  return `\`${cell(typeof value === 'string' ? value || '""' : JSON.stringify(value))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
