import { asProblem, failed, type HubCheck, ok, skipped, weigh } from '../check.ts';

/** As Helm charts label it. */
const deployment = 'a Deployment labelled app.kubernetes.io/name=wheelwright';
const recentMs = 3_600_000;
const mostRestarts = 2;

export const operatorAvailable: HubCheck = {
  scope: 'hub',
  code: 'WW1102',
  title: 'the replicas of the operator are available, and start again less than 3 times an hour',
  level: 'warning',
  needs: deployment,
  about: {
    meaning: 'Replicas of the operator are not available, or end again and again.',
    fix: 'Look at its pods: kubectl describe pod -A -l app.kubernetes.io/name=wheelwright, and at the end of their logs.',
  },
  judge: ({ operatorRun, now }) =>
    weigh(operatorRun, {
      answered: ({ deployments, restarts }) => {
        if (deployments.length === 0) return skipped(deployment);
        const lacking = deployments.filter(({ wanted, available }) => available < wanted);
        if (lacking.length > 0)
          return failed(
            lacking
              .map(({ key, wanted, available }) => `${available} of ${wanted} replicas of ${key}`)
              .join(', ') + ' are available',
          );
        // The count is that of the whole life; only the last end has a time.
        const often = restarts.filter(
          ({ count, lastAt }) => count > mostRestarts && Date.parse(lastAt ?? '') + recentMs >= now,
        );
        const [first] = often;
        if (first === undefined)
          return ok(`the replicas of ${deployments.map(({ key }) => key).join(', ')} are available`);
        return failed(
          often.map(({ pod, count }) => `pod ${pod} was started ${count} times again`).join(', '),
          {
            cause:
              first.reason === undefined
                ? undefined
                : `the last one ended with ${first.reason} at ${first.lastAt}`,
          },
        );
      },
      failed: asProblem,
    }),
};
