import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighPart, weighScaling } from './weigh-scaling.ts';

export const childOwned: HubCheck = {
  scope: 'hub',
  code: 'WW4003',
  title: 'every DistributedScaledObject has a ScaledObject of its own',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning:
      'The ScaledObject that KEDA is to evaluate for a DistributedScaledObject is missing, or is that of somebody else.',
    fix: 'Delete or rename the ScaledObject of the same name; the operator makes its own at once.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ keda, objects }) =>
      weighPart(keda, (found) => {
        if (found === undefined) return ok('the hub has no KEDA, and no ScaledObjects are needed');
        const foreign = found.children.filter(({ isOwned }) => !isOwned).map(({ key }) => `dso/${key}`);
        if (foreign.length > 0)
          return failed(`the ScaledObject of the same name is not that of ${listed(foreign)}`);
        const there = new Set(found.children.map(({ key }) => key));
        const without = objects
          .map(({ namespace, name }) => `${namespace}/${name}`)
          .filter((key) => !there.has(key))
          .map((key) => `dso/${key}`);
        if (without.length === 0) return ok(`${objects.length} ScaledObjects are there`);
        return failed(`there is no ScaledObject for ${listed(without)}`, {
          level: 'warning',
          fix: 'see whether the operator runs with --enable-dso and uses KEDA',
        });
      }),
    ),
};
