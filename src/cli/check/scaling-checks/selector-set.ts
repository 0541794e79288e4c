import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighScaling } from './weigh-scaling.ts';

export const selectorSet: HubCheck = {
  scope: 'hub',
  code: 'WW4005',
  title: 'every DistributedScaledObject tells autoscalers a selector',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning:
      'Autoscalers need status.selector, which the operator writes before anything else, and it is empty.',
    fix: 'See whether the operator runs with --enable-dso and may write the status of DistributedScaledObjects.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ objects }) => {
      const without = objects
        .filter(({ selector, deletedAt }) => selector === undefined && deletedAt === undefined)
        .map(({ namespace, name }) => `dso/${namespace}/${name}`);
      return without.length === 0
        ? ok(`${objects.length} DistributedScaledObjects have a selector`)
        : failed(`status.selector is empty of ${listed(without)}`);
    }),
};
