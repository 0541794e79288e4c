import type { TargetFlags } from '../diff/with-targets.ts';
import type { OutputFlags } from '../terminal/output-options.ts';

export interface AdoptFlags extends TargetFlags, OutputFlags {
  readonly dryRun?: boolean;
  readonly output: 'table' | 'json';
}
