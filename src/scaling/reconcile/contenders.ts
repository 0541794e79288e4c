import type { Sight } from '../workload/workload.ts';
import type { MemberStatuses } from './member-statuses.ts';
import type { Notice } from './notices.ts';
import type { ScalingServices } from './scaling-services.ts';

/** Who else writes the workload of a place, where that goes on and on; by place. */
export function contenders(
  { writers, fieldManager }: Pick<ScalingServices, 'writers' | 'fieldManager'>,
  key: string,
  sights: ReadonlyMap<string, Sight>,
): ReadonlyMap<string, string> {
  return new Map(
    [...sights].flatMap(([place, sight]) => {
      if (sight.seen !== 'workload' || !writers.isContended(key, place)) return [];
      const isOther = sight.writer !== undefined && sight.writer !== fieldManager;
      return [[place, isOther ? sight.writer : 'somebody else'] as const];
    }),
  );
}

/** Tells of them by the name that the user has for the place. */
export function contentionNotices(
  contenders: ReadonlyMap<string, string>,
  nameOf: (place: string) => keyof MemberStatuses,
): readonly Notice[] {
  return [...contenders].map(([place, writer]) => {
    const member = nameOf(place);
    return {
      // Another hub writes under a name like ours.
      reason: writer.startsWith('wheelwright/') ? 'ForeignScaler' : 'ScaleContention',
      action: 'Scale',
      member,
      note: `${member}: ${writer} undoes what is written there; it is written once a minute`,
    };
  });
}
