import { isAscii } from 'node:buffer';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
 * program loads `grpc.mjs` beside it where something asks for gRPC. `kubectl-wheelwright` beside it makes it a kubectl
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
    plugins: [withoutLocales, grpcBeside],
  });
  const grpc = await build({
    ...bundled,
    entryPoints: [join(root, 'src/scaling/engine/builtin/external/grpc-packages.ts')],
    outfile: join(directory, grpcFile),
    banner: { js: withRequire },
  });
  // One letter beyond ASCII costs megabytes of memory: the engine keeps the text of the whole program in another way.
  if (!isAscii(await readFile(program)))
    throw new Error('the program has letters beyond ASCII: write them as \\u escapes in regular expressions');
  await chmod(program, 0o755);
  for (const name of ['kubectl-wheelwright', 'kubectl_complete-wheelwright'])
    await symlink('wheelwright', join(directory, name));
  const inputs = [...Object.keys(metafile.inputs), ...Object.keys(grpc.metafile.inputs)];
  await writeFile(join(directory, 'THIRD-PARTY-NOTICES'), await thirdPartyNotices(inputs, root));
  for (const bundle of pluginBundles(join(directory, 'plugins'), interpreter)) {
    await build({ ...bundle, logLevel: 'warning' });
    await chmod(bundle.outfile, 0o755);
  }
}

/** Dependencies in CommonJS ask for `require`, which ES modules do not have. */
const withRequire =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

const grpcFile = 'grpc.mjs';

/** A sixth of the program that few need would be in the memory of all: it is a file of its own. */
const grpcBeside: Plugin = {
  name: 'grpc-beside',
  setup(build) {
    build.onResolve({ filter: /[\\/]grpc-packages\.ts$/ }, () => ({ path: `./${grpcFile}`, external: true }));
    // Whoever imports it from elsewhere would put it into the program again.
    build.onResolve({ filter: /^@grpc[\\/]/ }, ({ path, importer }) => ({
      errors: [{ text: `${path} is imported by ${importer} and not by grpc-packages.ts` }],
    }));
  },
};

if (import.meta.main) {
  const { values } = parseArgs({ options: { interpreter: { type: 'string' } } });
  await buildAll(undefined, values);
}
