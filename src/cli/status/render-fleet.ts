import { plainText } from '../terminal/plain-text.ts';
import { paint, type Style } from '../terminal/style.ts';
import { renderTable, type Table } from '../terminal/table.ts';
import type { ClusterStatus } from './cluster-status.ts';
import type { FleetStatus, HubStatus } from './fleet-status.ts';
import { clusterColumns } from './fleet-table.ts';
import { hubName } from './installation.ts';
import { markOf } from './level.ts';
import { problemLines } from './problem-lines.ts';
import type { StatusView } from './status-view.ts';

/** Healthy clusters that a terminal shows before it only counts them. */
const mostHealthy = 10;

export function renderFleet(fleet: FleetStatus, view: StatusView): Table {
  const { style, wide, now } = view;
  const { shown, hidden } = select(fleet.clusters, view);
  const table = renderTable(shown, clusterColumns(now), {
    style,
    wide,
    mark: ({ level }) => markOf(level),
  });
  const more = hidden === 0 ? [] : [paint(style, 'dim', `${ellipsis(style)} ${hidden} more ready (-o wide)`)];
  return {
    lines: [
      ...summary(fleet, style),
      ...(shown.length === 0 ? [] : table.lines),
      ...more,
      ...problemLines(fleet.problems, view),
    ],
    leftOut: table.leftOut,
  };
}

/** Programs get every row; people get what needs them, and some of the rest. */
function select(
  clusters: readonly ClusterStatus[],
  { style, wide }: StatusView,
): { readonly shown: readonly ClusterStatus[]; readonly hidden: number } {
  const healthy = clusters.filter(({ level }) => level === 'ok').length;
  const hidden = wide || !style.terminal ? 0 : Math.max(0, healthy - mostHealthy);
  // The healthy ones are the last.
  return { shown: clusters.slice(0, clusters.length - hidden), hidden };
}

function summary({ hub, counts, clusters }: FleetStatus, style: Style): readonly string[] {
  const spokes = clusters.filter(({ name }) => name !== hubName).length;
  const states = Object.entries(counts.clusters)
    .toSorted(([a], [b]) => Number(b === 'Ready') - Number(a === 'Ready') || a.localeCompare(b))
    .map(([state, count]) => `${count} ${state}`);
  const objects = [
    `${counts.KnativeServing ?? '?'} KnativeServing`,
    `${counts.KnativeEventing ?? '?'} KnativeEventing`,
  ];
  return [
    `Hub       ${hubFacts(hub)
      .map(plainText)
      .join(style.unicode && !style.accessible ? ' · ' : ', ')}`,
    `Clusters  ${spokes}${states.length === 0 ? '' : `: ${states.join(', ')}`}`,
    `Objects   ${objects.join(', ')}`,
  ];
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
