import { type Column, renderTable } from '../../src/cli/terminal/table.ts';
import type { Style } from '../../src/cli/terminal/style.ts';
import { counted, inSeconds } from './story.ts';

/** How far the installation on one spoke is. */
export interface SpokeRow {
  readonly spoke: string;
  /** Of Knative; absent before the operator has said so. */
  readonly version: string | undefined;
  readonly objects: number;
  readonly deployments: { readonly ready: number; readonly all: number };
  readonly ready: boolean;
  /** Since the object was created on the hub, until it became ready. */
  readonly seconds: number;
}

const columns: readonly Column<SpokeRow>[] = [
  { title: 'SPOKE', value: ({ spoke }) => spoke },
  { title: 'VERSION', value: ({ version }) => version ?? '-', leaveOut: 2 },
  { title: 'OBJECTS', value: ({ objects }) => String(objects), leaveOut: 1 },
  { title: 'DEPLOYMENTS', value: ({ deployments }) => `${deployments.ready}/${deployments.all}` },
  { title: 'STATE', value: stateOf },
  { title: 'SECONDS', value: ({ seconds }) => seconds.toFixed(1) },
];

/** The table for a terminal. */
export function spokeTable(rows: readonly SpokeRow[], style: Style): readonly string[] {
  return renderTable(rows, columns, { style, wide: false, mark: ({ ready }) => (ready ? 'ok' : 'waiting') })
    .lines;
}

/** A line for each spoke that got from one state into another, for streams that nobody can rewrite. */
export function spokeNews(before: readonly SpokeRow[], after: readonly SpokeRow[]): readonly string[] {
  const known = new Map(before.map((row) => [row.spoke, stateOf(row)]));
  return after.filter((row) => known.get(row.spoke) !== stateOf(row)).map(sentence);
}

function stateOf({ ready, objects }: SpokeRow): string {
  if (ready) return 'Ready';
  return objects === 0 ? 'Waiting' : 'Installing';
}

function sentence(row: SpokeRow): string {
  const { spoke, version, objects, deployments, ready, seconds } = row;
  if (!ready) return `${spoke}: ${stateOf(row).toLowerCase()}, ${inSeconds(seconds)}`;
  const workloads = `${deployments.ready} of ${counted(deployments.all, 'Deployment')}`;
  return `${spoke}: Knative ${version ?? '?'} is ready after ${inSeconds(seconds)}, ${counted(objects, 'object')}, ${workloads} available`;
}
