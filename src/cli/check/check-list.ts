import { type Column, renderTable, type Table } from '../terminal/table.ts';
import type { Style } from '../terminal/style.ts';
import type { Check } from './check.ts';

export type ListedCheck = Pick<Check, 'code' | 'scope' | 'title' | 'level' | 'needs'>;

export function listedChecks(checks: readonly Check[]): readonly ListedCheck[] {
  return checks.map(({ code, scope, title, level, needs }) => ({ code, scope, title, level, needs }));
}

const columns: readonly Column<ListedCheck>[] = [
  { title: 'CODE', value: ({ code }) => code },
  { title: 'SCOPE', value: ({ scope }) => scope, leaveOut: 2 },
  { title: 'LEVEL', value: ({ level }) => level, leaveOut: 1 },
  { title: 'WHAT-IS-SO', value: ({ title }) => title },
  { title: 'NEEDS', value: ({ needs }) => needs, leaveOut: 3 },
];

export function renderCheckList(checks: readonly Check[], style: Style): Table {
  return renderTable(listedChecks(checks), columns, { style, wide: false });
}
