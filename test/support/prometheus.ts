import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { binary } from '../bed/index.ts';

export interface PrometheusSettings {
  /** New or empty. */
  readonly directory: string;
  /** As its configuration file has them. */
  readonly scrapeConfigs: readonly object[];
  /** The content of one file of rules. */
  readonly rules: object;
}

/** One series of a result: its labels, and its values that are numbers. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleGroup {
  readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
}

/** A real one as a process of its own, which looks every second. Ends with `stop`, and with this process. */
export class Prometheus {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  /** Throws with its log where it ends before it listens. */
  static async start({ directory, scrapeConfigs, rules }: PrometheusSettings): Promise<Prometheus> {
    await mkdir(directory, { recursive: true });
    const [config, ruleFile] = [join(directory, 'prometheus.yaml'), join(directory, 'rules.yaml')];
    await writeFile(ruleFile, JSON.stringify(rules));
    await writeFile(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
        rule_files: [ruleFile],
        scrape_configs: scrapeConfigs,
      }),
    );
    const child = spawn(
      await binary('prometheus'),
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        '--web.listen-address=127.0.0.1:0',
        '--log.format=json',
      ],
      { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const endWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('close', () => process.off('exit', endWithUs));
    const address = await listening(child);
    return new Prometheus(child, `http://${address}/api/v1`);
  }

  /** What an expression is now. */
  async query(expression: string): Promise<readonly Series[]> {
    return this.#series(await this.#get('/query', { query: expression }));
  }

  /** What an expression has been in each second of a time; both in seconds since 1970. */
  async queryRange(expression: string, start: number, end: number): Promise<readonly Series[]> {
    const range = { start: String(start), end: String(end), step: '1' };
    return this.#series(await this.#get('/query_range', { query: expression, ...range }));
  }

  /** Values that a label has in series that fit a selector. */
  async labelValues(label: string, selector: string): Promise<readonly string[]> {
    return (await this.#get(`/label/${label}/values`, { 'match[]': selector })) as string[];
  }

  async rules(): Promise<RuleGroup['rules']> {
    const { groups } = (await this.#get('/rules')) as { readonly groups: readonly RuleGroup[] };
    return groups.flatMap((group) => group.rules);
  }

  async firing(): Promise<readonly FiringAlert[]> {
    const { alerts } = (await this.#get('/alerts')) as {
      readonly alerts: readonly (FiringAlert & { readonly state: string })[];
    };
    return alerts.filter(({ state }) => state === 'firing');
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    if (this.#process.exitCode === null && this.#process.kill('SIGKILL')) await ended;
  }

  async #get(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const answer = await fetch(`${this.#url}${path}?${new URLSearchParams(query).toString()}`, {
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await answer.json()) as { readonly data?: unknown; readonly error?: string };
    if (body.error !== undefined) throw new Error(`${query['query'] ?? path}: ${body.error}`);
    return body.data;
  }

  #series(data: unknown): readonly Series[] {
    const { result } = data as {
      readonly result: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value?: readonly [number, string];
        readonly values?: readonly (readonly [number, string])[];
      }[];
    };
    return result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
      labels: metric,
      values: values.map(([, text]) => Number(text)).filter((number) => Number.isFinite(number)),
    }));
  }
}

/** Resolves with its address. */
function listening(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    if (child.stderr === null) return;
    child.once('error', reject);
    child.once('close', () => reject(new Error(`Prometheus has ended:\n${lines.slice(-20).join('\n')}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      const { msg, address } = JSON.parse(line) as { readonly msg?: string; readonly address?: string };
      if (msg === 'Listening on' && address !== undefined) resolve(address);
    });
  });
}
