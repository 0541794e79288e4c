import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildKey } from './build-key.ts';
import { cacheDirectory } from './cache-directory.ts';
import { withFileLock } from './file-lock.ts';
import { runGo } from './go-command.ts';
import { withProgress, type ProgressOptions } from './progress.ts';

/** Executables that one `go build` makes of the tools in one go.mod. */
export interface GoBuild {
  /** Holds go.mod and go.sum. */
  readonly directory: string;
  /** Name of the executable → import path of its main package, whose last elements must differ. */
  readonly packages: Readonly<Record<string, string>>;
  /** Beside `-s -w`. */
  readonly ldflags?: readonly string[];
  /** Build tags. */
  readonly tags?: readonly string[];
}

export interface BuildOptions extends ProgressOptions {
  readonly signal?: AbortSignal;
}

/** KEDA takes five to seven minutes where nothing is cached and two cores are idle. */
const deadlineMinutes = 40;

/**
 * The directory with the executables. Builds them when this machine has not built the same before: the result lies outside the
 * checkout, under a key of all inputs, and two processes that want it at once build it once. Throws GoUnavailableError without
 * Go, and an error with the end of go's output when the build fails.
 */
export async function goBinaries(build: GoBuild, options: BuildOptions = {}): Promise<string> {
  const { ldflags = [], tags = [] } = build;
  const flags = ['-trimpath', '-ldflags', ['-s', '-w', ...ldflags].join(' ')];
  if (tags.length > 0) flags.push('-tags', tags.join(','));
  const directory = join(buildCache(), await keyOf(build, flags));
  if (!existsSync(directory)) await buildOnce(build, flags, directory, options);
  return directory;
}

/** The path of one executable that is built alone. */
export async function goBinary(
  build: Omit<GoBuild, 'packages'> & { readonly name: string; readonly package: string },
  options: BuildOptions = {},
): Promise<string> {
  const { name, package: importPath, ...rest } = build;
  return join(await goBinaries({ ...rest, packages: { [name]: importPath } }, options), name);
}

/** Holds one directory a key. Anything in it may be removed at any time when no bed runs. */
function buildCache(): string {
  return cacheDirectory('wheelwright-bed');
}

/** What go calls the executable of a main package: the last path element that is not a major version. */
export function executableName(importPath: string): string {
  return importPath.split('/').findLast((element) => !/^v\d+$/.test(element)) ?? importPath;
}

async function keyOf(build: GoBuild, flags: readonly string[]): Promise<string> {
  const [goMod, goSum, env] = await Promise.all([
    readFile(join(build.directory, 'go.mod'), 'utf8'),
    readFile(join(build.directory, 'go.sum'), 'utf8'),
    runGo({ args: ['env', '-json', 'GOVERSION', 'GOOS', 'GOARCH', 'GOFLAGS'], directory: build.directory }),
  ]);
  const go = JSON.parse(env) as Record<string, string>;
  return buildKey({ goMod, goSum, packages: build.packages, flags, go });
}

async function buildOnce(
  build: GoBuild,
  flags: readonly string[],
  directory: string,
  options: BuildOptions,
): Promise<void> {
  await mkdir(buildCache(), { recursive: true });
  const names = Object.keys(build.packages).join(', ');
  const { stream = process.stderr } = options;
  await withFileLock(
    `${directory}.lock`,
    async () => {
      if (existsSync(directory)) return;
      const doing = `Building ${names}; done once only, then kept in ${directory}`;
      await withProgress(
        { doing, label: 'go build' },
        () => compile(build, flags, directory, options.signal),
        options,
      );
    },
    {
      timeoutMs: deadlineMinutes * 60_000,
      signal: options.signal,
      onWait: ({ pid }) => stream.write(`Waiting for process ${pid}, which is building ${names}\n`),
    },
  );
}

/** Only a finished build gets the final name. What a killed one left under the other name is removed here, under the lock. */
async function compile(
  build: GoBuild,
  flags: readonly string[],
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  const args = ['build', ...flags, '-o', `${unfinished}/`, ...Object.values(build.packages)];
  const deadline = AbortSignal.timeout(deadlineMinutes * 60_000);
  const over = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    await runGo({ args, directory: build.directory, env: { CGO_ENABLED: '0' }, signal: over });
  } catch (error) {
    if (!deadline.aborted) throw error;
    const names = Object.keys(build.packages).join(', ');
    throw new Error(`go build of ${names} took longer than ${deadlineMinutes} minutes`, { cause: error });
  }
  for (const [name, importPath] of Object.entries(build.packages)) {
    await rename(join(unfinished, executableName(importPath)), join(unfinished, name));
  }
  await rename(unfinished, directory);
}
