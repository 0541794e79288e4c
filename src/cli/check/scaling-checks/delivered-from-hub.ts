import type { ScaledObject } from '../../hub/scaled-object.ts';
import { failed, type HubCheck, ok } from '../check.ts';
import { fromHubRules } from '../facts/operator-rules.ts';
import { listed, spreadWorkloads, weighScaling } from './weigh-scaling.ts';

export const deliveredFromHub: HubCheck = {
  scope: 'hub',
  code: 'WW4014',
  title: 'members have the workload as it is on the hub, where it comes from there',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning:
      'A workload with spec.workload.fromHub is not on a member as it is on the hub, often for lack of rights.',
    fix: 'Grant the rules that the finding names to the account of the member, or do as the message says.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ objects }) => {
      const wrong = objects.flatMap((object) =>
        object.rows.flatMap(({ member, description }) => {
          const why = whyNot.exec(description ?? '')?.[1];
          return why === undefined ? [] : [{ object, member, why }];
        }),
      );
      const forbidden = wrong.filter(({ why }) => why.includes('forbidden: '));
      const [first] = forbidden.length > 0 ? forbidden : wrong;
      if (first === undefined) return ok('every workload from the hub is on members as it is there');
      const problem = `not as on the hub: ${listed(wrong.map(nameOf))}`;
      if (forbidden.length === 0) return failed(problem, { cause: first.why, level: 'warning' });
      return failed(problem, {
        cause: first.why,
        fix: 'grant to the account of these members, by a Role in the namespace of the workload:',
        rules: fromHubRules(forbidden.map(({ object }) => object.target)),
      });
    }),
};

/** As the operator says it of a member. */
const whyNot = /\bnot as on the hub: (.*)$/s;

function nameOf({
  object: { namespace, name },
  member,
}: {
  readonly object: Pick<ScaledObject, 'namespace' | 'name'>;
  readonly member: string;
}): string {
  return `dso/${namespace}/${name} on ${member}`;
}
