import type { DistributedScaledObjectSpec, Problem } from '../../../api/index.ts';

type ScaledObjectSpec = DistributedScaledObjectSpec['scaledObjectSpec'];
type Trigger = ScaledObjectSpec['triggers'][number];

const needsPods: Readonly<Record<string, string>> = {
  cpu: 'measures pods behind the target on the hub, and there are none; use a trigger such as prometheus that measures all members',
  memory:
    'measures pods behind the target on the hub, and there are none; use a trigger such as prometheus that measures all members',
  'kubernetes-workload':
    'counts pods of the hub, not of members; use a trigger such as prometheus that counts on all members',
};
const dividesByPods = 'divides by the ready pods of the hub, and there are none; use AverageValue';

/** What of a spec KEDA accepts and cannot work for a target that has no pods on the hub. */
export function triggerWarnings({ triggers, advanced }: ScaledObjectSpec): readonly Problem[] {
  const path = 'spec.scaledObjectSpec';
  const ofModifiers =
    advanced?.scalingModifiers?.metricType === 'Value'
      ? [{ field: `${path}.advanced.scalingModifiers.metricType`, value: 'Value', message: dividesByPods }]
      : [];
  return [
    ...triggers.flatMap((trigger, index) => warningsOf(trigger, `${path}.triggers[${index}]`)),
    ...ofModifiers,
  ];
}

function warningsOf({ type, metricType, metadata }: Trigger, path: string): readonly Problem[] {
  const pods = needsPods[type];
  const fromEnv = Object.keys(metadata).filter((key) => key.endsWith('FromEnv'));
  return [
    ...(pods === undefined ? [] : [{ field: `${path}.type`, value: type, message: pods }]),
    ...(metricType === 'Value'
      ? [{ field: `${path}.metricType`, value: 'Value', message: dividesByPods }]
      : []),
    ...fromEnv.map((key) => ({
      field: `${path}.metadata.${key}`,
      message:
        'reads the environment of pods behind the target on the hub, and there are none; use authenticationRef',
    })),
  ];
}
