import type { OutputFlags } from '../terminal/output-options.ts';
import type { RenderingFlags } from './rendering-options.ts';

export interface RenderFlags extends RenderingFlags, OutputFlags {
  readonly output: 'yaml' | 'json';
}
