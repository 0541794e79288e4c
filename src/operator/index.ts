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
