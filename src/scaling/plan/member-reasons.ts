import type { EffectiveMember } from './effective-members.ts';
import { graceEnd, type Losses, lossesOf } from './grace-end.ts';
import type { MemberRow, Phase } from './member-row.ts';
import { type Observation, type Observations, observationOf } from './observation.ts';
import type { PlanSpec } from './plan-spec.ts';

/** Why a member has the number that it has. */
export interface MemberReason {
  readonly place: string;
  readonly name: string;
  readonly namespace: string;
  /** What the spec calls it; its name where the spec calls it nothing. */
  readonly reference: string;
  readonly id: string | undefined;
  readonly state: 'Ready' | 'NotReady' | 'Unknown';
  readonly isExcluded: boolean;
  readonly weight: number;
  /** What it would have by its weight alone. */
  readonly share: number;
  readonly desired: number;
  /** In words, with the times that matter in their places. */
  readonly why: readonly (string | { readonly at: number })[];
}

export interface ReasonContext {
  readonly spec: PlanSpec;
  readonly wanted: ReadonlyMap<string, EffectiveMember>;
  /** The same members, with the weights that numbers were given by. */
  readonly takers: ReadonlyMap<string, Pick<EffectiveMember, 'weight'>>;
  readonly observed: Observations;
  readonly shares: ReadonlyMap<string, number>;
  readonly canReceive: boolean;
  /** Nothing is written before all have answered. */
  readonly isWaiting: boolean;
}

/** In the order of the names. */
export function memberReasons(
  rows: ReadonlyMap<string, MemberRow>,
  context: ReasonContext,
): readonly MemberReason[] {
  const losses = lossesOf(rows.values());
  return [...rows]
    .map(([place, row]): MemberReason => {
      const seen = observationOf(place, context.observed);
      return {
        place,
        name: row.name,
        namespace: row.namespace,
        reference: row.reference ?? row.name,
        id: row.id,
        state: row.id === undefined ? 'NotReady' : stateOf(row, seen),
        isExcluded: isOut(row.phase) || row.id === undefined,
        weight: context.wanted.get(place)?.weight ?? 0,
        share: context.shares.get(place) ?? 0,
        desired: row.desired,
        why: context.isWaiting
          ? ['waits for the first answer of every member']
          : why(place, row, seen, losses, context),
      };
    })
    .sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** A reason as one text. */
export function sayWhy({ why }: Pick<MemberReason, 'why'>, sayTime: (at: number) => string): string {
  return why.map((part) => (typeof part === 'string' ? part : sayTime(part.at))).join('');
}

function isOut(phase: Phase): boolean {
  return phase.name === 'excluded' || phase.name === 'duplicate';
}

function stateOf({ phase }: MemberRow, seen: Observation): MemberReason['state'] {
  if (phase.name === 'duplicate') return 'NotReady';
  if (seen.state === 'unknown') return 'Unknown';
  return seen.state === 'ready' && phase.name !== 'slow' ? 'Ready' : 'NotReady';
}

function why(
  place: string,
  row: MemberRow,
  seen: Observation,
  losses: Losses,
  { spec, wanted, takers, shares, canReceive }: ReasonContext,
): MemberReason['why'] {
  const { phase, desired, pending, kept } = row;
  const share = shares.get(place) ?? 0;
  const cause = seen.state === 'notReady' ? seen.why : 'not asked yet';
  switch (phase.name) {
    case 'fresh':
      return [row.id === undefined ? 'not registered' : cause];
    case 'serving':
      if (seen.state === 'unknown') return ['not asked yet: what it had counts as running'];
      if (pending > 0) return [`gets its share; ${pending} that moved here start`];
      if (kept > 0) return [`keeps ${kept} until those that moved away are ready`];
      return [ofShare(wanted.get(place), takers.get(place), share, desired)];
    case 'lost':
      if (spec.policy.maxRebalancePercentage <= 0)
        return [`${cause}: ${desired} count as running; moving is off`];
      if (!canReceive) return [`${cause}: nobody can take over`];
      return [
        `${cause}: ${desired} count as running until `,
        { at: graceEnd(phase.since, spec.policy.gracePeriod, losses) },
      ];
    case 'excluded': {
      const left = Math.min(phase.retained, share);
      return [
        left === 0 ? `${cause}: the others have taken over` : `${cause}: the others take over, ${left} to go`,
      ];
    }
    case 'returning':
      return phase.isMoving
        ? [`comes back in steps: ${phase.counted} of ${share}`]
        : ['is back: nothing moves here until ', { at: phase.since + phase.hold }];
    case 'slow':
      return [
        `slow progress: the others take over what is not ready; tried again `,
        { at: phase.since + phase.hold },
      ];
    case 'leaving':
      return [
        desired === 0
          ? 'not wanted any more'
          : `not wanted any more: keeps ${desired} until the others are ready`,
      ];
    case 'duplicate':
      return [`duplicate of ${phase.of}: the same workload, which has the weight of both`];
  }
}

function ofShare(
  member: EffectiveMember | undefined,
  taker: Pick<EffectiveMember, 'weight'> | undefined,
  share: number,
  desired: number,
): string {
  if (member === undefined || member.weight === 0) {
    if (taker !== undefined && taker.weight > 0) return 'weight 0, and the last resort while all others fail';
    return desired > (member?.least ?? 0) ? 'weight 0: keeps what it has' : 'weight 0';
  }
  if (desired > 0 && desired === member.most) return `at its most of ${member.most}`;
  const ofOthers = desired > share ? `, and ${desired - share} for others` : '';
  return `its share by weight ${member.weight}${ofOthers}`;
}
