import { withCurrentIds } from './current-ids.ts';
import type { Finding } from './finding.ts';
import { inherited } from './heirs.ts';
import type { MemberRow, PlanState } from './member-row.ts';
import type { RegisteredMember } from './observation.ts';
import { orphaned } from './orphaned.ts';
import { placeOf } from './place.ts';

/**
 * The state with every member under the name that it has now: who owns an alias may change, the id of a cluster does
 * not. Whoever is not registered any more makes way.
 */
export function withCurrentNames(
  last: PlanState,
  members: readonly RegisteredMember[],
): { readonly state: PlanState; readonly findings: readonly Finding[] } {
  const state = withCurrentIds(last, members);
  const names = new Map(members.map(({ id, name }) => [id, name]));
  const isHere = ({ id }: MemberRow): boolean => id !== undefined && names.has(id);
  const all = Object.entries(state.rows);
  if (all.every(([, row]) => (names.get(row.id ?? '') ?? row.name) === row.name))
    return { state, findings: [] };
  const rows = new Map<string, MemberRow>();
  const findings: Finding[] = [];
  for (const [, row] of all) {
    if (!isHere(row)) continue;
    const name = names.get(row.id ?? '') ?? row.name;
    const renamed = name === row.name ? row : { ...row, name, reference: row.reference ?? row.name };
    rows.set(placeOf(renamed), renamed);
  }
  for (const [place, row] of all) {
    if (isHere(row)) continue;
    const other = rows.get(place);
    if (other === undefined) rows.set(place, row);
    else if (other.phase.name === 'duplicate' && other.phase.of === place)
      rows.set(place, inherited(row, other));
    else findings.push(...orphaned(row));
  }
  return { state: { ...state, rows: Object.fromEntries(rows) }, findings };
}
