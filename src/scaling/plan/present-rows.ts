import type { EffectiveMember } from './effective-members.ts';
import type { Finding } from './finding.ts';
import type { MemberRow, PlanState } from './member-row.ts';
import { type Observations, observationOf, type RegisteredMember } from './observation.ts';
import type { PlanSpec } from './plan-spec.ts';

export interface PresentRows {
  readonly rows: ReadonlyMap<string, MemberRow>;
  readonly findings: readonly Finding[];
}

interface Present {
  readonly spec: PlanSpec;
  readonly members: readonly RegisteredMember[];
  readonly wanted: ReadonlyMap<string, EffectiveMember>;
  readonly observed: Observations;
  readonly previous: PlanState | undefined;
  readonly now: number;
}

/** One row for each place that is wanted, or that still has to go to zero; rows of nobody's are forgotten. */
export function presentRows(present: Present): PresentRows {
  const before = Object.entries(present.previous?.rows ?? {});
  const rows = new Map<string, MemberRow>();
  const findings: Finding[] = [];
  for (const [place, member] of present.wanted) {
    const row = present.previous?.rows[place];
    const isOther = row?.id !== undefined && row.id !== member.id;
    if (row !== undefined && isOther) findings.push(...orphaned(row));
    rows.set(
      place,
      row === undefined || isOther ? newRow(member, place, present) : kept(row, member, present),
    );
  }
  for (const [place, row] of before) {
    if (present.wanted.has(place)) continue;
    const isRegistered = present.members.some(({ name, id }) => name === row.name && id === row.id);
    if (!isRegistered) findings.push(...orphaned(row));
    else if (stays(place, row, present)) rows.set(place, { ...row, phase: { name: 'leaving' } });
  }
  return { rows, findings };
}

function newRow({ name, namespace, id }: EffectiveMember, place: string, present: Present): MemberRow {
  const blank = { name, namespace, id, pending: 0, kept: 0, relapses: 0 };
  const seen = observationOf(place, present.observed);
  // The same workload in another namespace of the member: what it had there comes over, and needs no trust.
  const moves = Object.values(present.previous?.rows ?? {}).some(
    (row) => row.name === name && row.id === id && row.namespace !== namespace,
  );
  return moves && seen.state === 'ready'
    ? { ...blank, desired: seen.replicas, phase: { name: 'serving' } }
    : { ...blank, desired: 0, phase: { name: 'fresh', since: present.now } };
}

function kept(row: MemberRow, { id }: EffectiveMember, { now }: Present): MemberRow {
  if (row.phase.name === 'leaving') return { ...row, phase: { name: 'serving' } };
  // It has just been registered.
  return row.id === id ? row : { ...row, id, phase: { name: 'fresh', since: now } };
}

function stays(place: string, row: MemberRow, { spec, observed }: Present): boolean {
  if (row.phase.name === 'fresh' || spec.policy.onWhitelistRemoval === 'Release') return false;
  const seen = observationOf(place, observed);
  const isGone = seen.state === 'notReady' && seen.isGone === true;
  return !isGone && (seen.state !== 'ready' || seen.replicas > 0 || row.desired > 0);
}

function orphaned({ name, namespace, desired, phase }: MemberRow): readonly Finding[] {
  const left = phase.name === 'lost' ? phase.held : phase.name === 'excluded' ? phase.retained : desired;
  if (left === 0) return [];
  return [
    {
      reason: 'MemberOrphaned',
      message: `${name} is not registered any more; ${left} replicas in its namespace '${namespace}' stay as they are.`,
    },
  ];
}
