import type { OutputFlags } from '../terminal/output-options.ts';
import type { TargetFlags } from './target-options.ts';

export interface DiffFlags extends TargetFlags, OutputFlags {
  readonly output: 'diff' | 'short' | 'json';
}
