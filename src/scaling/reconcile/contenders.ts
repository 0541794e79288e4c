import type { KubeObject } from '../../api/index.ts';
import type { Sight, Workload } from '../workload/workload.ts';
import type { MemberStatuses } from './member-statuses.ts';
import type { Notice } from './notices.ts';
import type { ScalingServices } from './scaling-services.ts';
import type { MemberView } from './view-members.ts';

/** Who else writes the workload of a place. */
export interface Contender {
  readonly reason: 'ForeignScaler' | 'ScaleContention';
  /** For the row of the member. */
  readonly told: string;
  /** For an event. */
  readonly note: string;
}

/** How the field managers of all hubs begin that scale workloads on members. */
const scalers = 'wheelwright/';

/**
 * Where another hub is seen to have written after this process did, or since the object exists. What one wrote before that
 * may have left the workload to this one. API servers give no time for the first write of somebody through `/scale`, and
 * `/scale` itself does not tell who wrote. To be asked before anything else is written, which what is seen would not show.
 */
export function placesOfOtherHubs(
  { writers, fieldManager }: Pick<ScalingServices, 'writers' | 'fieldManager'>,
  key: string,
  { creationTimestamp = '' }: KubeObject['metadata'],
  { sights, reachable }: Pick<MemberView, 'sights' | 'reachable'>,
): ReadonlySet<string> {
  const since = Date.parse(creationTimestamp);
  const found = [...reachable].filter(([place, { cluster }]) => {
    const sight = sights.get(place);
    if (sight?.seen !== 'workload' || !isOfAnotherHub(sight, fieldManager)) return false;
    const { writtenAt = Number.NEGATIVE_INFINITY } = sight;
    const seen = { ...sight, generation: cluster.generation };
    return writtenAt >= since || writers.hasWrittenBefore(key, place, seen);
  });
  return new Set(found.map(([place]) => place));
}

/** Who else writes the workload of a place, by place: other hubs, and whoever undoes numbers there on and on. */
export function contenders(
  { writers, fieldManager }: Pick<ScalingServices, 'writers' | 'fieldManager'>,
  key: string,
  sights: ReadonlyMap<string, Sight>,
  ofOtherHubs: ReadonlySet<string>,
): ReadonlyMap<string, Contender> {
  return new Map(
    [...sights].flatMap(([place, sight]): readonly (readonly [string, Contender])[] => {
      if (sight.seen !== 'workload') return [];
      const isForeign = ofOtherHubs.has(place);
      const isContended = writers.isContended(key, place);
      if (!isForeign && !isContended) return [];
      const isOther = sight.writer !== undefined && sight.writer !== fieldManager;
      const writer = isOther ? sight.writer : 'somebody else';
      return [
        [
          place,
          {
            reason: isForeign ? 'ForeignScaler' : 'ScaleContention',
            told: isContended ? `contended by ${writer}` : `scaled by another hub as well: ${writer}`,
            note: isContended
              ? `${writer} undoes what is written there; it is written once a minute`
              : `${writer}, which is another hub, scales the same workload`,
          },
        ],
      ];
    }),
  );
}

function isOfAnotherHub({ writer }: Workload, fieldManager: string): boolean {
  return writer?.startsWith(scalers) === true && writer !== fieldManager;
}

/** Tells of them by the name that the user has for the place. */
export function contentionNotices(
  contenders: ReadonlyMap<string, Contender>,
  nameOf: (place: string) => keyof MemberStatuses,
): readonly Notice[] {
  return [...contenders].map(([place, { reason, note }]) => {
    const member = nameOf(place);
    return { reason, action: 'Scale', member, note: `${member}: ${note}` };
  });
}
