import type { DistributedScaledObject, Problem } from '../../../api/index.ts';

/** KEDA's webhook refuses longer names of autoscalers. */
const longestAutoscalerName = 63;
const autoscalerPrefix = 'keda-hpa-';

/** Where the name leaves no room for that of the autoscaler which KEDA derives from it. */
export function nameWarnings({
  metadata: { name },
  spec,
}: Pick<DistributedScaledObject, 'metadata' | 'spec'>): readonly Problem[] {
  const ownName = spec.scaledObjectSpec.advanced?.horizontalPodAutoscalerConfig?.name ?? '';
  const longest = longestAutoscalerName - autoscalerPrefix.length;
  if (ownName !== '' || name.length <= longest) return [];
  return [
    {
      field: 'metadata.name',
      value: name,
      message: `has ${name.length} characters; where its webhook runs, KEDA refuses more than ${longest} unless spec.scaledObjectSpec.advanced.horizontalPodAutoscalerConfig.name is set`,
    },
  ];
}
