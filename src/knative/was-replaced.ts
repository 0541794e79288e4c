import { ConnectionReplacedError } from '../clusters/index.ts';
import type { Pass } from './pass.ts';

/** The pass took longer than the connection that it began with: the next one finds the one that took over. */
export function wasReplaced({ cluster }: Pick<Pass, 'cluster'>): boolean {
  return cluster?.signal.reason instanceof ConnectionReplacedError;
}
