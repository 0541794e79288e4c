import type { CommonSpec, KubeObject } from '../../api/index.ts';
import { isKind, objectName } from './object-kinds.ts';
import { remove, set } from './path-copy.ts';
import type { Transform } from './transform.ts';
import { TransformError } from './transform-error.ts';

type Budget = NonNullable<CommonSpec['podDisruptionBudgets']>[number];

/** `spec.podDisruptionBudgets`: the one bound given replaces whichever there is. */
export const disruptionBudgets: Transform = (object, { spec }) =>
  isKind(object, 'policy', 'PodDisruptionBudget')
    ? (spec.podDisruptionBudgets ?? [])
        .filter(({ name }) => name === objectName(object))
        .reduce(withBound, object)
    : object;

function withBound(object: KubeObject, { name, minAvailable, maxUnavailable }: Budget): KubeObject {
  if (minAvailable === undefined && maxUnavailable === undefined) return object;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    throw new TransformError(`both minAvailable and maxUnavailable are set for PodDisruptionBudget ${name}`);
  }
  return minAvailable === undefined
    ? remove(set(object, ['spec', 'maxUnavailable'], maxUnavailable), ['spec', 'minAvailable'])
    : remove(set(object, ['spec', 'minAvailable'], minAvailable), ['spec', 'maxUnavailable']);
}
