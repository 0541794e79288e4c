import type { HubFlags } from '../hub/hub-options.ts';
import type { HubUse } from './definitions.ts';
import type { OutputFlags } from '../terminal/output-options.ts';

export interface CrdsFlags extends HubFlags, OutputFlags {
  readonly check?: boolean;
  readonly for?: HubUse;
}
