export { parseGoDuration, formatGoDuration } from './duration.ts';
export {
  type FlagValues,
  operatorFlags,
  type OperatorFlag,
  OptionError,
  type OperatorOptions,
  parseOperatorOptions,
} from './options.ts';
export { type OperatorSetup, runOperator } from './run-operator.ts';
