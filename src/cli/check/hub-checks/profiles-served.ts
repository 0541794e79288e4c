import { NoMatchError } from '../../../kube/index.ts';
import { asProblem, failed, type HubCheck, ok, weigh } from '../check.ts';

export const profilesServed: HubCheck = {
  scope: 'hub',
  code: 'WW2017',
  title: 'the hub serves ClusterProfiles',
  level: 'error',
  needs: 'the right to list clusterprofiles.multicluster.x-k8s.io',
  judge: ({ profiles }) =>
    weigh(profiles, {
      answered: ({ length }) =>
        ok(`ClusterProfiles are served, and there ${length === 1 ? 'is 1' : `are ${length}`}`),
      failed: (error) =>
        error instanceof NoMatchError
          ? failed('the hub does not serve ClusterProfiles: the Cluster Inventory API is not installed')
          : asProblem(error),
    }),
};
