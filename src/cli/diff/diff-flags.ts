import type { AccessFlags } from '../hub/access-options.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import type { OutputFlags } from '../terminal/output-options.ts';
import type { RenderingFlags } from '../render/rendering-options.ts';

export interface DiffFlags extends RenderingFlags, HubFlags, AccessFlags, OutputFlags {
  readonly output: 'diff' | 'short' | 'json';
  readonly providerFile?: string;
}
