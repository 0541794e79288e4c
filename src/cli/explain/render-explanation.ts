import { eventColumns } from '../status/render-object.ts';
import { humanDuration } from '../terminal/human-duration.ts';
import { markWord } from '../terminal/mark.ts';
import { plainText } from '../terminal/plain-text.ts';
import { paint, type Style } from '../terminal/style.ts';
import { type Column, renderTable, type Table } from '../terminal/table.ts';
import type { ExplainedMember, Explanation } from './explanation.ts';

export const stateColumn: Column<Pick<ExplainedMember, 'state' | 'excluded'>> = {
  title: 'STATE',
  value: ({ state, excluded }) => (excluded ? 'Excluded' : state),
  tone: ({ state, excluded }) => (excluded ? 'red' : state === 'Ready' ? undefined : 'yellow'),
};

const columns: readonly Column<ExplainedMember>[] = [
  { title: 'MEMBER', value: ({ member }) => member },
  stateColumn,
  { title: 'WEIGHT', value: ({ weight }) => String(weight), leaveOut: 2 },
  { title: 'SHARE', value: ({ share }) => String(share), leaveOut: 1 },
  { title: 'WANT', value: ({ want }) => String(want) },
  { title: 'HAVE', value: ({ have }) => (have === null ? '?' : String(have)) },
  { title: 'WHY', value: ({ why }) => why },
];

export interface ExplanationView {
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The total first, then who has how many of it and why, then what comes next and what came before. */
export function renderExplanation(explanation: Explanation, { style, now }: ExplanationView): Table {
  const { object, target, total, counted, totalBecause, strategy, policy, members, findings, events } =
    explanation;
  const rows = renderTable(members, columns, { style, wide: false });
  const happened = renderTable(events, eventColumns(now), { style, wide: false });
  const because = totalBecause === null ? '' : ` (${plainText(totalBecause).replace(/\.$/, '')})`;
  const { gracePeriodSeconds, recoveryStabilizationSeconds, maxRebalancePercentage, mostAtOnce } = policy;
  const moves =
    maxRebalancePercentage === 0
      ? 'nothing moves because of an outage'
      : `an outage or a return moves at most ${maxRebalancePercentage} % at once (${mostAtOnce})`;
  return {
    lines: [
      `${paint(style, 'bold', plainText(object))}: ${total} wanted for ${plainText(target ?? '?')}, ${counted ?? '?'} counted${because}`,
      `Split     ${strategy}, over ${members.length} ${members.length === 1 ? 'member' : 'members'}; ${moves}`,
      `Outage    others take over after ${seconds(gracePeriodSeconds)}; back, a member waits ${seconds(recoveryStabilizationSeconds)}`,
      ...(members.length === 0 ? [] : rows.lines),
      `Next      ${nextOf(explanation, now)}`,
      ...findingLines(findings, style),
      ...(events.length === 0 ? [] : [paint(style, 'bold', 'Events'), ...happened.lines]),
    ],
    leftOut: [...rows.leftOut, ...happened.leftOut],
  };
}

export function findingLines(findings: Explanation['findings'], style: Style): readonly string[] {
  return findings.map(
    ({ code, message }) => `${markWord(style, 'warning')} ${plainText(message.replace(/\.$/, ''))}  ${code}`,
  );
}

/** When it is planned again. */
export function nextOf({ nextCheckAt }: Pick<Explanation, 'nextCheckAt'>, now: number): string {
  if (nextCheckAt === null) return 'nothing until something changes';
  return `planned again in ${humanDuration(Date.parse(nextCheckAt) - now)}, or as soon as something changes`;
}

function seconds(count: number): string {
  return humanDuration(count * 1_000);
}
