export {
  accessFlags,
  memberServerPolicy,
  parseSpokeAccess,
  type SpokeAccess,
  spokeServerPolicy,
} from './access-flags.ts';
export { type FlagValues, type OperatorFlag, OptionError } from './flag-reader.ts';
export { operatorFlags, type OperatorOptions, parseOperatorOptions } from './options.ts';
export type { CreateEngine } from './engines.ts';
export { type OperatorSetup, runOperator } from './run-operator.ts';
export {
  capabilities,
  type Capability,
  type CapabilityName,
  emptiedNamespaceRules,
  type ExplainedRule,
  memberRules,
  type RightsScope,
  type Rule,
  spokeRules,
  workloadDeliveryRules,
} from './rights/index.ts';
