import { type FleetMember } from '../hub/fleet-members.ts';
import { isAbout, type ScaledObject } from '../hub/scaled-object.ts';
import type { Level } from './level.ts';

export type MemberState = 'Ready' | 'NotReady' | 'Unknown' | 'Draining' | 'Drained';

/** A member, with what runs there as the hub has it. */
export interface MemberStatus extends Omit<FleetMember, 'state' | 'isDrained' | 'credential'> {
  readonly state: MemberState;
  readonly level: Level;
  readonly code: `WW${number}` | undefined;
  readonly next: string | undefined;
  /** DistributedScaledObjects that have, or want, replicas there. */
  readonly objects: number;
  /** Of all of them: how many there are, and how many there are to be. */
  readonly current: number;
  readonly desired: number;
}

/** How a member is, by what the operator says of it and by the objects that use it. */
export function memberStatus(member: FleetMember, objects: readonly ScaledObject[]): MemberStatus {
  const rows = objects.flatMap((object) => object.rows.filter((row) => isAbout(row, member)));
  const used = rows.filter(({ current = 0, desired = 0 }) => current + desired > 0);
  const current = used.reduce((sum, row) => sum + (row.current ?? 0), 0);
  const desired = used.reduce((sum, row) => sum + (row.desired ?? 0), 0);
  const { isDrained: _drained, credential: _credential, ...facts } = member;
  return { ...facts, ...judge(member, current + desired), objects: used.length, current, desired };
}

function judge(
  { state, isDrained }: FleetMember,
  replicas: number,
): Pick<MemberStatus, 'state' | 'level' | 'code' | 'next'> {
  if (state === 'Ready' && isDrained)
    return replicas === 0
      ? { state: 'Drained', level: 'ok', code: undefined, next: 'nothing goes there until it is uncordoned' }
      : { state: 'Draining', level: 'waiting', code: undefined, next: 'the others take over' };
  if (state === 'Ready') return { state: 'Ready', level: 'ok', code: undefined, next: undefined };
  if (state === 'NotReady')
    return { state: 'NotReady', level: 'error', code: 'WW2007', next: 'connected anew by itself' };
  return { state: 'Unknown', level: 'waiting', code: undefined, next: 'asked for the first time' };
}
