import { ageOf } from '../terminal/human-duration.ts';
import { markTone } from '../terminal/mark.ts';
import type { Style } from '../terminal/style.ts';
import { type Column, renderTable, type Table } from '../terminal/table.ts';
import type { ClusterStatus } from '../status/cluster-status.ts';
import type { FleetStatus } from '../status/fleet-status.ts';
import { clusterColumns } from '../status/fleet-table.ts';
import { type InstallationType, typedName } from '../status/installation.ts';
import type { InstallationStatus } from '../status/installation-status.ts';
import { type Level, markOf } from '../status/level.ts';
import type { ObjectType } from '../status/select-object.ts';
import { memberColumns, scaledObjectColumns } from '../status/scaling-tables.ts';

export interface ListedRow {
  readonly namespace: string;
  readonly name: string;
  /** As commands take it. */
  readonly typedName: string;
  readonly status: { readonly level: Level };
}

/** Objects of one type, as they are shown. */
export interface Listing {
  readonly rows: readonly ListedRow[];
  only(wanted: (row: ListedRow) => boolean): Listing;
  render(view: ListingView): Table;
}

export interface ListingView {
  readonly style: Style;
  readonly wide: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The objects may be of more than one namespace. */
  readonly namespaces: boolean;
}

/** Every object of the type, worst first. */
export function listingOf(type: ObjectType, fleet: FleetStatus): Listing {
  switch (type) {
    case 'cluster':
      return listing(fleet.clusters.map(clusterRow), ({ now }) => clusterColumns(now).slice(1));
    case 'member':
      return listing(
        fleet.members.map((status) => ({
          namespace: status.configuration.namespace,
          name: status.name,
          typedName: `member/${status.name}`,
          status,
        })),
        () => memberColumns.slice(1),
      );
    case 'dso':
      return listing(fleet.scaledObjects.map(objectRow), ({ now }) => [
        ...scaledObjectColumns(now).slice(1),
        ageColumn(now),
      ]);
    case 'serving':
    case 'eventing':
      return listing(installationsOf(type, fleet).map(objectRow), ({ now }) => installationColumns(now));
  }
}

interface Row<T> extends ListedRow {
  readonly status: T & { readonly level: Level };
}

function listing<T>(
  rows: readonly Row<T>[],
  columnsOf: (view: ListingView) => readonly Column<T & { readonly level: Level }>[],
): Listing {
  return {
    rows,
    only: (wanted) => listing(rows.filter(wanted), columnsOf),
    render: (view) => {
      const { style, wide, namespaces } = view;
      const named: readonly Column<Row<T>>[] = [
        ...(namespaces ? [{ title: 'NAMESPACE', value: ({ namespace }: Row<T>) => namespace || '-' }] : []),
        { title: 'NAME', value: ({ name }) => name },
      ];
      const columns = columnsOf(view).map(({ value, tone, ...column }): Column<Row<T>> => ({
        ...column,
        value: ({ status }) => value(status),
        ...(tone === undefined ? {} : { tone: ({ status }) => tone(status) }),
      }));
      const mark = ({ status }: Row<T>) => markOf(status.level);
      return renderTable(rows, [...named, ...columns], { style, wide, mark });
    },
  };
}

/** The hub itself has no ClusterProfile, and so no namespace. */
function clusterRow(status: ClusterStatus): Row<ClusterStatus> {
  const [namespace = '', name] = status.name.split('/');
  return {
    ...(name === undefined ? { namespace: '', name: namespace } : { namespace, name }),
    typedName: `cluster/${status.name}`,
    status,
  };
}

function objectRow<T extends Parameters<typeof typedName>[0] & { readonly level: Level }>(status: T): Row<T> {
  const { namespace, name } = status;
  return { namespace, name, typedName: typedName(status), status };
}

function installationsOf(type: InstallationType, { clusters }: FleetStatus): readonly InstallationStatus[] {
  return clusters.flatMap((cluster) => cluster[type]);
}

function installationColumns(now: number): readonly Column<InstallationStatus>[] {
  return [
    { title: 'STATE', value: ({ state }) => state, tone: ({ level }) => markTone(markOf(level)) },
    { title: 'VERSION', value: ({ version }) => version ?? '<none>' },
    { title: 'WANTED', value: ({ wantedVersion }) => wantedVersion ?? '<newest>', wide: true, leaveOut: 4 },
    { title: 'CLUSTER', value: ({ cluster }) => cluster, leaveOut: 3 },
    { title: 'REASON', value: ({ reason }) => reason ?? '-', wide: true, leaveOut: 5 },
    { title: 'NEXT', value: ({ next }) => next ?? '-', leaveOut: 1 },
    ageColumn(now),
  ];
}

function ageColumn(now: number): Column<{ readonly createdAt: string | undefined }> {
  return { title: 'AGE', value: ({ createdAt }) => ageOf(createdAt, now), leaveOut: 2 };
}
