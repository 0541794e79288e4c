import type { Clock } from '../../kube/index.ts';
import type { Cluster } from '../cluster.ts';
import type { ProfileClusters } from '../profile-clusters.ts';
import type { ProfileSource } from '../profile-source.ts';
import type { TargetResolution } from '../target.ts';
import { memberHealth } from './member-health.ts';
import type { MemberEntry, MemberSource } from './member-source.ts';
import { probe } from './probing.ts';

export interface ProfileMembersOptions {
  readonly profiles: Pick<ProfileSource, 'lookup' | 'profiles' | 'settled'>;
  readonly clusters: Pick<ProfileClusters, 'resolve' | 'release' | 'suspect' | 'check'>;
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  readonly onChange: () => void;
}

interface Held {
  entry: MemberEntry;
  /** The newest resolution: what older ones find does not count any more. */
  turn: number;
  readonly life: AbortController;
}

const user = 'members';

/** Members by ClusterProfiles: those that are labelled as such, and those that somebody works with by their canonical id. */
export class ProfileMembers implements MemberSource {
  readonly provider = 'clusterprofile';
  readonly #options: ProfileMembersOptions;
  readonly #held = new Map<string, Held>();
  /** What each user works with. */
  readonly #used = new Map<string, ReadonlySet<string>>();
  #isSettled = false;
  #resolving = 0;

  constructor(options: ProfileMembersOptions) {
    this.#options = options;
  }

  get isSynced(): boolean {
    return this.#isSettled && this.#resolving === 0;
  }

  *entries(): IterableIterator<MemberEntry> {
    for (const { entry } of this.#held.values()) yield entry;
  }

  use(who: string, keys: readonly string[]): void {
    const before = this.#used.get(who);
    const now = new Set(keys.filter(isKey));
    if (now.size === 0) this.#used.delete(who);
    else this.#used.set(who, now);
    for (const key of new Set([...(before ?? []), ...now])) {
      if (before?.has(key) !== now.has(key)) this.#look(key);
    }
  }

  /** The profile changed, or its connection did; all of them without a key. */
  changed(key: string | undefined): void {
    if (key !== undefined) return this.#look(key);
    const keys = [...this.#options.profiles.profiles()].map((profile) => profile.key);
    for (const one of new Set([...keys, ...this.#held.keys()])) this.#look(one);
  }

  suspect(cluster: Cluster): void {
    this.#options.clusters.suspect(cluster);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { profiles, onChange } = this.#options;
    await profiles.settled(signal).catch(() => undefined);
    if (signal.aborted) return;
    this.changed(undefined);
    this.#isSettled = true;
    onChange();
  }

  close(): void {
    for (const { life } of this.#held.values()) life.abort();
    this.#held.clear();
  }

  #look(key: string): void {
    const { profiles } = this.#options;
    const lookup = profiles.lookup(key);
    const profile = lookup.found === 'profile' ? lookup.profile : undefined;
    const isUsed = [...this.#used.values()].some((keys) => keys.has(key));
    const held = this.#held.get(key);
    // As long as nobody can say what profiles there are, those that were members are.
    const isMember =
      profile === undefined ? lookup.found === 'unknown' && held !== undefined : profile.isMember;
    if (!isMember && !isUsed) return this.#drop(key);
    const current = held ?? this.#begin(key);
    // Who refers to a profile that is no member makes it none of everybody's: only its id leads there.
    if (profile !== undefined || !isMember) {
      const alias = isMember ? referenceOf(key).name : undefined;
      current.entry = { ...current.entry, alias, isDrained: profile?.isDrained ?? current.entry.isDrained };
    }
    void this.#resolve(key, current);
  }

  #begin(key: string): Held {
    const { clock, random = Math.random, clusters } = this.#options;
    const life = new AbortController();
    const held: Held = {
      entry: {
        id: `clusterprofile#${key}`,
        provider: this.provider,
        local: key,
        alias: undefined,
        state: 'Unknown',
        info: 'It is being connected.',
        since: clock.now(),
        isDrained: false,
        cluster: undefined,
      },
      turn: 0,
      life,
    };
    this.#held.set(key, held);
    const ask = (): void => {
      if (held.entry.cluster !== undefined) clusters.check(held.entry.cluster);
    };
    void probe(ask, { clock, random }, life.signal);
    return held;
  }

  #drop(key: string): void {
    const { clusters, onChange } = this.#options;
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    held.life.abort();
    clusters.release(referenceOf(key), user);
    onChange();
  }

  async #resolve(key: string, held: Held): Promise<void> {
    const { clusters, onChange } = this.#options;
    const turn = ++held.turn;
    this.#resolving++;
    const resolution = await clusters.resolve(referenceOf(key), { user });
    this.#resolving--;
    if (this.#held.get(key) !== held) clusters.release(referenceOf(key), user);
    else if (held.turn === turn) this.#take(held, resolution);
    onChange();
  }

  #take(held: Held, resolution: TargetResolution): void {
    const { entry } = held;
    const { clock } = this.#options;
    const health = memberHealth({
      before: entry.state,
      link: linkOf(resolution),
      problem: undefined,
      warnings: [],
    });
    const since = health.state === entry.state ? entry.since : clock.now();
    const failure = resolution.resolved || 'connecting' in resolution ? undefined : resolution;
    held.entry = { ...entry, ...health, since, failure };
  }
}

function linkOf(resolution: TargetResolution): Parameters<typeof memberHealth>[0]['link'] {
  if (resolution.resolved) return { phase: 'connected', cluster: resolution.cluster };
  return 'connecting' in resolution ? { phase: 'connecting' } : { phase: 'lost', why: resolution.message };
}

function isKey(key: string): boolean {
  return /^[^/]+\/[^/]+$/.test(key);
}

function referenceOf(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
