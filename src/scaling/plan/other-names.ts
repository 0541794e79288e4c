import { uidOf } from './duplicates.ts';
import type { EffectiveMember } from './effective-members.ts';
import type { MemberRow, PlanState } from './member-row.ts';
import type { Observations } from './observation.ts';

/**
 * The state in which a place that is wanted has all that was known of its workload under a name that is not wanted any
 * more: one name would be told its share, and the other one zero.
 */
export function withOtherNames(
  state: PlanState,
  wanted: ReadonlyMap<string, EffectiveMember>,
  observed: Observations,
): PlanState {
  const left = new Map<string, MemberRow>();
  const places = new Map<string, string>();
  for (const [place, row] of Object.entries(state.rows)) {
    const uid = wanted.has(place) || row.phase.name === 'duplicate' ? undefined : uidOf(place, observed);
    if (uid === undefined) continue;
    left.set(uid, row);
    places.set(uid, place);
  }
  if (left.size === 0) return state;
  const rows = new Map(Object.entries(state.rows));
  for (const [place, { name, namespace, id, cluster, reference, retargetedAt }] of wanted) {
    const uid = uidOf(place, observed) ?? '';
    const row = left.get(uid);
    if (row === undefined) continue;
    rows.delete(places.get(uid) ?? '');
    const known = rows.get(place);
    if (known?.id === id && known?.phase.name !== 'fresh') continue;
    rows.set(place, { ...row, name, namespace, id, cluster, reference, retargetedAt });
    // Whoever else is this workload is a duplicate.
    left.delete(uid);
  }
  return { ...state, rows: Object.fromEntries(rows) };
}
