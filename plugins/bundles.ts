import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';

/** Names of the plugins; the executable of each is named as upstream's: `<name>-plugin`. */
const names = ['secretreader', 'kubeconfig-secretreader'] as const;

/**
 * How to bundle each plugin into one executable file in `directory`, which needs nothing but Node, by default the one that
 * PATH finds first. The caller makes the files executable.
 */
export function pluginBundles(
  directory: string,
  interpreter = '/usr/bin/env node',
): readonly (BuildOptions & { readonly outfile: string })[] {
  return names.map((name) => ({
    entryPoints: [fileURLToPath(new URL(`${name}/main.ts`, import.meta.url))],
    outfile: join(directory, `${name}-plugin`),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    banner: { js: `#!${interpreter}` },
    plugins: [withoutSideEffects],
  }));
}

/** Modules of this repository do nothing when they are imported, so what a plugin does not use of a room stays out. */
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    }));
  },
};
