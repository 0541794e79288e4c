import { isKubernetesTooOld, kubernetesMinimum } from '../../../knative/index.ts';
import { type Installation, typedName } from '../../status/installation.ts';
import { type ClusterCheck, failed, ok, skipped, weigh } from '../check.ts';

export const clusterVersion: ClusterCheck = {
  scope: 'cluster',
  code: 'WW2010',
  title: 'its Kubernetes is new enough for the Knative that is wanted there',
  level: 'warning',
  needs: 'a connection',
  about: {
    meaning:
      'The Kubernetes of the cluster is older than the wanted version of Knative supports: its processes refuse to start.',
    fix: 'Upgrade the cluster, or choose an older version of Knative in spec.version.',
  },
  judge: ({ kubernetes, installations }) =>
    weigh(kubernetes, {
      answered: (version) => {
        const tooNew = installations.flatMap((installation) => unmetNeed(installation, version));
        return tooNew.length === 0
          ? ok(`Kubernetes ${version} is new enough for what is wanted there`)
          : failed(`${tooNew.join('; ')}; the cluster is ${version}`);
      },
      failed: () => skipped('a credential that is accepted'),
    }),
};

/** What it wants that this Kubernetes is too old for; empty where it is not, or nobody knows. */
function unmetNeed(installation: Installation, kubernetes: string): readonly string[] {
  const knative = installation.wantedVersion ?? installation.version ?? '';
  const needed = kubernetesMinimum(knative);
  return needed !== undefined && isKubernetesTooOld(kubernetes, needed)
    ? [`${typedName(installation)} wants Knative ${knative}, which needs Kubernetes ${needed}`]
    : [];
}
