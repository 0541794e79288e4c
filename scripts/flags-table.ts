import type { OperatorFlag } from '../src/operator/index.ts';
import { code, table } from './markdown.ts';

/** Flags as a Markdown table. */
export function flagsTable(flags: readonly OperatorFlag[]): string {
  const rows = flags.map((flag) => [code(spelling(flag)), code(flag.default), code(flag.env), flag.help]);
  return table(['flag', 'default', 'variable', 'meaning'], rows);
}

function spelling({ name, value }: OperatorFlag): string {
  return value === undefined ? `--${name}` : `--${name}=${value}`;
}
