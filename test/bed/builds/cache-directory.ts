import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where things are kept for all runs on this machine. Anything in it may be removed at any time when none runs. */
export function cacheDirectory(name: string): string {
  const { XDG_CACHE_HOME: cacheHome } = process.env;
  return join(cacheHome === undefined || cacheHome === '' ? join(homedir(), '.cache') : cacheHome, name);
}
