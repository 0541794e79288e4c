import { memberRules } from '../../../operator/index.ts';
import { rightsOf, type Rule } from './rule.ts';

const read = ['get', 'list', 'watch'] as const;

/** The least by which workloads are spread: numbers of replicas are all that is written, and there are no Jobs. */
export const minimalMemberRules: readonly Rule[] = [
  { group: '*', resources: ['*/scale'], verbs: ['get', 'patch'] },
  { group: 'apps', resources: ['deployments'], verbs: read },
  { group: '', resources: ['pods'], verbs: read },
];

/** Whether somebody who lacks this of the rules has just the least, as one who was given no more. */
export function hasTheLeast(missing: readonly Rule[]): boolean {
  const least = new Set(rightsOf(minimalMemberRules));
  const beyond = rightsOf(memberRules).filter((right) => !least.has(right));
  return rightsOf(missing).toSorted().join() === beyond.toSorted().join();
}
