import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighScaling } from '../scaling-checks/weigh-scaling.ts';

export const aliasesDistinct: HubCheck = {
  scope: 'hub',
  code: 'WW2016',
  title: 'every member has a name of its own',
  level: 'warning',
  needs: spreadWorkloads,
  about: {
    meaning:
      'Two registrations have one name. The second is masked: objects without a list do not use it, and others call it by PROVIDER#NAME.',
    fix: 'Register one of the two under another name, or remove it: members remove NAME --provider PROVIDER.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ members }) => {
      // By its id the operator calls only a member whose name another one has.
      const masked = members.filter(({ name }) => name.includes('#'));
      return masked.length === 0
        ? ok(`${members.length} members have different names`)
        : failed(`masked by a member of the same name: ${listed(masked.map(({ name }) => name))}`);
    }),
};
