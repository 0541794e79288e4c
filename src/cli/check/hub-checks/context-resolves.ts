import { asProblem, type HubCheck, ok, weigh } from '../check.ts';

export const contextResolves: HubCheck = {
  scope: 'hub',
  code: 'WW1001',
  title: 'the kubeconfig and its context can be used',
  level: 'error',
  needs: 'a kubeconfig',
  about: {
    meaning: 'The kubeconfig of the hub, or the context that was asked for, cannot be used.',
    fix: 'Name a kubeconfig with --kubeconfig or KUBECONFIG, and one of its contexts with --context.',
  },
  judge: ({ context }) =>
    weigh(context, {
      answered: ({ name, server }) => ok(`context '${name}' leads to ${server}`),
      failed: asProblem,
    }),
};
