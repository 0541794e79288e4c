import { canonicalId, type FleetMember } from '../../hub/fleet-members.ts';
import { failed, type HubCheck, ok } from '../check.ts';
import { listed, spreadWorkloads, weighScaling } from './weigh-scaling.ts';

export const membersKnown: HubCheck = {
  scope: 'hub',
  code: 'WW4008',
  title: 'members that objects list are registered, and some of them have a weight',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning:
      'spec.memberClusters names a member that nobody has registered, or leaves nobody to take replicas.',
    fix: 'Correct the name or the weights; members list shows who is registered.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ members, objects }) => {
      const unknown = objects.flatMap(({ namespace, name, listed: wanted }) =>
        wanted
          .filter((one) => !members.some((member) => isCalled(member, one.name)))
          .map((one) => `'${one.name}' of dso/${namespace}/${name}`),
      );
      if (unknown.length > 0) return failed(`not registered: ${listed(unknown)}`);
      const weightless = objects
        .filter(
          ({ listed: wanted }) =>
            wanted.length > 0 && wanted.every(({ weight, drain }) => drain || weight <= 0),
        )
        .map(({ namespace, name }) => `dso/${namespace}/${name}`);
      if (weightless.length > 0)
        return failed(`all weights are 0: nobody may take replicas of ${listed(weightless)}`);
      return ok('every member that is listed is registered');
    }),
};

/** Profiles are members as soon as an object refers to them, whether they are told of yet or not. */
function isCalled(member: FleetMember, reference: string): boolean {
  const id = canonicalId(member);
  return (
    reference.startsWith('clusterprofile#') ||
    member.name === reference ||
    id === reference ||
    id?.slice(id.indexOf('#') + 1) === reference
  );
}
