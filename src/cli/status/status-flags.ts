import type { HubFlags } from '../hub/hub-options.ts';
import type { OutputFlags } from '../terminal/output-options.ts';

export interface StatusFlags extends HubFlags, OutputFlags {
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  readonly selector?: string;
  readonly watch?: boolean;
  readonly allNamespaces?: boolean;
  readonly failOn: 'warning' | 'error';
}
