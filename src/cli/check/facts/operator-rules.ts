import {
  capabilities,
  type CapabilityName,
  type ExplainedRule,
  spokeRules,
  workloadDeliveryRules,
} from '../../../operator/index.ts';
import type { Rule } from './rule.ts';

/** What the operator does on the hub, whatever it installs and wherever. */
export const hubRules: readonly Rule[] = needed('objects');

/** Besides in each namespace where ClusterProfiles have their Secrets. */
export const credentialRules: readonly Rule[] = needed('credentials');

/** The same in its own namespace. */
export const ownRules: readonly Rule[] = needed('leases');

/** What it does besides once there are members. */
export const scalingRules: readonly Rule[] = needed('scaling');

/** The same in its own namespace. */
export const ownScalingRules: readonly Rule[] = needed('members');

/** And where KEDA evaluates triggers. */
export const kedaRules: readonly Rule[] = needed('keda-engine');

/**
 * What it does on a member, in the namespace of the workload, to deliver that from the hub with what its pods use; `targets`
 * are workloads such as `StatefulSet/db`.
 */
export function fromHubRules(targets: readonly (string | undefined)[]): readonly Rule[] {
  const kinds = targets.flatMap((target) => target?.split('/')[0] ?? []);
  return required(workloadDeliveryRules(kinds));
}

/** What the operator does on a cluster to install Knative there, whatever is added to it. */
export const deliveryRules: readonly Rule[] = required(
  spokeRules.filter(({ isForAddOns }) => isForAddOns !== true),
);

function needed(name: CapabilityName): readonly Rule[] {
  return required(capabilities.find((capability) => capability.name === name)?.rules ?? []);
}

function required(rules: readonly ExplainedRule[]): readonly Rule[] {
  return rules.filter(({ isOptional }) => isOptional !== true).map(({ why: _why, ...rule }) => rule);
}
