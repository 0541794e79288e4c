import { groupVersionKind, type KubeObject } from '../../api/index.ts';
import { type Path, valueAt } from './path-copy.ts';

/** Whether an object is of a kind, in any version of the API group; '' is the core group. */
export function isKind(object: KubeObject, group: string, ...kinds: readonly string[]): boolean {
  return kinds.includes(object.kind) && groupVersionKind(object).group === group;
}

/** Whether an object is a Deployment, StatefulSet, DaemonSet or Job: it has a pod template. */
export function isWorkload(object: KubeObject): boolean {
  return isKind(object, 'apps', 'Deployment', 'StatefulSet', 'DaemonSet') || isKind(object, 'batch', 'Job');
}

/** Empty for objects that only have the beginning of a name. */
export function objectName(object: KubeObject): string {
  return textAt(object, ['metadata', 'name']);
}

/** The beginning of the name that an object is to get; empty for objects that have their name. */
export function generateName(object: KubeObject): string {
  return textAt(object, ['metadata', 'generateName']);
}

function textAt(object: KubeObject, path: Path): string {
  const text = valueAt(object, path);
  return typeof text === 'string' ? text : '';
}
