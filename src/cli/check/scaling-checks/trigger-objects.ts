import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighPart, weighScaling } from './weigh-scaling.ts';

export const triggerObjects: HubCheck = {
  scope: 'hub',
  code: 'WW4011',
  title: 'what triggers name on the hub is there',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning:
      'A trigger names a ConfigMap, a Secret, a key of one, or an authentication that is not there, so that the total stands still.',
    fix: 'Create it in the namespace of the object, or correct the trigger.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ triggerObjects: answer }) =>
      weighPart(answer, (named) => {
        const missing = named
          .filter(({ isThere }) => !isThere)
          .map(({ object, what }) => `${what} of dso/${object}`);
        return missing.length === 0
          ? ok('everything that triggers name is there')
          : failed(`not there: ${listed(missing)}`);
      }),
    ),
};
