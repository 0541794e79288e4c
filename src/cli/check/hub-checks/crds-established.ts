import { asProblem, failed, type HubCheck, ok, weigh } from '../check.ts';

export const crdsEstablished: HubCheck = {
  scope: 'hub',
  code: 'WW1101',
  title: 'the CustomResourceDefinitions are installed, and are those of this version',
  level: 'error',
  needs: 'the right to get customresourcedefinitions',
  about: {
    meaning:
      'A CustomResourceDefinition of Wheelwright is not installed on the hub, or is that of another version.',
    fix: 'Install those of this version: wheelwright crds | kubectl apply --server-side -f -, with --for triggers where those of keda.sh are meant',
  },
  judge: ({ crds }) =>
    weigh(crds, {
      answered: (comparisons) => {
        const wrong = comparisons.filter(({ state }) => state !== 'same');
        if (wrong.length === 0) return ok('the CustomResourceDefinitions are those of this version');
        const problem = wrong.map(({ name, detail }) => `${name} ${detail}`).join('; ');
        // Another version's schema works for what both know.
        return wrong.every(({ state }) => state === 'differs')
          ? failed(problem, { level: 'warning' })
          : failed(problem);
      },
      failed: asProblem,
    }),
};
