import type { CommonSpec, KubeObject, WorkloadOverride } from '../../api/index.ts';
import { autoscalerOf, isAutoscaler } from './autoscaling.ts';
import { configKeys } from './config-maps.ts';
import { containersOf, nameOf } from './containers.ts';
import type { Finding } from './finding.ts';
import { generateName, isKind, isWorkload, objectName } from './object-kinds.ts';
import { isMeant, overrideName } from './override-target.ts';
import { itemsAt } from './path-copy.ts';

/** Everything in a spec that names a part of the installation which the installation does not have. */
export function unmatched(spec: CommonSpec, objects: readonly KubeObject[]): readonly Finding[] {
  return [
    ...unknownConfig(spec, objects),
    ...(['deployments', 'workloads'] as const).flatMap((field) =>
      (spec[field] ?? []).flatMap((override, index) =>
        unmatchedOverride(`spec.${field}[${index}]`, override, objects),
      ),
    ),
    ...unmatchedNames(
      'services',
      'Service',
      spec.services,
      objects.filter((each) => isKind(each, '', 'Service')),
    ),
    ...unmatchedNames(
      'podDisruptionBudgets',
      'PodDisruptionBudget',
      spec.podDisruptionBudgets,
      objects.filter((each) => isKind(each, 'policy', 'PodDisruptionBudget')),
    ),
    ...unmatchedContainers(
      'spec.resources',
      spec.resources,
      objects.filter((each) => isKind(each, 'apps', 'Deployment')),
    ),
    ...unmatchedImages(spec, objects),
  ];
}

function unknownConfig({ config = {} }: CommonSpec, objects: readonly KubeObject[]): readonly Finding[] {
  const names = objects.filter((object) => isKind(object, '', 'ConfigMap')).map(objectName);
  const known = new Set(names.flatMap(configKeys));
  return Object.keys(config)
    .filter((name) => !known.has(name))
    .map((name) => ({
      reason: 'ConfigUnknown',
      field: `spec.config.${name}`,
      message: `'${name}' is no ConfigMap of this installation, which has ${list(names.map((each) => configKeys(each).at(-1) ?? each))}`,
    }));
}

function unmatchedOverride(
  field: string,
  override: WorkloadOverride,
  objects: readonly KubeObject[],
): readonly Finding[] {
  const workloads = objects.filter((object) => isMeant(object, override));
  if (workloads.length > 0) {
    return (['resources', 'env', 'readinessProbes', 'livenessProbes'] as const).flatMap((part) =>
      unmatchedContainers(`${field}.${part}`, override[part], workloads),
    );
  }
  const scaled = objects.some(
    (object) => isAutoscaler(object) && objectName(object) === autoscalerOf(override.name),
  );
  if (scaled && override.replicas !== undefined) return [];
  const { name } = override;
  const names = objects.map(overrideName).filter((each) => each !== undefined);
  const fixed = objects.find((each) => isFixedWorkload(each) && objectName(each) === name);
  const problem =
    fixed === undefined
      ? `is no workload of this installation, which has ${list(names)}`
      : `is a ${fixed.kind} that cannot be overridden; this installation has ${list(names)}`;
  return [{ reason: 'OverrideUnmatched', field: `${field}.name`, message: `'${name}' ${problem}` }];
}

/** DaemonSets, and Jobs that have their name already. */
function isFixedWorkload(object: KubeObject): boolean {
  return isWorkload(object) && overrideName(object) === undefined;
}

function unmatchedNames(
  field: string,
  kind: string,
  overrides: readonly { readonly name: string }[] = [],
  objects: readonly KubeObject[],
): readonly Finding[] {
  const names = objects.map(objectName);
  return overrides.flatMap(({ name }, index) =>
    names.includes(name)
      ? []
      : [
          {
            reason: 'OverrideUnmatched',
            field: `spec.${field}[${index}].name`,
            message: `'${name}' is no ${kind} of this installation, which has ${list(names)}`,
          },
        ],
  );
}

function unmatchedContainers(
  field: string,
  entries: readonly { readonly container: string }[] = [],
  workloads: readonly KubeObject[],
): readonly Finding[] {
  const names = new Set(workloads.flatMap(containersOf).map(nameOf));
  return entries.flatMap(({ container }, index) =>
    names.has(container)
      ? []
      : [
          {
            reason: 'OverrideUnmatched',
            field: `${field}[${index}].container`,
            message: `'${container}' is no container there; there is ${list([...names])}`,
          },
        ],
  );
}

/** Keys that are neither a container, with or without its workload, nor a variable, nor a caching Image. */
function unmatchedImages({ registry }: CommonSpec, objects: readonly KubeObject[]): readonly Finding[] {
  const keys = Object.keys(registry?.override ?? {});
  if (keys.length === 0) return [];
  const known = new Set(objects.flatMap(imageKeys));
  return keys
    .filter((key) => !known.has(key))
    .map((key) => ({
      reason: 'OverrideUnmatched',
      field: `spec.registry.override.${key}`,
      message: `'${key}' is no container, workload/container, environment variable or Image of this installation`,
    }));
}

function imageKeys(object: KubeObject): readonly string[] {
  if (isKind(object, 'caching.internal.knative.dev', 'Image')) return [objectName(object)];
  const workload = generateName(object) || objectName(object);
  return containersOf(object).flatMap((container) => [
    nameOf(container),
    `${workload}/${nameOf(container)}`,
    ...itemsAt(container, ['env']).map(nameOf),
  ]);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : [...new Set(names)].sort().join(', ');
}
