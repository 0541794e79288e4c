import { holdersOf, isHeld } from '../../hub/operator-trace.ts';
import { asProblem, failed, type HubCheck, ok, weigh } from '../check.ts';

export const leasesHeld: HubCheck = {
  scope: 'hub',
  code: 'WW1103',
  title: 'every Lease of the operator is held by a replica that lives',
  level: 'error',
  needs: 'the right to list leases.coordination.k8s.io',
  about: {
    meaning:
      'Nobody holds a Lease of the operator: the objects behind it are neither installed nor looked after.',
    fix: 'Start the operator, or look at its log for why it cannot renew its Leases.',
  },
  judge: ({ leases, now }) =>
    weigh(leases, {
      answered: (all) => {
        if (all.length === 0) return failed('no operator has ever held a Lease on this hub');
        const free = all.filter((lease) => !isHeld(lease, now));
        const holders = holdersOf(all, now).length;
        if (free.length === 0)
          return ok(
            `${all.length} of ${all.length} Leases are held, by ${holders} ${holders === 1 ? 'replica' : 'replicas'}`,
          );
        return failed(
          `nobody holds ${free.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')}`,
          {
            cause: free.map(lastHolder).find((holder) => holder !== undefined),
          },
        );
      },
      failed: asProblem,
    }),
};

function lastHolder({
  holder,
  renewedAt,
}: {
  readonly holder: string;
  readonly renewedAt: string | undefined;
}): string | undefined {
  return holder === '' ? undefined : `${holder} renewed it last at ${renewedAt ?? 'an unknown time'}`;
}
