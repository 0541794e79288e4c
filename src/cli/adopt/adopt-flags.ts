import type { TargetFlags } from '../diff/target-options.ts';
import type { OutputFlags } from '../terminal/output-options.ts';

export interface AdoptFlags extends TargetFlags, OutputFlags {
  readonly dryRun?: boolean;
  readonly output: 'table' | 'json';
}
