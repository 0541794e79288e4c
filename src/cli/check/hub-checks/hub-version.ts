import { failed, type HubCheck, ok, skipped, weigh } from '../check.ts';
import { kubernetesMinor } from '../facts/kubernetes-minor.ts';

/** The first minor version of Kubernetes 1.x that asks the validation rules of our CRDs without being told to. */
export const oldestMinor = 25;

export const hubVersion: HubCheck = {
  scope: 'hub',
  code: 'WW1004',
  title: `the hub is Kubernetes 1.${oldestMinor} or newer`,
  level: 'error',
  needs: 'a hub that answers',
  about: {
    meaning: 'The Kubernetes of the hub is too old for the CustomResourceDefinitions of Wheelwright.',
    fix: `Upgrade the hub to Kubernetes 1.${oldestMinor} or newer.`,
  },
  judge: ({ kubernetes }) =>
    weigh(kubernetes, {
      answered: (version) =>
        (kubernetesMinor(version) ?? 0) >= oldestMinor
          ? ok(`the hub is Kubernetes ${version}`)
          : failed(`the hub is Kubernetes ${version}`),
      failed: () => skipped('a hub that answers'),
    }),
};
