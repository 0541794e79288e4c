import { type ClusterCheck, failed, ok } from '../check.ts';

const mostNamed = 5;

export const profileFound: ClusterCheck = {
  scope: 'cluster',
  code: 'WW2001',
  title: 'the ClusterProfile is there, and makes sense',
  level: 'error',
  needs: 'the right to list clusterprofiles.multicluster.x-k8s.io',
  judge({ name, profile, others }) {
    if (profile === undefined) {
      const named = others.slice(0, mostNamed).join(', ');
      const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
      return failed(`there is no ClusterProfile ${name}, and no member of that name`, {
        cause: others.length === 0 ? 'the hub has none at all' : `the hub has ${named}${more}`,
      });
    }
    return 'problem' in profile
      ? failed(profile.problem, { fix: 'have its cluster manager mend it' })
      : ok(`ClusterProfile ${name} is there`);
  },
};
