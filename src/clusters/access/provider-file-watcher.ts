import { dirname } from 'node:path';
import type { Clock } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { AccessProvider } from './access-provider.ts';
import { canonicalJson } from './canonical-json.ts';
import { type WatchDirectory, watchingDirectory } from './directory-watch.ts';
import { type LoadedProviderFile, loadProviderFile, type ProviderFileOptions } from './provider-file-load.ts';

export interface ProviderFileChange {
  readonly file: LoadedProviderFile;
  /** Names of providers that came, went, or are now configured differently. */
  readonly changed: readonly string[];
  /** True where providers that were there before are now tried in another order. */
  readonly reordered: boolean;
}

export interface ProviderFileWatcherOptions extends ProviderFileOptions {
  readonly clock: Clock;
  /** Told after a valid change of the providers, or one that brought new warnings. Must not throw. */
  readonly onChange: (change: ProviderFileChange) => void;
  /** Told once of new content that cannot be used, and with undefined once it can again. Must not throw. */
  readonly onProblem: (problem: AccessError | undefined) => void;
  /** Default 1 s: a ConfigMap volume changes in several steps. */
  readonly debounceMs?: number | undefined;
  /** Default 60 s: file events get lost on some file systems, and inotify has limits. */
  readonly pollMs?: number | undefined;
  readonly watchDirectory?: WatchDirectory | undefined;
}

/**
 * Keeps the provider file up to date. It watches the directory and not the file, because a ConfigMap volume swaps the
 * symbolic link `..data` and leaves the file's own link alone. The watch is opened anew after every event and every
 * poll, so that neither an error of it nor a replaced directory can end it. New content that cannot be used changes
 * nothing: the last good file stays in force.
 */
export class ProviderFileWatcher {
  readonly #options: ProviderFileWatcherOptions;
  readonly #life = new AbortController();
  #file: LoadedProviderFile;
  #problem: AccessError | undefined;
  readonly #finished: Promise<void>;

  /** Throws AccessError where the file cannot be used at the start. */
  static async open(options: ProviderFileWatcherOptions): Promise<ProviderFileWatcher> {
    return new ProviderFileWatcher(options, await loadProviderFile(options));
  }

  private constructor(options: ProviderFileWatcherOptions, file: LoadedProviderFile) {
    this.#options = options;
    this.#file = file;
    this.#finished = this.#run();
  }

  /** The last good content. */
  get file(): LoadedProviderFile {
    return this.#file;
  }

  /** Why newer content is not in force. */
  get problem(): AccessError | undefined {
    return this.#problem;
  }

  /** Resolves when no watch and no timer is left. */
  async close(): Promise<void> {
    this.#life.abort();
    await this.#finished;
  }

  async #run(): Promise<void> {
    const { path, clock, debounceMs = 1_000, pollMs = 60_000, watchDirectory } = this.#options;
    const look = async (): Promise<undefined> => {
      await this.#reload();
      return undefined;
    };
    await watchingDirectory(
      { directory: dirname(path), look, clock, debounceMs, pollMs, watchDirectory },
      this.#life.signal,
    );
  }

  async #reload(): Promise<void> {
    try {
      const file = await loadProviderFile(this.#options);
      this.#report(undefined);
      if (file.hash === this.#file.hash) return;
      const difference = compare(this.#file.providers, file.providers);
      const isWarned = file.warnings.some((warning) => !this.#file.warnings.includes(warning));
      this.#file = file;
      if (difference.changed.length > 0 || difference.reordered || isWarned)
        this.#options.onChange({ file, ...difference });
    } catch (error) {
      if (!(error instanceof AccessError)) throw error;
      this.#report(error);
    }
  }

  #report(problem: AccessError | undefined): void {
    if (problem?.message === this.#problem?.message) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}

function compare(
  before: readonly AccessProvider[],
  after: readonly AccessProvider[],
): Pick<ProviderFileChange, 'changed' | 'reordered'> {
  const old = new Map(before.map((provider) => [provider.name, provider]));
  const current = new Map(after.map((provider) => [provider.name, provider]));
  const changed = [...new Set([...old.keys(), ...current.keys()])].filter(
    (name) => canonicalJson(old.get(name) ?? null) !== canonicalJson(current.get(name) ?? null),
  );
  const kept = (names: Iterable<string>): string =>
    [...names].filter((name) => old.has(name) && current.has(name)).join('\0');
  return { changed, reordered: kept(old.keys()) !== kept(current.keys()) };
}
