import type { Style } from '../terminal/style.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { type DocumentedCode, documentedCodes } from './documented-code.ts';

const columns: readonly Column<DocumentedCode>[] = [
  { title: 'CODE', value: ({ code }) => code },
  { title: 'LEVEL', value: ({ level }) => level, leaveOut: 1 },
  { title: 'NAME', value: nameOf },
  { title: 'MEANING', value: ({ meaning }) => meaning },
];

/** All codes as a table. */
export function allCodeLines(style: Style): readonly string[] {
  return renderTable(documentedCodes(), columns, { style, wide: false }).lines;
}

/** Everything about one code; undefined where there is no such code. */
export function codeLines(code: string): readonly string[] | undefined {
  const entry = documentedCodes().find((candidate) => candidate.code === code);
  if (entry === undefined) return undefined;
  return [
    `${entry.code}  ${nameOf(entry)} (${entry.level})`,
    `Meaning  ${entry.meaning}`,
    ...(entry.check === undefined ? [] : [`Check    ${entry.check}`]),
    `Fix      ${entry.fix}`,
  ];
}

function nameOf({ reason, check }: DocumentedCode): string {
  if (reason !== undefined) return reason;
  return check === undefined ? 'command-line' : 'check';
}
