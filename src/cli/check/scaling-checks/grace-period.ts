import { parseGoDuration } from '../../../api/index.ts';
import { goneIsKnownMs } from '../../../clusters/index.ts';
import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighScaling } from './weigh-scaling.ts';

/** What takes so long to be known may be over by then. */
const leastMs = goneIsKnownMs;

export const gracePeriod: HubCheck = {
  scope: 'hub',
  code: 'WW4009',
  title: 'a short silence of a member moves nothing',
  level: 'warning',
  needs: spreadWorkloads,
  about: {
    meaning:
      'A grace period is shorter than it takes until the silence of a member is known, so that a short one moves replicas.',
    fix: `Give spec.rebalancingPolicy.gracePeriod at least ${leastMs / 1_000}s.`,
  },
  judge: (facts) =>
    weighScaling(facts, ({ objects }) => {
      const short = objects
        .filter(({ gracePeriod: grace }) => (parseGoDuration(grace) ?? leastMs) < leastMs)
        .map(({ namespace, name, gracePeriod: grace }) => `dso/${namespace}/${name} (${grace})`);
      return short.length === 0
        ? ok(`every grace period is ${leastMs / 1_000}s or longer`)
        : failed(`a grace period is shorter than ${leastMs / 1_000}s: ${listed(short)}`);
    }),
};
