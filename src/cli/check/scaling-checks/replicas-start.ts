import { parseGoDuration } from '../../../api/index.ts';
import { isAbout, type ScaledObjectRow } from '../../hub/scaled-object.ts';
import { failed, type HubCheck, ok } from '../check.ts';
import type { CheckedObject } from '../facts/checked-object.ts';
import { isSlow, listed, spreadWorkloads, weighScaling } from './weigh-scaling.ts';

export const replicasStart: HubCheck = {
  scope: 'hub',
  code: 'WW4010',
  title: 'members have room for their share',
  level: 'warning',
  needs: spreadWorkloads,
  about: {
    meaning:
      'A member answers, and has not got the replicas that it is to have for longer than the grace period.',
    fix: 'Look there why pods do not start, such as a quota or nodes without room; or give the member maxReplicas, or the object a slowProgressDeadline, so that others take over.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ members, objects }) => {
      const waiting = objects.flatMap((object) =>
        object.rows
          .filter((row) => members.some((member) => member.state === 'Ready' && isAbout(row, member)))
          .filter((row) => isSlow(row) || isLate(row, object, facts.now))
          .map(
            ({ member, current = 0, desired = 0 }) =>
              `dso/${object.namespace}/${object.name} on ${member} (${current} of ${desired})`,
          ),
      );
      return waiting.length === 0
        ? ok('every member that answers has got its share')
        : failed(`replicas do not start: ${listed(waiting)}`);
    }),
};

/** `now` is milliseconds since 1970. */
function isLate(
  { state, current, desired, since, progressAt }: ScaledObjectRow,
  { gracePeriod }: CheckedObject,
  now: number,
): boolean {
  if (state !== 'Ready' || current === undefined || desired === undefined || current >= desired) return false;
  const lastChange = Math.max(...[since, progressAt].map((time) => Date.parse(time ?? '') || 0));
  return lastChange > 0 && now - lastChange > (parseGoDuration(gracePeriod) ?? 0);
}
