import { type MemberCheck, skipped, weigh } from '../check.ts';
import { judgeClock } from '../judge-clock.ts';

export const memberClock: MemberCheck = {
  scope: 'member',
  code: 'WW2022',
  title: 'the clocks of member and command line are less than 5 s apart',
  level: 'warning',
  needs: 'a member of Kubernetes 1.28 or newer',
  about: {
    meaning: 'The clocks of a member and of this machine differ: tokens may end early, or not hold yet.',
    fix: 'Synchronise the clocks, with NTP for example.',
  },
  judge: ({ self }) =>
    weigh(self, {
      answered: (review) => judgeClock(review, 'the member'),
      failed: () => skipped('a credential that is accepted'),
    }),
};
