import type { OutputFlags } from '../terminal/output-options.ts';
import type { RenderingFlags } from '../render/rendering-options.ts';

export interface ImagesFlags extends RenderingFlags, OutputFlags {
  readonly kind?: 'serving' | 'eventing';
  readonly output: 'text' | 'json';
}
