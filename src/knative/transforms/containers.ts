import type { KubeObject } from '../../api/index.ts';
import { isWorkload } from './object-kinds.ts';
import { itemsAt, type JsonObject, type Path, updateItems, valueAt } from './path-copy.ts';

export const podSpec: Path = ['spec', 'template', 'spec'];
const containerLists = ['containers', 'initContainers'] as const;

/** Changes every container of a workload. Throws MalformedField. */
export function updateContainers(
  workload: KubeObject,
  change: (container: JsonObject) => JsonObject,
): KubeObject {
  return updateItems(workload, [...podSpec, 'containers'], change);
}

/** Changes every container and every init container of a workload. Throws MalformedField. */
export function updateAllContainers(
  workload: KubeObject,
  change: (container: JsonObject) => JsonObject,
): KubeObject {
  return containerLists.reduce((at, list) => updateItems(at, [...podSpec, list], change), workload);
}

/** Every container and every init container of an object that is a workload. Throws MalformedField. */
export function containersOf(object: KubeObject): readonly JsonObject[] {
  return isWorkload(object) ? containerLists.flatMap((list) => itemsAt(object, [...podSpec, list])) : [];
}

export function nameOf(item: JsonObject): string {
  const name = valueAt(item, ['name']);
  return typeof name === 'string' ? name : '';
}

/** Sets environment variables by name, in place where they are there; of two of one name the last counts. */
export function withEnv(container: JsonObject, variables: readonly JsonObject[]): JsonObject {
  if (variables.length === 0) return container;
  const byName = new Map(itemsAt(container, ['env']).map((variable) => [nameOf(variable), variable]));
  for (const variable of variables) byName.set(nameOf(variable), variable);
  return { ...container, env: [...byName.values()] };
}
