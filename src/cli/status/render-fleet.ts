import { plainText } from '../terminal/plain-text.ts';
import { paint, type Style } from '../terminal/style.ts';
import { type Column, renderTable, type Table } from '../terminal/table.ts';
import type { FleetStatus, HubStatus } from './fleet-status.ts';
import { clusterColumns } from './fleet-table.ts';
import { hubName } from './installation.ts';
import { type Level, markOf } from './level.ts';
import { memberColumns, scaledObjectColumns } from './scaling-tables.ts';
import { problemLines } from './problem-lines.ts';
import type { StatusView } from './status-view.ts';

/** Healthy clusters that a terminal shows before it only counts them. */
const mostHealthy = 10;

export function renderFleet(fleet: FleetStatus, view: StatusView): Table {
  const { style, now } = view;
  const tables = [
    part(fleet.clusters, clusterColumns(now), view),
    part(fleet.members, memberColumns, view),
    part(fleet.scaledObjects, scaledObjectColumns(now), view),
  ];
  return {
    lines: [
      ...summary(fleet, style),
      ...tables.flatMap(({ lines }) => lines),
      ...problemLines(fleet.problems, view),
    ],
    leftOut: tables.flatMap(({ leftOut }) => leftOut),
  };
}

function part<Row extends { readonly level: Level }>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  view: StatusView,
): Table {
  const { style, wide } = view;
  if (rows.length === 0) return { lines: [], leftOut: [] };
  const { shown, hidden } = select(rows, view);
  const table = renderTable(shown, columns, { style, wide, mark: ({ level }) => markOf(level) });
  const more = hidden === 0 ? [] : [paint(style, 'dim', `${ellipsis(style)} ${hidden} more ready (-o wide)`)];
  return { lines: [...table.lines, ...more], leftOut: table.leftOut };
}

/** Programs get every row; people get what needs them, and some of the rest. */
function select<Row extends { readonly level: Level }>(
  rows: readonly Row[],
  { style, wide }: StatusView,
): { readonly shown: readonly Row[]; readonly hidden: number } {
  const healthy = rows.filter(({ level }) => level === 'ok').length;
  const hidden = wide || !style.terminal ? 0 : Math.max(0, healthy - mostHealthy);
  // The healthy ones are the last.
  return { shown: rows.slice(0, rows.length - hidden), hidden };
}

function summary({ hub, counts, clusters, members }: FleetStatus, style: Style): readonly string[] {
  const spokes = clusters.filter(({ name }) => name !== hubName).length;
  const objects = [
    `${counts.KnativeServing ?? '?'} KnativeServing`,
    `${counts.KnativeEventing ?? '?'} KnativeEventing`,
    ...(counts.DistributedScaledObject === 0
      ? []
      : [`${counts.DistributedScaledObject ?? '?'} DistributedScaledObject`]),
  ];
  return [
    `Hub       ${hubFacts(hub)
      .map(plainText)
      .join(style.unicode && !style.accessible ? ' · ' : ', ')}`,
    `Clusters  ${spokes}${statesOf(counts.clusters)}`,
    ...(members.length === 0 ? [] : [`Members   ${members.length}${statesOf(counts.members)}`]),
    `Objects   ${objects.join(', ')}`,
  ];
}

/** `: 3 Ready, 1 Unreachable`. */
function statesOf(counts: Readonly<Record<string, number>>): string {
  const states = Object.entries(counts)
    .toSorted(([a], [b]) => Number(b === 'Ready') - Number(a === 'Ready') || a.localeCompare(b))
    .map(([state, count]) => `${count} ${state}`);
  return states.length === 0 ? '' : `: ${states.join(', ')}`;
}

function hubFacts({ context, kubernetes, wheelwright, replicas, buckets }: HubStatus): readonly string[] {
  const operator = wheelwright === null ? [] : [`Wheelwright ${wheelwright}`];
  return [
    context,
    ...operator,
    `Kubernetes ${kubernetes?.replace(/^v/, '') ?? '?'}`,
    ...workOf(replicas, buckets),
  ];
}

function workOf(replicas: HubStatus['replicas'], buckets: HubStatus['buckets']): readonly string[] {
  if (buckets === null) return ['operator ?'];
  if (buckets.total === 0) return ['no operator'];
  return [
    `${replicas ?? '?'} ${replicas === 1 ? 'replica' : 'replicas'} at work`,
    `${buckets.held} of ${buckets.total} Leases held`,
  ];
}

function ellipsis({ unicode }: Style): string {
  return unicode ? '…' : '...';
}
