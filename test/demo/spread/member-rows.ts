import { type Column, renderTable } from '../../../src/cli/terminal/table.ts';
import type { Mark } from '../../../src/cli/terminal/mark.ts';
import type { Style } from '../../../src/cli/terminal/style.ts';

/** One member and its part of the workload. */
export interface MemberRow {
  readonly member: string;
  /** As the hub has it: `Ready`, `NotReady`; undefined before it has said anything. */
  readonly state: string | undefined;
  /** Others have taken over from it. */
  readonly excluded: boolean;
  /** How many there must be, by the hub. */
  readonly desired: number;
  /** How many serve, as the member itself says; undefined while the workload is not there. */
  readonly ready: number | undefined;
}

const widest = 10;

/** The table for a terminal: one bar for each member, full where replicas serve and hollow where they are to come. */
export function memberTable(rows: readonly MemberRow[], style: Style): readonly string[] {
  const columns: readonly Column<MemberRow>[] = [
    { title: 'MEMBER', value: ({ member }) => member },
    { title: 'STATE', value: stateOf },
    { title: 'REPLICAS', value: replicasOf },
    { title: 'BAR', value: (row) => bar(row, style.unicode), leaveOut: 1 },
  ];
  return renderTable(rows, columns, { style, wide: false, mark: markOf }).lines;
}

/** A line whenever the split or a state is another one, for streams that nobody can rewrite. */
export function memberNews(before: readonly MemberRow[], after: readonly MemberRow[]): readonly string[] {
  const known = new Map(before.map((row) => [row.member, told(row)]));
  return after.some((row) => known.get(row.member) !== told(row)) ? [after.map(told).join(' · ')] : [];
}

function told(row: MemberRow): string {
  const state = stateOf(row);
  return `${row.member} ${replicasOf(row)}${state === 'Ready' ? '' : ` ${state}`}`;
}

function stateOf({ state, excluded }: MemberRow): string {
  return excluded ? 'Excluded' : (state ?? 'Unknown');
}

function replicasOf({ ready, desired }: MemberRow): string {
  return `${ready ?? '-'}/${desired}`;
}

function markOf({ state, excluded, ready, desired }: MemberRow): Mark {
  if (excluded || state === 'NotReady') return 'failed';
  return state === 'Ready' && ready === desired ? 'ok' : 'waiting';
}

function bar({ ready = 0, desired }: MemberRow, unicode: boolean): string {
  const [full, hollow] = unicode ? ['█', '░'] : ['#', '.'];
  const there = Math.min(ready, widest);
  const toCome = Math.max(0, Math.min(desired, widest) - there);
  return full.repeat(there) + hollow.repeat(toCome) || '-';
}
