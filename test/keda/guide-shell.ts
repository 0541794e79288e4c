import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { binary } from '../bed/index.ts';
import { CommandLine, type Fleet } from '../fleet/index.ts';

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: object }];
  readonly users: readonly [{ readonly user: object }];
}

/** Where the reader of a guide works: a directory, kubectl with the plugin under its other name, and contexts. */
export class GuideShell {
  readonly directory: string;
  readonly #shell: CommandLine;

  private constructor(directory: string, shell: CommandLine) {
    this.directory = directory;
    this.#shell = shell;
  }

  /** The contexts are those of the hub, which is the current one, and of each spoke. */
  static async open(fleet: Fleet, hub: string, spokes: readonly string[]): Promise<GuideShell> {
    const directory = join(fleet.bed.directory, 'guide');
    const plugins = join(directory, 'bin');
    await mkdir(plugins, { recursive: true });
    await symlink(await binary('kubectl'), join(plugins, 'kubectl'));
    const kubeconfig = join(directory, 'contexts');
    const clusters = spokes.map((name, index) => [name, fleet.spoke(index).cluster.kubeconfig] as const);
    await writeFile(kubeconfig, await contextsOf([[hub, fleet.bed.hub.kubeconfig], ...clusters]), {
      mode: 0o600,
    });
    const shell = new CommandLine({ kubeconfig, home: directory, plugins });
    const { exit, stderr } = await shell.wheelwright('alias', '--kedify', '--dir', plugins);
    if (exit !== 0) throw new Error(stderr);
    return new GuideShell(directory, shell);
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.directory, file), text, { mode: 0o600 });
  }

  /** Resolves with the standard output; `input` is what is typed. Throws where a command fails. */
  async run(script: string, input = ''): Promise<string> {
    const { exit, stdout, stderr } = await this.#shell.run(
      'sh',
      ['-ec', `cd ${this.directory}\n${script}`],
      input,
    );
    if (exit !== 0) throw new Error(`${script}\nexit ${exit}: ${stderr}`);
    return stdout;
  }
}

async function contextsOf(files: readonly (readonly [name: string, file: string])[]): Promise<string> {
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
