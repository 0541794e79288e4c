import { deprecatedFields } from '../../../api/index.ts';
import { typedName } from '../../status/installation.ts';
import { failed, type HubCheck, ok, skipped, weigh } from '../check.ts';

export const nothingDeprecated: HubCheck = {
  scope: 'hub',
  code: 'WW1111',
  title: 'no KnativeServing or KnativeEventing uses a deprecated field',
  level: 'info',
  needs: 'the right to list knativeservings and knativeeventings',
  about: {
    meaning: 'An object has a field that works, and has a successor.',
    fix: `Move what it says: ${deprecatedFields.map(({ path, instead }) => `from ${path} to ${instead}`).join('; ')}.`,
  },
  judge: ({ installations }) =>
    weigh(installations, {
      answered: (all) => {
        const uses = all.flatMap((one) => one.deprecated.map((path) => `${typedName(one)} has ${path}`));
        return uses.length === 0
          ? ok('no object has a deprecated field')
          : failed(uses.toSorted().join('; '));
      },
      // What hinders it is told by the checks of definitions and of rights.
      failed: () => skipped('knativeservings and knativeeventings that can be listed'),
    }),
};
