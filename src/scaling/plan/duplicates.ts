import { type EffectiveMember, withWeightOf } from './effective-members.ts';
import type { Finding } from './finding.ts';
import { oneProbeWindow } from './grace-end.ts';
import type { MemberRow, Phase } from './member-row.ts';
import { type Observations, observationOf } from './observation.ts';

export interface DuplicatesContext {
  /** By place, as they were last. */
  readonly rows: Readonly<Record<string, MemberRow>>;
  readonly observed: Observations;
  readonly gracePeriod: number;
  readonly now: number;
}

export interface Deduplicated {
  /** Without duplicates; who has one has its weight as well. */
  readonly wanted: ReadonlyMap<string, EffectiveMember>;
  readonly duplicates: ReadonlyMap<
    string,
    { readonly member: EffectiveMember; readonly phase: DuplicatePhase }
  >;
  readonly findings: readonly Finding[];
}

type DuplicatePhase = Extract<Phase, { readonly name: 'duplicate' }>;

/**
 * Finds the same workload under several names, as when two aliases lead to one cluster: two numbers for it would fight.
 * The first one that was served, or that is listed, counts. A duplicate stays one while it is out of sight, and until
 * both have told different workloads for a while: one that is created anew is not seen by both at once.
 */
export function withoutDuplicates(
  members: ReadonlyMap<string, EffectiveMember>,
  context: DuplicatesContext,
): Deduplicated {
  if (!mayHaveDuplicates(members, context)) return { wanted: members, duplicates: new Map(), findings: [] };
  const phases = new Map<string, DuplicatePhase>();
  for (const [place, { id }] of members) {
    const row = context.rows[place];
    if (row?.phase.name !== 'duplicate' || row.id !== id || !members.has(row.phase.of)) continue;
    const phase = stillDuplicate(place, row.phase, context);
    if (phase !== undefined) phases.set(place, phase);
  }
  const rest = [...members.keys()].filter((place) => !phases.has(place));
  const isKnown = (place: string): boolean => !isNew(context.rows[place]);
  const first = new Map<string, string>();
  for (const place of [...rest.filter(isKnown), ...rest.filter((place) => !isKnown(place))]) {
    const uid = uidOf(place, context.observed);
    if (uid === undefined) continue;
    const of = first.get(uid);
    if (of === undefined) first.set(uid, place);
    else phases.set(place, { name: 'duplicate', of });
  }
  if (phases.size === 0) return { wanted: members, duplicates: new Map(), findings: [] };
  return merged(members, phases);
}

/** Most fleets never have any, and need not be looked at in order. */
function mayHaveDuplicates(
  members: ReadonlyMap<string, EffectiveMember>,
  { rows, observed }: DuplicatesContext,
): boolean {
  if (Object.values(rows).some(({ phase }) => phase.name === 'duplicate')) return true;
  const uids = new Set<string>();
  for (const place of members.keys()) {
    const uid = uidOf(place, observed);
    if (uid === undefined) continue;
    if (uids.has(uid)) return true;
    uids.add(uid);
  }
  return false;
}

function merged(
  members: ReadonlyMap<string, EffectiveMember>,
  phases: ReadonlyMap<string, DuplicatePhase>,
): Deduplicated {
  const wanted = new Map([...members].filter(([place]) => !phases.has(place)));
  const duplicates = new Map<string, { readonly member: EffectiveMember; readonly phase: DuplicatePhase }>();
  const findings: Finding[] = [];
  for (const [place, given] of phases) {
    const member = members.get(place);
    const of = phases.get(given.of)?.of ?? given.of;
    const carrier = wanted.get(of);
    if (member === undefined || carrier === undefined) continue;
    duplicates.set(place, { member, phase: { ...given, of } });
    wanted.set(of, withWeightOf(carrier, member));
    findings.push({
      reason: 'DuplicateMember',
      message: `${carrier.name} and ${member.name} lead to the same workload; only ${carrier.name} counts, with the weight of both.`,
    });
  }
  return { wanted, duplicates, findings };
}

function stillDuplicate(
  place: string,
  phase: DuplicatePhase,
  { observed, gracePeriod, now }: DuplicatesContext,
): DuplicatePhase | undefined {
  const here = uidOf(place, observed);
  const there = uidOf(phase.of, observed);
  if (here === undefined || there === undefined) return phase;
  if (here === there) return { name: 'duplicate', of: phase.of };
  const differsSince = phase.differsSince ?? now;
  return now < differsSince + differingFor(gracePeriod) ? { ...phase, differsSince } : undefined;
}

/** How long both must tell different workloads. */
export function differingFor(gracePeriod: number): number {
  return Math.max(gracePeriod, oneProbeWindow);
}

function isNew(row: MemberRow | undefined): boolean {
  return row === undefined || row.phase.name === 'fresh' || row.phase.name === 'duplicate';
}

/** Of the workload at a place that answers. */
export function uidOf(place: string, observed: Observations): string | undefined {
  const seen = observationOf(place, observed);
  return seen.state === 'ready' ? seen.uid : undefined;
}
