import {
  accessFlags,
  type FlagValues,
  OptionError,
  parseSpokeAccess,
  type SpokeAccess,
} from '../../operator/index.ts';
import { flagValues } from '../command-line/flag-values.ts';
import { usageError } from '../failure/cli-error.ts';
import type { AccessFlags } from './access-options.ts';

/** What the operator would make of the flags about access. Throws CliError with the words that it would refuse one with. */
export function spokeAccess(flags: AccessFlags): SpokeAccess {
  try {
    return parseSpokeAccess(flagValues(flags as FlagValues, accessFlags));
  } catch (error) {
    throw error instanceof OptionError ? usageError(`${error.message}.`, { code: 'WW5003' }) : error;
  }
}
