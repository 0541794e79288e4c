import { markWord } from '../terminal/mark.ts';
import { plainText } from '../terminal/plain-text.ts';
import { paint } from '../terminal/style.ts';
import { renderTable, type Table } from '../terminal/table.ts';
import { ageOf } from '../terminal/human-duration.ts';
import { markOf } from './level.ts';
import type { MemberStatus } from './member-status.ts';
import { conditionColumns, eventColumns } from './render-object.ts';
import type { Happening, ShownCondition } from './object-status.ts';
import type { Problem } from './problem.ts';
import { problemLines } from './problem-lines.ts';
import type { ScaledObjectStatus } from './scaled-object-status.ts';
import { replicasOf, replicasThere, rowColumns, scaledObjectColumns } from './scaling-tables.ts';
import type { StatusView } from './status-view.ts';

/** One DistributedScaledObject with its members and what happened to it. */
export interface ScaledObjectView {
  /** `dso/namespace/name`. */
  readonly object: string;
  readonly scaledObject: ScaledObjectStatus;
  readonly conditions: readonly ShownCondition[];
  /** The newest first. */
  readonly events: readonly Happening[];
  readonly problems: readonly Problem[];
}

/** One member with the objects that use it. */
export interface MemberView {
  /** `member/name`. */
  readonly object: string;
  readonly member: MemberStatus;
  readonly scaledObjects: readonly ScaledObjectStatus[];
  readonly problems: readonly Problem[];
}

export function renderScaledObject(status: ScaledObjectView, view: StatusView): Table {
  const { style, wide, now } = view;
  const { scaledObject, conditions, events, problems } = status;
  const { namespace, name, state, level, since, target, next } = scaledObject;
  const tables = [
    renderTable(scaledObject.rows, rowColumns(now), { style, wide }),
    renderTable(conditions, conditionColumns(now), { style, wide }),
    renderTable(events, eventColumns(now), { style, wide }),
  ] as const;
  const [rows, told, happened] = tables;
  return {
    lines: [
      `${markWord(style, markOf(level))} ${paint(style, 'bold', `DistributedScaledObject ${plainText(`${namespace}/${name}`)}`)}: ${state} for ${ageOf(since, now)}`,
      `Target    ${plainText(target ?? '?')}`,
      `Replicas  ${replicasOf(scaledObject)}`,
      `Next      ${plainText(next ?? '-')}`,
      ...(scaledObject.rows.length === 0 ? [] : rows.lines),
      ...(conditions.length === 0 ? [] : told.lines),
      ...(events.length === 0 ? [] : [paint(style, 'bold', 'Events'), ...happened.lines]),
      ...problemLines(problems, view),
    ],
    leftOut: tables.flatMap(({ leftOut }) => leftOut),
  };
}

export function renderMember(status: MemberView, view: StatusView): Table {
  const { style, wide, now } = view;
  const { member, scaledObjects, problems } = status;
  const table = renderTable(scaledObjects, scaledObjectColumns(now), { style, wide });
  return {
    lines: [
      `${markWord(style, markOf(member.level))} ${paint(style, 'bold', `Member ${plainText(member.name)}`)}: ${member.state}`,
      `Provider  ${plainText(member.provider ?? '?')}, which calls it ${plainText(member.id ?? '?')}`,
      `Replicas  ${replicasThere(member)} of ${member.objects === 1 ? '1 object' : `${member.objects} objects`}`,
      `Info      ${plainText(member.info ?? '-')}`,
      `Next      ${plainText(member.next ?? '-')}`,
      ...(scaledObjects.length === 0 ? [] : table.lines),
      ...problemLines(problems, view),
    ],
    leftOut: table.leftOut,
  };
}
