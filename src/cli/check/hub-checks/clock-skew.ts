import { asProblem, type HubCheck, weigh } from '../check.ts';
import { judgeClock } from '../judge-clock.ts';

export const clockSkew: HubCheck = {
  scope: 'hub',
  code: 'WW1005',
  title: 'the clocks of hub and command line are less than 5 s apart',
  level: 'warning',
  needs: 'a hub of Kubernetes 1.28 or newer',
  about: {
    meaning: 'The clocks of the hub and of this machine differ: ages are wrong, and tokens may end early.',
    fix: 'Synchronise the clocks, with NTP for example.',
  },
  judge: ({ self }) =>
    weigh(self, {
      answered: (review) => judgeClock(review, 'the hub'),
      failed: asProblem,
    }),
};
