import type { EffectiveMember } from './effective-members.ts';
import type { MemberRow, PlanState } from './member-row.ts';

/**
 * The state in which a duplicate has inherited from the place that it was a duplicate of, where that is gone or another
 * cluster by now: the workload is still there, and so is all that was known of it.
 */
export function withHeirs(state: PlanState, members: ReadonlyMap<string, EffectiveMember>): PlanState {
  if (!Object.values(state.rows).some(({ phase }) => phase.name === 'duplicate')) return state;
  const heirs = new Map<string, string>();
  for (const [place, { id }] of members) {
    const { phase, id: known } = state.rows[place] ?? {};
    if (phase?.name !== 'duplicate' || known !== id || heirs.has(phase.of)) continue;
    const owner = state.rows[phase.of];
    const isGone = owner !== undefined && (members.get(phase.of)?.id ?? '') !== owner.id;
    if (isGone) heirs.set(phase.of, place);
  }
  if (heirs.size === 0) return state;
  const rows = Object.entries(state.rows).flatMap(
    ([place, row]): readonly (readonly [string, MemberRow])[] => {
      if (heirs.has(place)) return [];
      if (row.phase.name !== 'duplicate') return [[place, row]];
      const heir = heirs.get(row.phase.of);
      if (heir === undefined) return [[place, row]];
      const owner = state.rows[row.phase.of];
      if (heir !== place || owner === undefined)
        return [[place, { ...row, phase: { ...row.phase, of: heir } }]];
      return [[place, inherited(owner, row)]];
    },
  );
  return { ...state, rows: Object.fromEntries(rows) };
}

/** All that was known of the workload, under the name of the duplicate. */
export function inherited(
  owner: MemberRow,
  { name, namespace, id, reference, retargetedAt }: MemberRow,
): MemberRow {
  return { ...owner, name, namespace, id, reference, retargetedAt };
}
