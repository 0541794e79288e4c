import type { Rule } from '../check/facts/rule.ts';
import { memberRules } from '../../operator/index.ts';
import { minimalMemberRules } from '../check/facts/member-rules.ts';
import type { AddFlags } from './member-flags.ts';
import type { RegistrationProvider } from './registration-provider.ts';

const apply = ['get', 'create', 'patch'] as const;

/** What setting a member up takes there, in its namespace. */
export const namespacedRules: readonly Rule[] = [
  { group: '', resources: ['serviceaccounts', 'secrets'], verbs: apply },
];

/** The same for what has no namespace. */
export const clusterRules: readonly Rule[] = [
  { group: 'rbac.authorization.k8s.io', resources: ['clusterroles', 'clusterrolebindings'], verbs: apply },
];

export const namespaceRule: Rule = { group: '', resources: ['namespaces'], verbs: ['create', 'patch'] };

/** What registering a member takes on the hub, in the namespace of the operator. */
export function hubRules(provider: RegistrationProvider): readonly Rule[] {
  return [{ group: '', resources: ['secrets'], verbs: provider === 'file' ? ['get', 'patch'] : apply }];
}

/** What the hub is granted on the member. */
export function rulesOf({ minimalRbac }: Pick<AddFlags, 'minimalRbac'>): readonly Rule[] {
  return minimalRbac === true ? minimalMemberRules : memberRules;
}
