import { failed, type HubCheck, ok, skipped } from '../check.ts';
import { spreadWorkloads, weighPart, weighScaling } from './weigh-scaling.ts';

/** Knows triggers of the type kubernetes-resource, which spread workloads use most. */
export const oldestKeda = { major: 2, minor: 19 };

export const engine: HubCheck = {
  scope: 'hub',
  code: 'WW4001',
  title: 'something evaluates triggers: KEDA 2.19 or newer, or the operator itself',
  level: 'warning',
  needs: spreadWorkloads,
  about: {
    meaning: 'KEDA on the hub is older than those that this operator is tested with.',
    fix: 'Update KEDA to 2.19 or newer, or run the operator with --scaling-engine=builtin.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ keda }) =>
      weighPart(keda, (found) => {
        if (found === undefined) return ok('the hub has no KEDA: the operator evaluates triggers itself');
        if (found.version === undefined)
          return skipped('a Deployment labelled app=keda-operator and with its version');
        const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(found.version) ?? [];
        const isOld =
          Number(major) < oldestKeda.major ||
          (Number(major) === oldestKeda.major && Number(minor) < oldestKeda.minor);
        return isOld
          ? failed(`KEDA on the hub is ${found.version}, older than ${oldestKeda.major}.${oldestKeda.minor}`)
          : ok(`KEDA ${found.version} evaluates triggers`);
      }),
    ),
};
