import { failed, type MemberCheck, ok, skipped, weigh } from '../check.ts';
import { hasTheLeast } from '../facts/member-rules.ts';
import { namesOfRules } from '../facts/rule.ts';

export const memberRights: MemberCheck = {
  scope: 'member',
  code: 'WW2021',
  title: 'the credential has the rights to scale there, and to deliver from the hub',
  level: 'error',
  needs: 'a connection',
  about: {
    meaning:
      'The user behind the credential lacks rights on the member that scaling needs, or spec.workload.fromHub of an object.',
    fix: 'Grant the rules that the finding names on that member, or repeat members add.',
  },
  judge: ({ missingRights, self, fromHub }) =>
    weigh(missingRights, {
      answered: ({ toScale, toDeliver }) => {
        const user = self.state === 'answered' ? self.value.username : 'the user';
        const rules = [...toScale, ...toDeliver.flatMap((one) => one.rules)];
        if (rules.length === 0) {
          const both = fromHub.length === 0 ? 'scaling takes' : 'scaling and delivery from the hub take';
          return ok(`${user} may do all that ${both}`);
        }
        if (hasTheLeast(toScale) && toDeliver.length === 0)
          return ok(`${user} may do the least that scaling takes, without ${namesOfRules(toScale)}`);
        const places = toDeliver.map(({ namespace }) => namespace).join(', ');
        return failed(`${user} lacks rights on ${namesOfRules(rules)}`, {
          cause: places === '' ? undefined : `workloads come from the hub into ${places}`,
          fix: 'grant on that member by a ClusterRole:',
          rules,
        });
      },
      failed: () => skipped('a credential that is accepted'),
    }),
};
