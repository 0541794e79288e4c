import { valueOf } from '../../hub/answer.ts';
import { holdersOf } from '../../hub/operator-trace.ts';
import { asProblem, failed, type HubCheck, ok, weigh } from '../check.ts';

export const noOtherOperator: HubCheck = {
  scope: 'hub',
  code: 'WW1105',
  title: 'the Knative operator, which this one takes the place of, does not run',
  level: 'error',
  needs: 'the right to list deployments.apps',
  about: {
    meaning:
      'The Knative operator is to run on this hub, or holds the Leases: two would write the same objects.',
    fix: 'Scale it to 0: kubectl scale deployment knative-operator -n NAMESPACE --replicas=0; its objects stay, and are taken over.',
  },
  judge: ({ operatorRun, leases, now }) =>
    weigh(operatorRun, {
      answered: ({ reference }) => {
        const holders = holdersOf(valueOf(leases) ?? [], now).filter((one) =>
          one.startsWith('knative-operator-'),
        );
        if (reference.length === 0 && holders.length === 0) return ok('no Knative operator is to run here');
        const runs = reference.map((key) => `Deployment ${key} is to have replicas`);
        const holds = holders.map((holder) => `${holder} holds Leases`);
        return failed([...runs, ...holds].join(', '));
      },
      failed: asProblem,
    }),
};
