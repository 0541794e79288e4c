import { asProblem, failed, type HubCheck, ok, skipped, weigh } from '../check.ts';

/** Leases and tokens stand this much. */
const toleratedMs = 5_000;
/** The server tells its time in whole seconds, cut off. */
const precisionMs = 1_000;

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
      answered: ({ serverTime, askedAt }) => {
        if (serverTime === undefined) return skipped('a hub that tells its time');
        const ahead = serverTime - askedAt;
        const behind = askedAt - (serverTime + precisionMs);
        const apart = Math.max(ahead, behind, 0);
        const seconds = Math.floor(apart / 1000);
        if (apart < toleratedMs) return ok(`the clocks of the hub and this machine are ${seconds} s apart`);
        const where = ahead > 0 ? 'ahead of' : 'behind';
        return failed(`the clock of the hub is ${seconds} s ${where} that of this machine`);
      },
      failed: asProblem,
    }),
};
