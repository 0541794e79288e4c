import type { MemberRow, PlanState } from './member-row.ts';

/**
 * Whether a state says something that the one kept last does not, and that cannot be seen after a restart. Replicas that
 * become ready, and what autoscalers are told meanwhile, can: nothing is to be written for each of them.
 */
export function isWorthKeeping(kept: PlanState | undefined, current: PlanState): boolean {
  if (kept === undefined) return current.hasAssigned || Object.keys(current.rows).length > 0;
  const places = Object.keys(current.rows);
  return (
    kept.hasAssigned !== current.hasAssigned ||
    kept.lastStepAt !== current.lastStepAt ||
    kept.total !== current.total ||
    Object.keys(kept.rows).length !== places.length ||
    places.some((place) => isNews(kept.rows[place], current.rows[place]))
  );
}

function isNews(kept: MemberRow | undefined, current: MemberRow | undefined): boolean {
  if (kept === undefined || current === undefined) return true;
  // More that is on its way is asked for; less has arrived.
  return current.pending > kept.pending || lasting(kept) !== lasting(current);
}

function lasting({
  name,
  namespace,
  id,
  reference,
  retargetedAt,
  phase,
  desired,
  kept,
  relapses,
  returnedAt,
}: MemberRow): string {
  // What is only kept for others goes as they become ready.
  const asked = desired - kept;
  const entries = Object.entries(phase).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name, namespace, id, reference, retargetedAt, entries, asked, relapses, returnedAt]);
}
