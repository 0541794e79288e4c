import type { ValidationRule } from '../crd/definition.ts';

const before = 'has(oldSelf.spec) && has(oldSelf.spec.clusterProfileRef)';
const after = 'has(self.spec) && has(self.spec.clusterProfileRef)';

/**
 * An installation cannot move between clusters. The rules stand on the root, not on `spec`: a rule on `spec` is not
 * asked while the old or the new object has no `spec`, so that two updates would get around it.
 */
export const immutableTarget: readonly ValidationRule[] = [
  {
    rule: `(${after}) == (${before})`,
    message: 'spec.clusterProfileRef cannot be added or removed after creation',
  },
  {
    rule: `!(${after}) || !(${before}) || self.spec.clusterProfileRef == oldSelf.spec.clusterProfileRef`,
    message: 'spec.clusterProfileRef is immutable',
  },
];
