import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighPart, weighScaling } from './weigh-scaling.ts';

/** KEDA writes the name into a label. */
const longest = 63;

export const nameFits: HubCheck = {
  scope: 'hub',
  code: 'WW4012',
  title: 'names are short enough for KEDA',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning:
      'The name of a DistributedScaledObject is longer than the 63 characters that KEDA can write into a label.',
    fix: 'Give the object a shorter name, or run the operator with --scaling-engine=builtin.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ keda, objects }) =>
      weighPart(keda, (found) => {
        const long = objects
          .filter(({ name }) => found !== undefined && name.length > longest)
          .map(({ namespace, name }) => `dso/${namespace}/${name}`);
        return long.length === 0
          ? ok('every name is short enough')
          : failed(`longer than ${longest} characters: ${listed(long)}`);
      }),
    ),
};
