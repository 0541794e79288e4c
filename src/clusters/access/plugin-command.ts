import type { Stats } from 'node:fs';
import { constants, type FileHandle, access, open, realpath, stat } from 'node:fs/promises';
import { AccessError } from './access-error.ts';

export interface PluginCommandRules {
  /**
   * Plugins must lie below one of these directories, after symbolic links are followed as well. Absent: any command goes
   * that the provider file names, because whoever writes that file may run programs in the operator anyway.
   */
  readonly directories?: readonly string[] | undefined;
}

/**
 * Checks, right before it is run, that a command is a program that may run and can run here. Throws AccessError: the
 * kernel's own answers come too late or mean too many things, and for a file that is neither a program of this machine
 * nor a script libc would start a shell.
 */
export async function checkPluginCommand(
  command: string,
  rules: PluginCommandRules,
  installHint?: string,
): Promise<void> {
  await checkPluginLocation(command, rules);
  const found = await statIfExists(command);
  if (found === undefined) {
    const hint = installHint === undefined ? '' : `. ${installHint}`;
    throw new AccessError('PluginNotFound', `there is no plugin '${command}'${hint}`);
  }
  if (!found.isFile()) throw notExecutable(command, 'it must be a regular file');
  if ((found.mode & 0o111) === 0) throw notExecutable(command, 'its mode has no execute bit');
  await access(command, constants.X_OK).catch(() => {
    throw notExecutable(command, 'this user may not, or its volume is mounted noexec');
  });
  await checkProgram(command);
}

/** Throws AccessError of kind PolicyDenied for a command outside the plugin directories, existing or not. */
export async function checkPluginLocation(
  command: string,
  { directories }: PluginCommandRules,
): Promise<void> {
  if (directories === undefined) return;
  const allowed = directories.map((directory) => `'${directory}'`).join(', ');
  if (!directories.some((directory) => isBelow(command, directory)))
    throw new AccessError('PolicyDenied', `plugin '${command}' must lie below ${allowed}`);
  const real = await realpath(command).catch(() => undefined);
  if (real === undefined) return;
  const realDirectories = await Promise.all(directories.map((path) => realpath(path).catch(() => path)));
  if (!realDirectories.some((directory) => isBelow(real, directory)))
    throw new AccessError(
      'PolicyDenied',
      `plugin '${command}' must lie below ${allowed}, and it is a link to '${real}'`,
    );
}

/** A directory that is not absolute, the empty one included, holds nothing. */
function isBelow(path: string, directory: string): boolean {
  return directory.startsWith('/') && path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

async function statIfExists(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw notExecutable(path, `it cannot be read (${code})`);
  }
}

/** ELF machine numbers that a kernel of this architecture runs; absent where this is not known. */
const machines: Readonly<Partial<Record<NodeJS.Architecture, readonly number[]>>> = {
  x64: [62, 3],
  arm64: [183, 40],
  arm: [40],
  ia32: [3],
  ppc64: [21],
  s390x: [22],
  riscv64: [243],
  loong64: [258],
};

async function checkProgram(command: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const head = await readHead(command);
  // A program that may be run but not read says nothing; the kernel decides.
  if (head === undefined || head.toString('latin1', 0, 2) === '#!') return;
  if (head.length < 20 || head.toString('latin1', 0, 4) !== '\x7fELF')
    throw notExecutable(command, 'it must be an ELF program or a script that begins with #!');
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
  const accepted = machines[process.arch];
  if (accepted !== undefined && !accepted.includes(machine))
    throw notExecutable(command, `it is built for another architecture than ${process.arch}`);
}

async function readHead(path: string): Promise<Buffer | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { bytesRead, buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

function notExecutable(command: string, why: string): AccessError {
  return new AccessError('PluginNotExecutable', `plugin '${command}' cannot be run: ${why}`);
}
