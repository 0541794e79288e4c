import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { binary } from '../bed/index.ts';
import { CommandLine, type Ran } from './command-line.ts';
import type { Fleet } from './fleet.ts';

export interface ReaderOptions {
  /** Context of the hub; default `hub`. It is the current one. */
  readonly hub?: string;
  /** Contexts of the other clusters, in their order. */
  readonly spokes: readonly string[];
  /** Its name, beside the files of the bed; default `reader`. */
  readonly directory?: string;
}

/** What its packages call the program: also a plugin of kubectl. */
const names = ['wheelwright', 'kubectl-wheelwright'];

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: object }];
  readonly users: readonly [{ readonly user: object }];
}

/** Where the reader of a document works: a home directory, kubectl, helm, the program, and contexts. */
export class ReaderShell {
  /** Where commands begin. */
  readonly directory: string;
  readonly #shell: CommandLine;

  private constructor(directory: string, shell: CommandLine) {
    this.directory = directory;
    this.#shell = shell;
  }

  static async open(
    fleet: Fleet,
    { hub = 'hub', spokes, directory: folder = 'reader' }: ReaderOptions,
  ): Promise<ReaderShell> {
    const directory = join(fleet.bed.directory, folder);
    const others = spokes.map((each, index) => [each, fleet.spoke(index).cluster.kubeconfig] as const);
    const programs = join(directory, 'bin');
    const kubeconfig = join(directory, '.kube', 'config');
    await Promise.all([programs, join(directory, '.kube')].map((each) => mkdir(each, { recursive: true })));
    for (const name of ['kubectl', 'helm'] as const) await symlink(await binary(name), join(programs, name));
    const shell = new CommandLine({ kubeconfig, home: directory, plugins: programs });
    for (const name of names) await symlink(shell.program, join(programs, name));
    const contexts = await kubeconfigOf([[hub, fleet.bed.hub.kubeconfig], ...others]);
    await writeFile(kubeconfig, contexts, { mode: 0o600 });
    return new ReaderShell(directory, shell);
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.directory, file), text, { mode: 0o600 });
  }

  /** `input` is what is typed. What one script exports, the next ones have, as in a terminal. */
  async try(script: string, input = ''): Promise<Ran> {
    const session = join(this.directory, '.session');
    const before = `cd '${this.directory}'\nif [ -e '${session}' ]; then . '${session}'; fi\ntrap "export -p > '${session}'" EXIT\n`;
    return this.#shell.run('sh', ['-ec', `${before}${script}`], input);
  }

  /** Resolves with the standard output. Throws where a command fails. */
  async run(script: string, input?: string): Promise<string> {
    const { exit, stdout, stderr } = await this.try(script, input);
    if (exit !== 0) throw new Error(`${script}\nexit ${exit}: ${stderr}`);
    return stdout;
  }
}

/** Of the clusters of other files; the first context is the current one. */
async function kubeconfigOf(files: readonly (readonly [name: string, file: string])[]): Promise<string> {
  const all = await Promise.all(
    files.map(async ([name, file]) => {
      const { clusters, users } = load(await readFile(file, 'utf8')) as Kubeconfig;
      return { name, cluster: clusters[0].cluster, user: users[0].user };
    }),
  );
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: all.map(({ name, cluster }) => ({ name, cluster })),
    users: all.map(({ name, user }) => ({ name, user })),
    contexts: all.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    'current-context': all[0]?.name,
  });
}
