import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';
import { readBrowserFiles } from '../../src/cli/dashboard/browser-files.ts';

/** Of this repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The fields of our package.json that packages have too. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

export async function readManifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
}

export const bundled = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  absWorkingDir: root,
} as const satisfies BuildOptions;

/** With what the program reads from other files of a checkout written in. */
export async function programBundle(): Promise<typeof bundled & BuildOptions> {
  const { version } = await readManifest();
  return {
    ...bundled,
    define: {
      WHEELWRIGHT_VERSION: JSON.stringify(version),
      WHEELWRIGHT_BROWSER_FILES: JSON.stringify(readBrowserFiles()),
    },
  };
}

/** zod brings its messages along in fifty languages, an eighth of the bundle; English it imports by itself. */
export const withoutLocales: Plugin = {
  name: 'without-locales',
  setup(build) {
    build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};
