import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Image } from './image.ts';

const run = promisify(execFile);

/** What a container sees at a path. */
export interface Mount {
  readonly path: string;
  /** A directory of this machine. */
  readonly source: string;
  readonly writable?: boolean;
}

/** Distroless has its Node here, and no other program. */
const node = '/nodejs/bin/node';
/** Of the base, and what runc gives to everybody. */
const baseEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/home/nonroot',
};

/**
 * A root file system that is an image on a base like distroless, with Node and the libraries that it needs, read-only, with
 * what is mounted, and with nothing else of this machine but its network, /proc and /dev.
 */
export class Sandbox {
  readonly #image: Image;
  readonly #root: string;
  readonly #namespaces: readonly string[];
  readonly #asUser: readonly string[];

  private constructor(image: Image, root: string, isRoot: boolean) {
    this.#image = image;
    this.#root = root;
    // Whoever is not root is root in a namespace of users with nobody else in it.
    this.#namespaces = ['--mount', ...(isRoot ? [] : ['--user', '--map-root-user'])];
    this.#asUser = isRoot ? [`--userspec=${image.user}`] : [];
  }

  /** In it the names are those of this machine. Throws where this machine lets nobody mount. */
  static async create(image: Image, directory: string, names: readonly string[] = []): Promise<Sandbox> {
    const root = await mkdtemp(join(directory, 'root-'));
    await chmod(root, 0o755);
    await cp(image.directory, root, { recursive: true });
    for (const path of ['proc', 'dev', 'tmp', 'etc']) await mkdir(join(root, path));
    await writeFile(join(root, 'etc/passwd'), 'nonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n');
    await writeFile(join(root, 'etc/hosts'), `127.0.0.1 localhost ${names.join(' ')}\n`);
    for (const library of await librariesOf(process.execPath)) await put(library, join(root, library));
    await put(process.execPath, join(root, node));
    const sandbox = new Sandbox(image, root, process.getuid?.() === 0);
    await run('unshare', [...sandbox.#namespaces, 'true']).catch((error: Error) => {
      const remedy =
        'run this test as root, or allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0)';
      throw new Error(`a read-only root file system cannot be made here; ${remedy}: ${error.message}`);
    });
    return sandbox;
  }

  /** What runs a program of the image in it, by default its entry point, with arguments and variables as a container has them. */
  async command(
    args: readonly string[],
    { env, mounts, program = this.#image.entrypoint }: RunOptions,
  ): Promise<readonly string[]> {
    const script = ['mount --bind "$ROOT" "$ROOT"'];
    for (const path of ['proc', 'dev']) script.push(`mount --rbind /${path} "$ROOT/${path}"`);
    for (const { path, source, writable = false } of mounts) {
      await mkdir(join(this.#root, path), { recursive: true });
      script.push(`mount --bind '${source}' "$ROOT${path}"`);
      if (!writable) script.push(`mount -o remount,bind,ro "$ROOT${path}"`);
    }
    script.push('mount -o remount,bind,ro "$ROOT"', 'cd "$ROOT"', 'exec "$@"');
    const variables = Object.entries({ ...baseEnv, ...this.#image.env, ...env });
    const prepare = ['sh', '-euc', `ROOT='${this.#root}'; ${script.join('; ')}`, 'sh'];
    const inEnv = ['env', '-i', ...variables.map(([name, value]) => `${name}=${value}`)];
    const inRoot = ['/usr/sbin/chroot', ...this.#asUser, this.#root];
    return ['unshare', ...this.#namespaces, ...prepare, ...inEnv, ...inRoot, ...program, ...args];
  }

  /** What it prints. Throws where it fails, with what it says. */
  async output(args: readonly string[], options: RunOptions): Promise<string> {
    const [program = '', ...rest] = await this.command(args, options);
    const { stdout } = await run(program, rest);
    return stdout;
  }
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly program?: readonly string[];
}

/** A script of JavaScript in the sandbox. */
export const nodeScript = (script: string): readonly string[] => [node, '-e', script];

/** Those that the loader would find, and the loader. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await run('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? '');
}

async function put(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(await realpath(from), to);
  await chmod(to, 0o755);
}
