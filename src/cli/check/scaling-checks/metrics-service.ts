import { failed, type HubCheck, ok } from '../check.ts';
import { spreadWorkloads, weighPart, weighScaling } from './weigh-scaling.ts';

export const metricsService: HubCheck = {
  scope: 'hub',
  code: 'WW4002',
  title: 'external metrics are served, and by KEDA',
  level: 'error',
  needs: spreadWorkloads,
  about: {
    meaning: 'HorizontalPodAutoscalers of the hub get no metrics of KEDA, so that totals stand still.',
    fix: 'See why APIService v1beta1.external.metrics.k8s.io is not available, or who else serves it: kubectl describe apiservice v1beta1.external.metrics.k8s.io',
  },
  judge: (facts) =>
    weighScaling(facts, ({ keda, metricsService: answer, objects }) =>
      weighPart(keda, (found) => {
        if (found === undefined || objects.length === 0) return ok('nothing here needs external metrics');
        return weighPart(answer, (service) => {
          if (service === undefined)
            return failed('the hub does not serve external metrics, though it has KEDA');
          if (!service.isAvailable)
            return failed('external metrics are not available', { cause: service.message });
          if (service.service?.includes('keda') !== true)
            return failed(
              `external metrics are served by ${service.service ?? 'the API server itself'}, not by KEDA`,
            );
          return ok(`external metrics are served by ${service.service}`);
        });
      }),
    ),
};
