import type { ClusterStatus } from '../status/cluster-status.ts';
import type { FleetStatus } from '../status/fleet-status.ts';
import type { MemberStatus } from '../status/member-status.ts';
import type { ScaledObjectStatus } from '../status/scaled-object-status.ts';

/** The part of the fleet that one page shows. */
export interface FleetView {
  readonly clusters: Portion<ClusterStatus>;
  readonly members: Portion<MemberStatus>;
  readonly scaledObjects: Portion<ScaledObjectStatus>;
  /** Of them all; at least 1. */
  readonly pages: number;
  /** From 1; the last one where a later one was asked for. */
  readonly page: number;
}

export interface Portion<T> {
  readonly rows: readonly T[];
  /** Those that the filter lets through, on all pages. */
  readonly matching: number;
  readonly all: number;
}

/** More rows than this are nothing that a person reads at once. */
export const rowsPerPage = 100;

/** What has the filter in its name, state or message; worst first, as the fleet is. */
export function fleetView(
  { clusters, members, scaledObjects }: Pick<FleetStatus, 'clusters' | 'members' | 'scaledObjects'>,
  { filter, page }: { readonly filter: string; readonly page: number },
): FleetView {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (...texts: readonly (string | undefined)[]): boolean => {
    const text = texts.join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const found = {
    clusters: clusters.filter(({ name, state, message, code }) => matches(name, state, message, code)),
    members: members.filter(({ name, id, state, provider, info, code }) =>
      matches(name, id, state, provider, info, code),
    ),
    scaledObjects: scaledObjects.filter(({ namespace, name, state, message, target, code }) =>
      matches(`${namespace}/${name}`, state, message, target, code),
    ),
  };
  const longest = Math.max(...Object.values(found).map(({ length }) => length));
  const pages = Math.max(1, Math.ceil(longest / rowsPerPage));
  const shown = Math.min(page, pages);
  const portion = <T>(rows: readonly T[], all: readonly T[]): Portion<T> => ({
    rows: rows.slice((shown - 1) * rowsPerPage, shown * rowsPerPage),
    matching: rows.length,
    all: all.length,
  });
  return {
    clusters: portion(found.clusters, clusters),
    members: portion(found.members, members),
    scaledObjects: portion(found.scaledObjects, scaledObjects),
    pages,
    page: shown,
  };
}
