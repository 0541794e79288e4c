import type { ScaledObject } from '../../hub/scaled-object.ts';
import { failed, type HubCheck, ok } from '../check.ts';
import type { Scaler } from '../facts/scaling-facts.ts';
import { listed, spreadWorkloads, weighPart, weighScaling } from './weigh-scaling.ts';

/** As the operator says it of a workload that somebody else writes again and again. */
const contended = /\bcontended by (?<who>.+)$/;

export const scaledOnce: HubCheck = {
  scope: 'hub',
  code: 'WW4007',
  title: 'nothing else scales what DistributedScaledObjects scale',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning:
      'A HorizontalPodAutoscaler, a ScaledObject or something else writes the number of a workload that a DistributedScaledObject writes as well.',
    fix: 'Delete the other one, or take the member out of spec.memberClusters.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ objects, keda, autoscalers }) => {
      const writers = objects.flatMap(({ namespace, name, rows }) =>
        rows.flatMap(({ member, description = '' }) => {
          const who = contended.exec(description)?.groups?.['who'];
          return who === undefined ? [] : [`dso/${namespace}/${name} on ${member} by ${who}`];
        }),
      );
      if (writers.length > 0) return failed(`scaled by others as well: ${listed(writers)}`);
      return weighPart(autoscalers, (all) =>
        weighPart(keda, (found) => {
          const own = all.map(({ namespace, name, target }): Scaler => ({
            what: `HorizontalPodAutoscaler '${name}'`,
            namespace,
            target: `${target.kind}/${target.name}`,
          }));
          const rivals = objects.flatMap((object) => rivalsOnHub(object, [...own, ...(found?.others ?? [])]));
          return rivals.length === 0
            ? ok('nothing that the hub knows of scales the same workloads')
            : failed(`scaled on the hub as well: ${listed(rivals)}`);
        }),
      );
    }),
};

/** The hub has the workload itself where it is a member. KEDA makes a HorizontalPodAutoscaler of its own, so that one is enough. */
function rivalsOnHub(
  { namespace, name, target, rows }: ScaledObject,
  scalers: readonly Scaler[],
): readonly string[] {
  if (!rows.some(({ provider }) => provider === 'hub')) return [];
  const rival = scalers.find((scaler) => scaler.namespace === namespace && scaler.target === target);
  return rival === undefined ? [] : [`dso/${namespace}/${name} by ${rival.what}`];
}
