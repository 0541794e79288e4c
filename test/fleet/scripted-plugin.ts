import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { knownSecrets } from './known-secrets.ts';

/** One run of a plugin, as it saw itself. */
export interface PluginRun {
  readonly pid: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * An exec credential plugin that does what a test wants of it and remembers how it was run. The environment variable
 * ANSWER chooses among several answers, so that one plugin can serve several clusters.
 */
export class ScriptedPlugin {
  /** The program. */
  readonly command: string;
  readonly #directory: string;

  /** In a new directory. */
  static async create(directory: string): Promise<ScriptedPlugin> {
    const plugin = new ScriptedPlugin(directory);
    await mkdir(directory, { recursive: true });
    await writeFile(plugin.command, script(directory));
    await chmod(plugin.command, 0o755);
    await writeFile(join(directory, 'runs'), '');
    return plugin;
  }

  private constructor(directory: string) {
    this.#directory = directory;
    this.command = join(directory, 'scripted-plugin');
  }

  /** Answers with a token, which ends so many seconds after each run where that is given. */
  async answer(
    token: string,
    { lastsSeconds, to }: { lastsSeconds?: number; to?: string } = {},
  ): Promise<void> {
    knownSecrets.note('the token of a plugin', token);
    const expiry =
      lastsSeconds === undefined
        ? ''
        : `,"expirationTimestamp":"'"$(date -u -d '+${lastsSeconds} seconds' +%Y-%m-%dT%H:%M:%SZ)"'"`;
    const credential = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${token}"${expiry}}}`;
    await this.do(`printf '%s\\n' '${credential}'`, to);
  }

  async fail(code: number, stderr = ''): Promise<void> {
    await this.do(`printf '%s\\n' '${stderr}' >&2; exit ${code}`);
  }

  /** Never answers, and neither does what it started. */
  async hang(to?: string): Promise<void> {
    await this.do('trap "" TERM; sleep 1000 & wait', to);
  }

  /** Any lines of shell. */
  async do(lines: string, to = 'anybody'): Promise<void> {
    await writeFile(join(this.#directory, `answer-${to}`), `${lines}\n`);
  }

  async runs(): Promise<readonly PluginRun[]> {
    const text = await readFile(join(this.#directory, 'runs'), 'utf8');
    return text
      .split('\f')
      .filter((run) => run.endsWith('\n.\n'))
      .map((run) => {
        const [pid = '', args = '', ...env] = run.split('\n').slice(0, -2);
        return {
          pid: Number(pid),
          args: args === '' ? [] : args.split('\t'),
          env: Object.fromEntries(
            env.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
          ),
        };
      });
  }
}

/** A run is noted in one write, so that runs at the same time do not mix. */
function script(directory: string): string {
  return `#!/bin/sh
note=$(printf '%s\\n' "$$"; for arg in "$@"; do printf '%s\\t' "$arg"; done | sed 's/\\t$//'; printf '\\n'; env | grep -v '^KUBERNETES_EXEC_INFO=')
printf '\\f%s\\n.\\n' "$note" >> '${directory}/runs'
. '${directory}/answer-'"\${ANSWER:-anybody}"
`;
}
