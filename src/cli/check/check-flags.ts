import type { AccessFlags } from '../hub/access-options.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import type { OutputFlags } from '../terminal/output-options.ts';

export interface CheckFlags extends HubFlags, AccessFlags, OutputFlags {
  readonly on?: string;
  /** Before the operator is installed. */
  readonly pre?: boolean;
  /** `TYPE/NAME` */
  readonly for?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly list?: boolean;
  readonly output: 'table' | 'short' | 'json' | 'junit';
  readonly failOn: 'warning' | 'error';
  readonly providerFile?: string;
}
