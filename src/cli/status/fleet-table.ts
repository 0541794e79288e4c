import type { Column } from '../terminal/table.ts';
import { ageOf } from '../terminal/human-duration.ts';
import { markTone } from '../terminal/mark.ts';
import type { ClusterState, ClusterStatus } from './cluster-status.ts';
import type { InstallationStatus } from './installation-status.ts';
import { markOf } from './level.ts';

/** `now` is milliseconds since the epoch. */
export function clusterColumns(now: number): readonly Column<ClusterStatus>[] {
  return [
    { title: 'CLUSTER', value: ({ name }) => name },
    {
      title: 'STATE',
      value: ({ state }) => state,
      tone: ({ level }) => markTone(markOf(level)),
    },
    { title: 'SERVING', value: ({ state, serving }) => installed(serving, state), leaveOut: 3 },
    { title: 'EVENTING', value: ({ state, eventing }) => installed(eventing, state), leaveOut: 4 },
    { title: 'SINCE', value: ({ since }) => (since === undefined ? '-' : ageOf(since, now)), leaveOut: 2 },
    { title: 'KUBERNETES', value: ({ kubernetes }) => kubernetes ?? '?', wide: true, leaveOut: 5 },
    { title: 'MANAGER', value: ({ manager }) => manager ?? '-', wide: true, leaveOut: 6 },
    { title: 'PROVIDERS', value: ({ providers }) => providers.join(',') || '-', wide: true, leaveOut: 7 },
    { title: 'NEXT', value: ({ next }) => next ?? '-', leaveOut: 1 },
  ];
}

/** States in which what is said about installations is what was last known. */
const outOfSight = new Set<ClusterState>(['Unreachable', 'NoAccess', 'Missing', 'NotReady', 'Invalid']);

/** `1.22.1 ready`, `1.21.2 ?`, `2 of 3 ready`, `-`. */
export function installed(installations: readonly InstallationStatus[], state: ClusterState): string {
  const [only, ...others] = installations;
  if (only === undefined) return '-';
  if (others.length > 0) {
    const ready = installations.filter((installation) => installation.state === 'Ready').length;
    return `${ready} of ${installations.length} ready`;
  }
  const version = only.version ?? only.wantedVersion ?? '<none>';
  return `${version} ${outOfSight.has(state) ? '?' : word(only)}`;
}

function word({ state, level, version }: InstallationStatus): string {
  switch (state) {
    case 'Ready':
      return 'ready';
    case 'Removing':
      return level === 'error' ? 'stuck' : 'going';
    case 'Progressing':
      return version === undefined ? 'coming' : 'changing';
    case 'NotReady':
      return level === 'error' ? 'failed' : 'waiting';
  }
}
