import { type ClusterCheck, failed, ok, skipped, weigh } from '../check.ts';
import { namesOfRules } from '../facts/rule.ts';

export const clusterRights: ClusterCheck = {
  scope: 'cluster',
  code: 'WW2009',
  title: 'the credential has the rights to install Knative',
  level: 'error',
  needs: 'a connection',
  about: {
    meaning: 'The user behind the credential lacks rights on the cluster that installing Knative needs.',
    fix: 'Grant the rules that the finding names on that cluster.',
  },
  judge: ({ missingRights, self }) =>
    weigh(missingRights, {
      answered: (missing) => {
        const user = self.state === 'answered' ? self.value.username : 'the user';
        if (missing.length === 0) return ok(`${user} may do all that installing Knative takes`);
        return failed(`${user} lacks rights on ${namesOfRules(missing)}`, {
          fix: 'grant on that cluster by a ClusterRole:',
          rules: missing,
        });
      },
      failed: () => skipped('a credential that is accepted'),
    }),
};
