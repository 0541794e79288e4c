import { access, constants, open, readlink, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import type { Call } from '../cli-command.ts';
import { pluginNames } from '../command-line/program-name.ts';
import type { ExitName } from '../exit-codes.ts';
import { CliError, usageError } from '../failure/cli-error.ts';
import { placeLink } from './place-link.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { OutputFlags } from '../terminal/output-options.ts';

export interface AliasFlags extends OutputFlags {
  readonly mc?: boolean;
  readonly kedify?: boolean;
  readonly wheelwright?: boolean;
  readonly dir?: string;
}

const marker = 'wheelwright';
const headBytes = 512;

type Found = 'nothing' | 'ours' | 'anotherOfOurs' | 'foreign';

/**
 * Links the names that were asked for to this program, and those by which kubectl asks for completion. All or nothing: a
 * file that is not ours is never touched, and then no other link is made either. Throws CliError.
 */
export async function makeAliases({ flags, host, terminal }: Call<AliasFlags>): Promise<ExitName> {
  const names = pluginNames.filter((name) => flags[name] === true);
  if (names.length === 0)
    throw usageError('No name was asked for.', { fix: 'give one or more of --mc, --kedify, --wheelwright' });
  const program = await executable(host.script);
  const directory = resolve(flags.dir ?? dirname(host.script));
  const links = names
    .flatMap((name) => [`kubectl-${name}`, `kubectl_complete-${name}`])
    .map((name) => join(directory, name));
  const found = await Promise.all(links.map(async (link) => ({ link, is: await look(link, program) })));
  const foreign = found.filter(({ is }) => is === 'foreign').map(({ link }) => link);
  if (foreign.length > 0) throw inTheWay(foreign);
  for (const { link, is } of found) {
    if (is !== 'ours') await placeLink(program, link);
    terminal.out.line(`${plainText(link)} ${is === 'ours' ? 'unchanged' : 'linked'}`);
  }
  for (const note of await notes(names, directory, host.env['PATH'] ?? '')) terminal.err.line(`! ${note}`);
  return 'done';
}

/** What the links lead to: the program itself, however it was called. */
async function executable(script: string): Promise<string> {
  const program = await realpath(script);
  try {
    await access(program, constants.X_OK);
    return program;
  } catch (error) {
    throw usageError(`'${program}' cannot be executed by itself, so that a link to it is no command.`, {
      cause: error instanceof Error ? error.message : undefined,
      fix: 'call the built program: npm run build, then dist/wheelwright alias',
      code: 'WW5006',
    });
  }
}

async function look(link: string, program: string): Promise<Found> {
  let target: string;
  try {
    target = await readlink(link);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'nothing';
    // A file, or a directory.
    if (code === 'EINVAL') return 'foreign';
    throw error;
  }
  const path = resolve(dirname(link), target);
  if (path === program || (await realpath(path).catch(() => path)) === program) return 'ours';
  return (await isEarlierOne(path)) ? 'anotherOfOurs' : 'foreign';
}

/** Whether a file is this program of another installation: it says so in its head, or is gone and had its name. */
async function isEarlierOne(path: string): Promise<boolean> {
  if (basename(path) !== marker) return false;
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.toString('utf8', 0, bytesRead).includes(`// ${marker}`);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function inTheWay(files: readonly string[]): CliError {
  return new CliError({
    problem: `${files.map((file) => `'${file}'`).join(' and ')} ${files.length === 1 ? 'is' : 'are'} not ours, and nothing was linked.`,
    fix: 'name another directory with --dir, or move them away first',
    state: 'no link was made',
    code: 'WW5009',
    exit: 'refused',
  });
}

/** What keeps a link from being found: the first file of its name in PATH is the one that kubectl takes. */
async function notes(names: readonly string[], directory: string, path: string): Promise<readonly string[]> {
  const directories = path.split(delimiter).filter((entry) => entry !== '');
  const place = directories.findIndex((entry) => resolve(entry) === directory);
  if (place < 0) return [`${plainText(directory)} is not in PATH: kubectl does not find the links there`];
  const shadows: string[] = [];
  for (const name of names) {
    for (const earlier of directories.slice(0, place)) {
      const file = join(earlier, `kubectl-${name}`);
      const isThere = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere && resolve(earlier) !== directory) shadows.push(file);
    }
  }
  return shadows.map((file) => `${plainText(file)} comes earlier in PATH: kubectl calls that one`);
}
