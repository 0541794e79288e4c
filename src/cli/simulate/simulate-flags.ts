import type { OutputFlags } from '../terminal/output-options.ts';

export interface SimulateFlags extends OutputFlags {
  readonly filename: readonly string[];
  readonly namespace?: string;
  readonly members?: string;
  readonly total?: number;
  readonly down?: readonly string[];
  readonly up?: readonly string[];
  readonly drain?: readonly string[];
  /** Milliseconds. */
  readonly for: number;
  /** Milliseconds. */
  readonly start: number;
  readonly output: 'table' | 'json';
}
