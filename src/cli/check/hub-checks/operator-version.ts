import { asProblem, failed, type HubCheck, ok, skipped, weigh } from '../check.ts';

/** As Helm charts label it. */
const deployment = 'a Deployment labelled app.kubernetes.io/name=wheelwright';

export const operatorVersion: HubCheck = {
  scope: 'hub',
  code: 'WW1003',
  title: 'operator and command line are at most one minor version apart',
  level: 'warning',
  needs: deployment,
  about: {
    meaning: 'The operator and this command line are of versions that are not tested with each other.',
    fix: 'Use the command line of the version of the operator, or one minor version beside it.',
  },
  judge: ({ operatorVersion: answer, version: mine }) =>
    weigh(answer, {
      answered: (operator) => {
        if (operator === undefined) return skipped(deployment);
        const distance = minorDistance(operator, mine);
        const both = `the operator is ${operator}, this command line ${mine}`;
        return distance <= 1 ? ok(both) : failed(both);
      },
      failed: asProblem,
    }),
};

/** Infinite where the major versions differ, or one is no version. */
function minorDistance(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => /^v?(\d+)\.(\d+)\./.exec(text));
  if (left == null || right == null || left[1] !== right[1]) return Number.POSITIVE_INFINITY;
  return Math.abs(Number(left[2]) - Number(right[2]));
}
