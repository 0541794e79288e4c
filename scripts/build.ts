import { isAscii } from 'node:buffer';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { pluginBundles } from '../plugins/bundles.ts';
import { bundled, programBundle, root, withoutLocales } from './build/bundle-options.ts';
import { thirdPartyNotices } from './build/third-party-notices.ts';

export interface BuildAllOptions {
  /** What runs the files where they are called by their names; default: the `node` that PATH finds first. */
  readonly interpreter?: string | undefined;
}

/**
 * Bundles the program and the access plugins into `dist`: each is one executable file that needs nothing but Node 24; the
 * program loads `grpc.mjs` and `otel.mjs` beside it for gRPC and traces. `kubectl-wheelwright` beside it makes it a kubectl
 * plugin wherever `dist` is in PATH, and `kubectl_complete-wheelwright` has kubectl complete its arguments. The same
 * sources give the same bytes, wherever they are.
 */
export async function buildAll(
  directory = join(root, 'dist'),
  { interpreter = '/usr/bin/env node' }: BuildAllOptions = {},
): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, 'plugins'), { recursive: true });
  const program = join(directory, 'wheelwright');
  const { metafile } = await build({
    ...(await programBundle()),
    entryPoints: [join(root, 'src/main.ts')],
    outfile: program,
    // An alias is told by the second line from a program of somebody else.
    banner: { js: `#!${interpreter}\n// wheelwright\n${withRequire}` },
    plugins: [withoutLocales, ...besides.map(beside)],
  });
  const others = await Promise.all(
    besides.map(({ entry, file }) =>
      build({
        ...bundled,
        entryPoints: [join(root, entry)],
        outfile: join(directory, file),
        banner: { js: withRequire },
      }),
    ),
  );
  // One letter beyond ASCII costs megabytes of memory: the engine keeps the text of the whole program in another way.
  if (!isAscii(await readFile(program)))
    throw new Error('the program has letters beyond ASCII: write them as \\u escapes in regular expressions');
  await chmod(program, 0o755);
  for (const name of ['kubectl-wheelwright', 'kubectl_complete-wheelwright'])
    await symlink('wheelwright', join(directory, name));
  const inputs = [metafile, ...others.map((other) => other.metafile)].flatMap(({ inputs: files }) =>
    Object.keys(files),
  );
  await writeFile(join(directory, 'THIRD-PARTY-NOTICES'), await thirdPartyNotices(inputs, root));
  for (const bundle of pluginBundles(join(directory, 'plugins'), interpreter)) {
    await build({ ...bundle, logLevel: 'warning' });
    await chmod(bundle.outfile, 0o755);
  }
}

/** Dependencies in CommonJS ask for `require`, which ES modules do not have. */
const withRequire =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

interface Beside {
  /** The one module that imports the packages. */
  readonly entry: string;
  readonly packages: RegExp;
  readonly file: string;
}

/** Large parts of the program that few need would be in the memory of all: each is a file of its own. */
const besides: readonly Beside[] = [
  {
    entry: 'src/scaling/engine/builtin/external/grpc-packages.ts',
    packages: /^@grpc[\\/]/,
    file: 'grpc.mjs',
  },
  {
    entry: 'src/operator/tracing/otel-packages.ts',
    // The metrics library imports the API, which is small.
    packages: /^@opentelemetry[\\/](exporter|resources|sdk)/,
    file: 'otel.mjs',
  },
];

function beside({ entry, packages, file }: Beside): Plugin {
  const module = basename(entry);
  return {
    name: file,
    setup(build) {
      build.onResolve({ filter: /-packages\.ts$/ }, ({ path }) =>
        basename(path) === module ? { path: `./${file}`, external: true } : undefined,
      );
      // Whoever imports it from elsewhere would put it into the program again.
      build.onResolve({ filter: packages }, ({ path, importer }) => ({
        errors: [{ text: `${path} is imported by ${importer} and not by ${module}` }],
      }));
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { interpreter: { type: 'string' } } });
  await buildAll(undefined, values);
}
