import type { CommonSpec } from '../../api/index.ts';
import type { Finding } from './finding.ts';

/** Fields that the API accepts because knative/operator does, and that neither acts on. */
export function ignoredFields(spec: CommonSpec): readonly Finding[] {
  return [
    ...(['deployments', 'workloads'] as const).flatMap((field) =>
      (spec[field] ?? []).flatMap((override, index) => [
        ...given(`spec.${field}[${index}]`, override, ['version', 'volumeMounts']),
        ...claims(`spec.${field}[${index}].resources`, override.resources),
      ]),
    ),
    ...claims('spec.resources', spec.resources),
    ...(spec.podDisruptionBudgets ?? []).flatMap((override, index) =>
      given(`spec.podDisruptionBudgets[${index}]`, override, ['selector', 'unhealthyPodEvictionPolicy']),
    ),
  ];
}

function claims(field: string, resources: CommonSpec['resources'] = []): readonly Finding[] {
  return resources.flatMap((entry, index) => given(`${field}[${index}]`, entry, ['claims']));
}

function given<T extends object>(
  field: string,
  owner: T,
  names: readonly (keyof T & string)[],
): readonly Finding[] {
  return names
    .filter((name) => owner[name] !== undefined)
    .map((name) => ({
      reason: 'FieldNotImplemented',
      field: `${field}.${name}`,
      message: `'${name}' is accepted for compatibility and not acted on`,
    }));
}
