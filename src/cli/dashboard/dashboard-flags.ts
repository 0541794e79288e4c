import type { AccessFlags } from '../hub/access-options.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import type { OutputFlags } from '../terminal/output-options.ts';

export interface DashboardFlags extends Omit<HubFlags, 'namespace'>, AccessFlags, OutputFlags {
  readonly port: number;
  readonly providerFile?: string;
}
