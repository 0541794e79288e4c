import { isSameCluster } from '../../clusters/index.ts';
import { reliedOn } from './counted.ts';
import type { Deduplicated } from './duplicates.ts';
import type { EffectiveMember } from './effective-members.ts';
import type { Finding } from './finding.ts';
import type { MemberRow, PlanState } from './member-row.ts';
import { type Observations, observationOf, type RegisteredMember, runningOf } from './observation.ts';
import { orphaned } from './orphaned.ts';
import type { PlanSpec } from './plan-spec.ts';

export interface PresentRows {
  readonly rows: ReadonlyMap<string, MemberRow>;
  readonly findings: readonly Finding[];
}

interface Present {
  readonly spec: PlanSpec;
  readonly members: readonly RegisteredMember[];
  readonly wanted: ReadonlyMap<string, EffectiveMember>;
  readonly duplicates: Deduplicated['duplicates'];
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
    const isOther = row?.id !== undefined && !isSameMember(row, member);
    if (row !== undefined && isOther) findings.push(...orphaned(row, member));
    rows.set(
      place,
      row === undefined || isOther ? newRow(member, place, present) : kept(row, member, present),
    );
  }
  for (const [place, { member, phase }] of present.duplicates)
    rows.set(place, { ...blankRow(member), desired: 0, phase });
  for (const [place, row] of before) {
    if (rows.has(place)) continue;
    const member = present.members.find(({ name, id }) => name === row.name && id === row.id);
    if (member === undefined || !isSameMember(row, member)) findings.push(...orphaned(row, member));
    else if (stays(place, row, present)) rows.set(place, leaving(row));
  }
  return { rows, findings };
}

/** An id may lead to another cluster by now: a kubeconfig was replaced, or a cluster was made anew behind its name. */
function isSameMember(
  row: MemberRow,
  member: Pick<RegisteredMember, 'cluster'> & { readonly id: string | undefined },
): boolean {
  return row.id === member.id && isSameCluster(row.cluster, member.cluster);
}

function blankRow({ name, namespace, id, cluster, reference, retargetedAt }: EffectiveMember) {
  return { name, namespace, id, cluster, reference, retargetedAt, pending: 0, kept: 0, relapses: 0 };
}

function newRow(member: EffectiveMember, place: string, present: Present): MemberRow {
  const { name, namespace } = member;
  const seen = observationOf(place, present.observed);
  // The same workload in another namespace of the member: what it had there comes over, and needs no trust.
  const moves = Object.values(present.previous?.rows ?? {}).some(
    (row) => row.name === name && isSameMember(row, member) && row.namespace !== namespace,
  );
  return moves && seen.state === 'ready'
    ? { ...blankRow(member), desired: runningOf(seen), phase: { name: 'serving' } }
    : {
        ...blankRow(member),
        desired: 0,
        phase: { name: 'fresh', since: missingSince(member, place, present) },
      };
}

/** Who had failed before it was registered no more is missing since then. */
function missingSince({ id }: EffectiveMember, place: string, { previous, now }: Present): number {
  const phase = id === undefined ? previous?.rows[place]?.phase : undefined;
  return phase?.name === 'lost' || phase?.name === 'excluded' ? phase.since : now;
}

function kept(
  before: MemberRow,
  { id, cluster = before.cluster, reference, retargetedAt }: EffectiveMember,
  { now }: Present,
): MemberRow {
  const row = { ...before, cluster, reference, retargetedAt };
  if (row.phase.name === 'leaving') return { ...row, phase: { name: 'serving' } };
  // It has just been registered, or is a workload of its own by now.
  return row.id === id && row.phase.name !== 'duplicate'
    ? row
    : { ...row, id, phase: { name: 'fresh', since: now } };
}

/** Others may rely on more there than was ever asked for. */
function leaving(row: MemberRow): MemberRow {
  return { ...row, desired: Math.max(row.desired, reliedOn(row)), phase: { name: 'leaving' } };
}

function stays(place: string, row: MemberRow, { spec, observed }: Present): boolean {
  if (
    row.phase.name === 'fresh' ||
    row.phase.name === 'duplicate' ||
    spec.policy.onWhitelistRemoval === 'Release'
  )
    return false;
  const seen = observationOf(place, observed);
  const isGone = seen.state === 'notReady' && seen.isGone === true;
  return !isGone && (seen.state !== 'ready' || runningOf(seen) > 0 || seen.replicas > 0 || row.desired > 0);
}
