import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { programBundle, root, withoutLocales } from './bundle-options.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const run = promisify(execFile);

/** What Node looks for in itself; see its documentation of single executable applications. */
const resource = { name: 'NODE_SEA_BLOB', fuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2' };

/**
 * Makes one file of the program and of the Node that runs this, for the system and the processor that this runs on. On
 * macOS it is signed ad hoc, without which it would not start. Resolves with the notices of the packages in it.
 */
export async function buildSingleExecutable(file: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wheelwright-executable-'));
  try {
    const [main, output, config] = ['main.cjs', 'blob', 'sea.json'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    const inputs = await bundle(main);
    await writeFile(config, JSON.stringify({ main, output, disableExperimentalSEAWarning: true }));
    await run(process.execPath, ['--experimental-sea-config', config]);
    await copyFile(await realpath(process.execPath), file);
    await chmod(file, 0o755);
    const isMac = process.platform === 'darwin';
    if (isMac) await run('codesign', ['--remove-signature', file]);
    const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'));
    const segment = isMac ? ['--macho-segment-name', 'NODE_SEA'] : [];
    const injection = [file, resource.name, output, '--sentinel-fuse', resource.fuse, ...segment];
    await run(process.execPath, [postject, ...injection]);
    if (isMac) await run('codesign', ['--sign', '-', file]);
    return await thirdPartyNotices(inputs, root);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * An executable takes no module but one in CommonJS, which cannot wait at its top level, and no file beside it. Resolves with
 * the files that it is made of.
 */
async function bundle(outfile: string): Promise<readonly string[]> {
  const { metafile } = await build({
    ...(await programBundle()),
    stdin: {
      contents: `import { run } from './cli/index.ts';
run(process.argv.slice(2)).then((code) => { process.exitCode = code; });`,
      resolveDir: join(root, 'src'),
      loader: 'ts',
    },
    outfile,
    format: 'cjs',
    plugins: [withoutLocales],
    // It is asked for by checkouts alone.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  return Object.keys(metafile.inputs);
}
