import { remove, set, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';

/** Makes the owner the only one of a namespaced object; a cluster-scoped object cannot have one that is namespaced. */
export const ownerReference: Transform = (object, { owner }) => {
  const field = ['metadata', 'ownerReferences'];
  if (valueAt(object, ['metadata', 'namespace']) === undefined) return object;
  return owner === undefined ? remove(object, field) : set(object, field, [owner]);
};
