import type { OperatorFlag } from '../src/operator/index.ts';

/** Flags as a Markdown table. */
export function flagsTable(flags: readonly OperatorFlag[]): string {
  const rows = flags.map(
    (flag) =>
      `| ${code(spelling(flag))} | ${orNone(flag.default)} | ${orNone(flag.env)} | ${flag.help.replaceAll('|', '\\|')} |`,
  );
  return ['| flag | default | variable | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function spelling({ name, value }: OperatorFlag): string {
  return value === undefined ? `--${name}` : `--${name}=${value}`;
}

function orNone(text: string | undefined): string {
  return text === undefined ? '' : code(text);
}

function code(text: string): string {
  return `\`${text}\``;
}
