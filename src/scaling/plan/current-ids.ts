import { isSameCluster } from '../../clusters/index.ts';
import { MemberDirectory } from './member-directory.ts';
import type { MemberRow, PlanState } from './member-row.ts';
import type { RegisteredMember } from './observation.ts';
import { placeOf } from './place.ts';

/**
 * The state with every member under the id that it has now: where its name leads to another member but to the same
 * cluster, as when a Secret takes the place of a mounted kubeconfig, nothing has changed but the way there.
 */
export function withCurrentIds(state: PlanState, members: readonly RegisteredMember[]): PlanState {
  const directory = new MemberDirectory(members);
  const left = new Set<string>();
  const moved = new Map<string, MemberRow>();
  for (const [place, row] of Object.entries(state.rows)) {
    const member = directory.find(row.reference ?? row.name);
    if (member === undefined || !isSuccessor(row, member, directory)) continue;
    const renamed: MemberRow = { ...row, id: member.id, name: member.name };
    const to = placeOf(renamed);
    const there = to === place ? undefined : state.rows[to];
    if (there !== undefined && there.id !== member.id) continue;
    left.add(place);
    // What nothing is known of yet makes way; a row that serves tells of the same workload already.
    if (!moved.has(to) && (there === undefined || there.phase.name === 'fresh')) moved.set(to, renamed);
  }
  if (left.size === 0) return state;
  const rows = Object.entries(state.rows).filter(([place]) => !left.has(place));
  return { ...state, rows: Object.fromEntries([...rows, ...moved]) };
}

/**
 * Whether the member is another one than that of the row, and both are known to be the same cluster; of that of the row it
 * may be told only now.
 */
export function isSuccessor(
  row: MemberRow,
  { id, cluster }: RegisteredMember,
  directory: MemberDirectory,
): boolean {
  const known = row.cluster ?? directory.withId(row.id)?.cluster;
  return (
    row.id !== undefined &&
    row.id !== id &&
    row.phase.name !== 'duplicate' &&
    known !== undefined &&
    cluster !== undefined &&
    isSameCluster(known, cluster)
  );
}
