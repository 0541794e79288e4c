import { isKind, isWorkload } from './object-kinds.ts';
import { type Path, remove, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';

const everywhere: readonly Path[] = [['status'], ['metadata', 'creationTimestamp']];
const inWorkloads: Path = ['spec', 'template', 'metadata', 'creationTimestamp'];

/**
 * Leaves out what others write on the cluster, so that server-side apply leaves it to them: status and times, and the
 * rules of a ClusterRole that are gathered from other ones.
 */
export const withoutClusterOwnedFields: Transform = (object) => {
  const plain = everywhere.reduce(remove, object);
  if (isWorkload(plain)) return remove(plain, inWorkloads);
  const aggregated =
    isKind(plain, 'rbac.authorization.k8s.io', 'ClusterRole') &&
    valueAt(plain, ['aggregationRule']) !== undefined;
  return aggregated ? remove(plain, ['rules']) : plain;
};
