import type { ScaledObjectRow } from '../hub/scaled-object.ts';
import { ageOf } from '../terminal/human-duration.ts';
import { markTone } from '../terminal/mark.ts';
import type { Column } from '../terminal/table.ts';
import { markOf } from './level.ts';
import type { MemberStatus } from './member-status.ts';
import type { ScaledObjectStatus } from './scaled-object-status.ts';

export const memberColumns: readonly Column<MemberStatus>[] = [
  { title: 'MEMBER', value: ({ name }) => name },
  { title: 'STATE', value: ({ state }) => state, tone: ({ level }) => markTone(markOf(level)) },
  { title: 'PROVIDER', value: ({ provider }) => provider ?? '?', leaveOut: 3 },
  { title: 'OBJECTS', value: ({ objects }) => String(objects), leaveOut: 4 },
  { title: 'REPLICAS', value: replicasThere, leaveOut: 2 },
  { title: 'INFO', value: ({ info }) => info ?? '-', wide: true, leaveOut: 5 },
  { title: 'NEXT', value: ({ next }) => next ?? '-', leaveOut: 1 },
];

/** What is out of sight is what was last known. */
export function replicasThere({ state, current, desired }: MemberStatus): string {
  return `${current}${state === 'NotReady' ? '?' : ''}/${desired}`;
}

/** `now` is milliseconds since the epoch. */
export function scaledObjectColumns(now: number): readonly Column<ScaledObjectStatus>[] {
  return [
    { title: 'SCALED-OBJECT', value: ({ namespace, name }) => `${namespace}/${name}` },
    { title: 'STATE', value: ({ state }) => state, tone: ({ level }) => markTone(markOf(level)) },
    { title: 'REPLICAS', value: replicasOf },
    {
      title: 'MEMBERS',
      value: ({ healthyMembers, rows }) => `${healthyMembers}/${rows.length}`,
      leaveOut: 3,
    },
    {
      title: 'ACTIVE',
      value: ({ active }) => (active === undefined ? '?' : active ? 'yes' : 'no'),
      leaveOut: 4,
    },
    { title: 'SINCE', value: ({ since }) => (since === undefined ? '-' : ageOf(since, now)), leaveOut: 2 },
    { title: 'TARGET', value: ({ target }) => target ?? '?', wide: true, leaveOut: 5 },
    { title: 'NEXT', value: ({ next }) => next ?? '-', leaveOut: 1 },
  ];
}

/** `4/5`: there are, there are to be. */
export function replicasOf({ current, total }: ScaledObjectStatus): string {
  return `${current ?? '?'}/${total ?? '?'}`;
}

/** The members as one object has them. */
export function rowColumns(now: number): readonly Column<ScaledObjectRow>[] {
  return [
    { title: 'MEMBER', value: ({ member }) => member },
    {
      title: 'STATE',
      value: ({ state, excluded }) => (excluded ? 'Excluded' : state),
      tone: ({ state, excluded }) => (excluded ? 'red' : state === 'Ready' ? 'green' : 'yellow'),
    },
    { title: 'WANT', value: ({ desired }) => String(desired ?? '?') },
    { title: 'HAVE', value: ({ current, state }) => `${current ?? ''}${state === 'Ready' ? '' : '?'}` },
    { title: 'SINCE', value: ({ since }) => (since === undefined ? '-' : ageOf(since, now)), leaveOut: 2 },
    { title: 'WHY', value: ({ description }) => description ?? '-', leaveOut: 1 },
  ];
}
