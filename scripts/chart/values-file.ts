import { dump } from 'js-yaml';
import type { SchemaNode } from './schema-node.ts';
import { wrapWords } from './wrap-words.ts';

const header =
  '# Values of the chart, with their defaults. Written by `npm run chart` from scripts/chart/values.ts; changes here are lost.\n';

/** `values.yaml`: every value with its default and what it is, as Helm reads and people copy it. */
export function valuesFile(schema: SchemaNode): string {
  return `${header}\n${block(schema, '')}`;
}

function block({ properties = {} }: SchemaNode, indent: string): string {
  const parts = Object.entries(properties).map(([name, node]) => value(name, node, indent));
  return parts.join(indent === '' ? '\n' : '');
}

function value(name: string, node: SchemaNode, indent: string): string {
  const comment = commentOf(node, indent);
  if (node.default === undefined && isOpen(node))
    return `${comment}${indent}${name}:\n${block(node, `${indent}  `)}`;
  // What has no default is only shown, so that it stays unset.
  if (node.default === undefined) return `${comment}${indent}# ${name}:\n`;
  const yaml = dump({ [name]: node.default }, { lineWidth: -1, noRefs: true, quoteStyle: 'double' });
  return comment + yaml.trimEnd().replaceAll(/^/gm, indent) + '\n';
}

/** An object whose values have defaults of their own. */
function isOpen({ properties }: SchemaNode): boolean {
  return (
    properties !== undefined &&
    Object.values(properties).some((node) => node.default !== undefined || isOpen(node))
  );
}

const widest = 110;

function commentOf({ description = '', enum: allowed }: SchemaNode, indent: string): string {
  const text = allowed === undefined ? description : `${description} One of ${allowed.join(', ')}.`;
  const lines = wrapWords(text, widest - indent.length);
  return lines.map((line) => `${indent}# ${line}\n`).join('');
}
