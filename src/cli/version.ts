import { readFileSync } from 'node:fs';

declare const WHEELWRIGHT_VERSION: string | undefined;

/** The bundle has it written in; a checkout reads it from its package.json. */
export const version: string =
  typeof WHEELWRIGHT_VERSION === 'string'
    ? WHEELWRIGHT_VERSION
    : (
        JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
          version: string;
        }
      ).version;
