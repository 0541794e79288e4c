import { failed, type HubCheck, ok } from '../check.ts';
import { spreadWorkloads, weighPart, weighScaling } from './weigh-scaling.ts';

export const autoscalerActive: HubCheck = {
  scope: 'hub',
  code: 'WW4004',
  title: 'autoscalers of DistributedScaledObjects get their metrics',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning: 'A HorizontalPodAutoscaler gets no value for its metrics, so that the total stands still.',
    fix: 'Look at the trigger that the message names, and at the log of keda-operator.',
  },
  judge: (facts) =>
    weighScaling(facts, ({ autoscalers }) =>
      weighPart(autoscalers, (every) => {
        const all = every.filter(({ target }) => target.kind === 'DistributedScaledObject');
        // One that a person switched off by a total of 0 is no failure.
        const [first, ...others] = all.filter(
          ({ active, reason }) => active === 'False' && reason !== 'ScalingDisabled',
        );
        if (first === undefined) return ok(`${all.length} autoscalers work`);
        const more = others.length === 0 ? '' : ` and ${others.length} more`;
        return failed(
          `scaling of dso/${first.namespace}/${first.target.name}${more} stands still: ${first.name} is not active (${first.reason ?? '?'})`,
          { cause: first.message },
        );
      }),
    ),
};
