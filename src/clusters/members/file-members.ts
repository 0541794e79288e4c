import type { Clock } from '../../kube/index.ts';
import type { ServerPolicy } from '../access/index.ts';
import { type WatchDirectory, watchingDirectory } from '../access/directory-watch.ts';
import type { Cluster } from '../cluster.ts';
import type { EngagedCluster } from '../profile-clusters.ts';
import { type FoundFile, readKubeconfigDirectory } from './kubeconfig-directory.ts';
import { KubeconfigMembers, type KubeconfigMembersOptions } from './kubeconfig-members.ts';
import type { MemberEntry, MemberSource } from './member-source.ts';
import { problemSentence } from './problem-sentence.ts';

export interface FileMembersOptions extends Pick<
  KubeconfigMembersOptions,
  'connectClient' | 'starts' | 'random' | 'onChange'
> {
  /** As it is mounted: its path is a part of the names of the members. */
  readonly directory: string;
  readonly policy: ServerPolicy;
  readonly clock: Clock;
  /** Something stands in the way of a file or a context, or of all without a name; undefined when it is over. */
  readonly onProblem: (place: string | undefined, problem: string | undefined) => void;
  readonly watchDirectory?: WatchDirectory | undefined;
}

/** A mounted Secret changes in several steps. */
const debounceMs = 500;
const pollMs = 60_000;
/** What is not there is gone if it is not there after this either. */
const goneAfterMs = 2_000;
/** After a refused credential the files are read again no more often. */
const betweenRereadsMs = 10_000;

/**
 * Members by mounted kubeconfig files: one for each context. A file that cannot be read, and a context that makes no sense,
 * hurt no other, and leave in force what they said before.
 */
export class FileMembers implements MemberSource {
  readonly provider = 'file';
  readonly #options: FileMembersOptions;
  readonly #members: KubeconfigMembers;
  /** Since when each is missing, in monotonic milliseconds. */
  readonly #missing = new Map<string, number>();
  #problems: ReadonlySet<string | undefined> = new Set();
  #looking: Promise<unknown> = Promise.resolve();
  #rereadAt = Number.NEGATIVE_INFINITY;
  #hasRead = false;
  #hindrance: string | undefined;

  constructor(options: FileMembersOptions) {
    this.#options = options;
    this.#members = new KubeconfigMembers({
      ...options,
      provider: this.provider,
      onRefused: () => this.#reread(),
    });
  }

  /** Not before the directory could be read: workloads would be moved because a mount was late. */
  get isSynced(): boolean {
    return this.#hasRead;
  }

  get hindrance(): string | undefined {
    return this.#hindrance;
  }

  entries(): Iterable<MemberEntry> {
    return this.#members.entries();
  }

  /** All of them are connected, whether anybody uses them or not. */
  use(): void {
    // Nothing more is needed.
  }

  suspect(cluster: Cluster): void {
    this.#members.suspect(cluster);
  }

  engaged(): IterableIterator<EngagedCluster> {
    return this.#members.engaged();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { directory, clock, watchDirectory } = this.#options;
    const look = (): Promise<number | undefined> => this.#look();
    await watchingDirectory({ directory, look, clock, debounceMs, pollMs, watchDirectory }, signal);
  }

  close(): Promise<void> {
    return this.#members.close();
  }

  /** One look at a time. */
  #look(): Promise<number | undefined> {
    const look = this.#looking.then(() => this.#lookNow());
    this.#looking = look;
    return look;
  }

  /** Never rejects. */
  async #lookNow(): Promise<number | undefined> {
    const { onChange } = this.#options;
    try {
      this.#take(await readKubeconfigDirectory(this.#options));
      this.#hasRead = true;
      this.#hindrance = undefined;
    } catch (error) {
      // What was mounted may be mounted again: nobody took anything away.
      const { code = 'unreadable' } = error as NodeJS.ErrnoException;
      this.#hindrance = `The directory ${this.#options.directory} cannot be read (${code}).`;
      this.#tell(new Map([[undefined, this.#hindrance]]));
    }
    onChange();
    return this.#missing.size > 0 ? goneAfterMs : undefined;
  }

  #take(files: ReadonlyMap<string, FoundFile>): void {
    const problems = new Map<string | undefined, string>();
    const present = new Set<string>();
    for (const [path, file] of files) {
      if ('problem' in file) {
        const problem = problemSentence(file.problem);
        problems.set(path, problem);
        for (const local of this.#keep(path, problem)) present.add(local);
        continue;
      }
      for (const { local, alias, result } of file.contexts) {
        present.add(local);
        const problem = result instanceof Error ? problemSentence(result) : undefined;
        if (problem !== undefined) problems.set(local, problem);
        const access = result instanceof Error ? undefined : result;
        this.#members.declare({ local, alias, isDrained: false, access, problem });
      }
    }
    this.#tell(problems);
    this.#dropMissing(present);
  }

  /** What a file that cannot be read said before stays in force; returns what that is. */
  #keep(path: string, problem: string): readonly string[] {
    const before = [...this.#members.entries()].filter(({ local }) => local.startsWith(`${path}+`));
    for (const { local, alias, isDrained } of before)
      this.#members.declare({ local, alias, isDrained, problem });
    return before.map(({ local }) => local);
  }

  #dropMissing(present: ReadonlySet<string>): void {
    const now = this.#options.clock.monotonic();
    for (const { local } of this.#members.entries()) {
      const since = this.#missing.get(local);
      if (present.has(local)) this.#missing.delete(local);
      else if (since === undefined) this.#missing.set(local, now);
      else if (now - since >= goneAfterMs) {
        this.#missing.delete(local);
        this.#members.remove(local);
      }
    }
  }

  #tell(problems: ReadonlyMap<string | undefined, string>): void {
    const { onProblem } = this.#options;
    for (const place of this.#problems) if (!problems.has(place)) onProblem(place, undefined);
    for (const [place, problem] of problems) onProblem(place, problem);
    this.#problems = new Set(problems.keys());
  }

  #reread(): void {
    const now = this.#options.clock.monotonic();
    if (now - this.#rereadAt < betweenRereadsMs) return;
    this.#rereadAt = now;
    void this.#look();
  }
}
