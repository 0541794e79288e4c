/** What the operator must be allowed to do, and where: one truth for the chart, the documents, the checks and the tests. */
export { capabilities, type Capability, type CapabilityName, type RightsScope } from './capabilities.ts';
export { emptiedNamespaceRules, spokeRules } from './delivery-rules.ts';
export { memberRules, workloadDeliveryRules } from './member-rules.ts';
export type { ExplainedRule, Rule } from './rule.ts';
