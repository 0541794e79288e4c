import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighScaling } from './weigh-scaling.ts';

export const membersReady: HubCheck = {
  scope: 'hub',
  code: 'WW4013',
  title: 'the operator reaches every member',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning:
      'The operator does not reach a member, or cannot read which there are, so that others have to take over what runs there.',
    fix: 'Do as the message says; members list -o wide shows what the operator says of each.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ members, unread }) => {
      const [hindered] = unread;
      if (hindered !== undefined)
        return failed(`not known: members by ${listed(unread.map(({ provider }) => provider))}`, {
          cause: hindered.why.replace(/\.$/, ''),
        });
      const lost = members.filter(({ state }) => state === 'NotReady');
      const [first] = lost;
      if (first === undefined) return ok(`${members.length} members are reached`);
      return failed(`not reached: ${listed(lost.map(({ name }) => name))}`, {
        cause: first.info?.replace(/\.$/, ''),
      });
    }),
};
