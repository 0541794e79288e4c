import { isAbout } from '../../hub/scaled-object.ts';
import { failed, type HubCheck, ok } from '../check.ts';
import { isSlow, listed, spreadWorkloads, weighScaling } from './weigh-scaling.ts';

export const targetsThere: HubCheck = {
  scope: 'hub',
  code: 'WW4006',
  title: 'workloads are there on every member that answers, and can be scaled',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning: 'A member answers, but does not have the workload, or does not let the hub scale it.',
    fix: 'Create the workload there, or do as the message says.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ members, objects }) => {
      const missing = objects.flatMap(({ namespace, name, rows }) =>
        rows
          .filter(
            (row) =>
              row.state === 'NotReady' &&
              !isSlow(row) &&
              members.some((member) => member.state === 'Ready' && isAbout(row, member)),
          )
          .map((row) => ({ where: `dso/${namespace}/${name} on ${row.member}`, why: row.description })),
      );
      return missing.length === 0
        ? ok('every workload is there on the members that answer')
        : failed(listed(missing.map(({ where }) => where)), { cause: missing[0]?.why });
    }),
};
