import { asProblem, failed, type HubCheck, ok, weigh } from '../check.ts';
import { namesOfRules } from '../facts/rule.ts';

export const hubRights: HubCheck = {
  scope: 'hub',
  code: 'WW1104',
  title: 'the user of this command line may do on the hub what the operator does',
  level: 'error',
  needs: 'a hub that answers',
  about: {
    meaning: 'The user of this command line lacks rights on the hub that the operator needs.',
    fix: "Grant the rules that the finding names, or run the check with the operator's own account.",
  },
  judge: ({ missingRights, self }) =>
    weigh(missingRights, {
      answered: (missing) => {
        const user = self.state === 'answered' ? self.value.username : 'the user';
        if (missing.length === 0) return ok(`${user} may do all that the operator does on the hub`);
        return failed(`${user} lacks rights on ${namesOfRules(missing)}`, {
          fix: 'grant by a ClusterRole:',
          rules: missing,
        });
      },
      failed: asProblem,
    }),
};
