import type { Member } from '../../clusters/index.ts';
import type { Observation } from '../plan/observation.ts';
import type { Sight } from '../workload/workload.ts';

/** What the plan is told of a place: a member is there if its cluster answers and its workload can be read and written. */
export function observeMember(
  member: Pick<Member, 'state' | 'info' | 'cluster' | 'failure'> | undefined,
  sight: Sight,
  refusal: string | undefined,
): Observation {
  if (member === undefined) return { state: 'notReady', why: 'not registered' };
  if (member.state === 'NotReady')
    return { state: 'notReady', why: `${reasonOf(member)}${member.info.replace(/\.$/, '')}` };
  if (member.cluster === undefined) return { state: 'unknown' };
  switch (sight.seen) {
    case 'nothing':
      return { state: 'unknown' };
    case 'failure':
      return { state: 'notReady', why: sight.why };
    case 'absence':
      return { state: 'notReady', why: sight.why, isGone: true };
    case 'workload':
      return refusal === undefined
        ? {
            state: 'ready',
            replicas: sight.replicas,
            asked: sight.wanted,
            readyReplicas: sight.ready,
            uid: sight.uid,
          }
        : { state: 'notReady', why: refusal };
  }
}

/** That of TargetClusterResolved, which the rows of members have no field for. */
function reasonOf({ failure }: Pick<Member, 'failure'>): string {
  return failure === undefined ? '' : `${failure.reason}: `;
}
