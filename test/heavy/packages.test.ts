import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { binary } from '../bed/index.ts';
import { Fleet } from '../fleet/index.ts';
import { repository } from '../image/image.ts';

const run = promisify(execFile);

let directory: string;
let fleet: Fleet;
let kubectl: string;
let version: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelwright-packages-'));
  kubectl = await binary('kubectl');
  fleet = await Fleet.start();
  ({ version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as { version: string });
});

afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** Makes a package as the release does, and resolves with its path. */
async function make(what: string): Promise<string> {
  const { stdout } = await run(process.execPath, [join(repository, 'scripts/package.ts'), what]);
  return stdout.trim();
}

/** What kubectl prints, also where it fails, where plugins are only in one directory. */
async function kubectlWith(
  plugins: string,
  args: readonly string[],
  path: readonly string[] = [],
): Promise<{ readonly stdout: string }> {
  const env = {
    KUBECONFIG: fleet.bed.hub.kubeconfig,
    PATH: [plugins, ...path].join(delimiter),
    HOME: directory,
  };
  return run(kubectl, args, { env, cwd: directory }).catch(
    (error: unknown) => error as { readonly stdout: string },
  );
}

async function expectToWork(plugins: string, path: readonly string[] = []): Promise<void> {
  const ask = (...args: readonly string[]): ReturnType<typeof kubectlWith> =>
    kubectlWith(plugins, args, path);
  expect(await ask('wheelwright', 'version')).toMatchObject({ stdout: `wheelwright ${version}\n` });
  expect((await ask('wheelwright', '--help')).stdout).toContain('  kubectl wheelwright status\n');
  expect((await ask('__complete', 'wheelwright', 'stat')).stdout).toMatch(/^status\b/);
  // No operator runs: the fleet is not healthy, and is shown.
  expect((await ask('wheelwright', 'status')).stdout).toContain(fleet.spoke(0).profile);
}

test('the npm package is the bundle and nothing else, and is installed without a network', async () => {
  const content = await make('npm');
  const env = { ...process.env, npm_config_cache: join(directory, 'npm-cache') };
  const packed = await run('npm', ['pack', '--json', `--pack-destination=${directory}`, content], { env });
  const [{ filename, files }] = JSON.parse(packed.stdout) as [Packed];
  expect(files.map(({ path }) => path).toSorted()).toEqual([
    'LICENSE',
    'README.md',
    'THIRD-PARTY-NOTICES',
    'grpc.mjs',
    'kubectl-wheelwright',
    'kubectl_complete-wheelwright',
    'otel.mjs',
    'package.json',
    'wheelwright',
  ]);
  const prefix = join(directory, 'prefix');
  await mkdir(prefix);
  await run('npm', ['install', '--global', '--offline', `--prefix=${prefix}`, join(directory, filename)], {
    env,
  });
  expect((await readdir(join(prefix, 'lib/node_modules'))).toSorted()).toEqual(['wheelwright']);
  await expect(access(join(prefix, 'lib/node_modules/wheelwright/node_modules'))).rejects.toThrow('ENOENT');
  await expectToWork(join(prefix, 'bin'), [dirname(process.execPath), '/usr/bin', '/bin']);
});

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

test('the archive of the executable is all that a machine without Node needs', async () => {
  const archive = await make('executable');
  const plugins = join(directory, 'krew');
  await mkdir(plugins);
  await run('tar', ['-xzf', archive, '-C', plugins]);
  expect((await readdir(plugins)).toSorted()).toEqual([
    'LICENSE',
    'LICENSE-NODE',
    'THIRD-PARTY-NOTICES',
    'wheelwright',
  ]);
  await run(join(plugins, 'wheelwright'), ['alias', '--wheelwright']);
  await expectToWork(plugins);
});
