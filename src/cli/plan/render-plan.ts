import { type ExplanationView, findingLines, nextOf, stateColumn } from '../explain/render-explanation.ts';
import { arrow } from '../terminal/arrow.ts';
import { plainText } from '../terminal/plain-text.ts';
import { paint } from '../terminal/style.ts';
import { type Column, renderTable, type Table } from '../terminal/table.ts';
import type { NextWrites, PlannedMember } from './next-writes.ts';

const columns: readonly Column<PlannedMember>[] = [
  { title: 'MEMBER', value: ({ member }) => member },
  stateColumn,
  { title: 'NOW', value: ({ now }) => shown(now) },
  {
    title: 'NEXT',
    value: ({ next }) => shown(next),
    tone: ({ isWritten }) => (isWritten ? 'bold' : undefined),
  },
  { title: 'WHY', value: ({ why }) => why },
];

/** The total first, then every member, then what would be written. */
export function renderPlan(writes: NextWrites, { style, now }: ExplanationView): Table {
  const { object, target, total, counted, nextCounted, members } = writes;
  const rows = renderTable(members, columns, { style, wide: false });
  const to = arrow(style);
  const changes = [
    ...members.flatMap((member) =>
      member.isWritten ? [`${member.member} ${shown(member.now)} ${to} ${shown(member.next)}`] : [],
    ),
    ...(counted === nextCounted ? [] : [`what autoscalers are told ${counted ?? '?'} ${to} ${nextCounted}`]),
  ];
  return {
    lines: [
      `${paint(style, 'bold', plainText(object))}: ${total} wanted for ${plainText(target ?? '?')}, ${counted ?? '?'} counted`,
      ...(members.length === 0 ? [] : rows.lines),
      ...findingLines(writes.findings, style),
      `Next      ${nextOf(writes, now)}`,
      `Writes    ${changes.length === 0 ? 'none: whoever answers has its number' : changes.map(plainText).join(', ')}`,
    ],
    leftOut: rows.leftOut,
  };
}

function shown(replicas: number | null): string {
  return replicas === null ? '?' : String(replicas);
}
