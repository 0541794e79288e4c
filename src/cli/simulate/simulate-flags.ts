import type { HubFlags } from '../hub/hub-options.ts';
import type { OutputFlags } from '../terminal/output-options.ts';

export interface SimulateFlags extends OutputFlags, HubFlags {
  readonly filename?: readonly string[];
  readonly members?: string;
  readonly weight?: readonly string[];
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
