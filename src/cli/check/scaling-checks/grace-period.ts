import { parseGoDuration } from '../../../api/index.ts';
import { probeIntervalMs } from '../../../clusters/index.ts';
import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighScaling } from './weigh-scaling.ts';

/** One answer may get lost. */
const leastMs = 2 * probeIntervalMs;

export const gracePeriod: HubCheck = {
  scope: 'hub',
  code: 'WW4009',
  title: 'a lost answer of a member moves nothing',
  level: 'warning',
  needs: spreadWorkloads,
  about: {
    meaning:
      'A grace period is shorter than the operator needs to ask a member twice, so that one lost answer moves replicas.',
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
