import { type Clock, UnauthorizedError } from '../../kube/index.ts';
import type { Cluster } from '../cluster.ts';
import { isSilence } from '../silence.ts';
import { type AliasClaim, aliasTable } from './alias-table.ts';
import { findMember } from './find-member.ts';
import type { AwaitedSource, Member, MemberLookup, MemberRegistry } from './member.ts';
import type { MemberEntry, MemberSource } from './member-source.ts';

type Listener = Parameters<MemberRegistry['subscribe']>[0];

/**
 * What changes within so long is told at once: a thousand members that are connected one by one would have everybody who
 * works with them look a thousand times.
 */
const betweenTellingsMs = 200;

/** The members of all sources, by names that lead to one each. */
export class Members implements MemberRegistry {
  readonly #sources: MemberSource[] = [];
  readonly #listeners = new Set<Listener>();
  #members: ReadonlyMap<string, Member> = new Map();
  #sorted: readonly Member[] = [];
  #aliases: ReadonlyMap<string, AliasClaim> = new Map();
  /** Undefined until somebody has told. */
  #drained: ReadonlySet<string> | undefined;
  /** Canonical ids of those that were Ready since they are there. */
  #answered: ReadonlySet<string> = new Set();
  /** The aliases are those of all sources. */
  #hasNamed = false;
  #isStale = false;
  readonly #clock: Clock;
  #isTelling = false;
  /** Monotonic milliseconds. */
  #toldAt = Number.NEGATIVE_INFINITY;
  #isSynced = false;
  /** As the listeners know it. */
  #awaitedLast = '';
  /** What changed since the listeners were told last. */
  #untold = new Set<string>();

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  add(source: MemberSource): void {
    this.#sources.push(source);
    this.changed();
  }

  /** For sources: what they tell differs from before. Listeners are told once for all that changes at a time, the first at once. */
  changed(): void {
    this.#isStale = true;
    if (this.#isTelling) return;
    this.#isTelling = true;
    const waitMs = this.#toldAt + betweenTellingsMs - this.#clock.monotonic();
    if (waitMs <= 0) queueMicrotask(() => this.#tell());
    // It is over by itself soon enough.
    else void this.#clock.sleep(waitMs, new AbortController().signal).then(() => this.#tell());
  }

  /**
   * Members without an object of their own that are to be drained, by the aliases that they ask for. Where there are such
   * members, nothing is synced before: they would get replicas amid a maintenance.
   */
  drain(aliases: ReadonlySet<string>): void {
    this.#drained = aliases;
    this.changed();
  }

  /** Once true for ever after: what a source learns later is a change like any other. */
  get isSynced(): boolean {
    this.#isSynced ||= this.#sources.length > 0 && this.awaited.length === 0;
    return this.#isSynced;
  }

  get awaited(): readonly AwaitedSource[] {
    return this.#sources
      .filter((source) => !this.#hasTold(source))
      .map(({ provider, isSynced, hindrance }) => ({ provider, why: isSynced ? undefined : hindrance }));
  }

  get members(): readonly Member[] {
    this.#refresh();
    return this.#sorted;
  }

  /** Who asks for which alias, and who has it. */
  get aliases(): ReadonlyMap<string, AliasClaim> {
    this.#refresh();
    return this.#aliases;
  }

  find(reference: string): MemberLookup {
    this.#refresh();
    return findMember(reference, this.#members, this.#aliases);
  }

  use(user: string, references: readonly string[]): void {
    for (const source of this.#sources) {
      const prefix = `${source.provider}#`;
      const locals = references.filter((reference) => reference.startsWith(prefix));
      source.use(
        user,
        locals.map((reference) => reference.slice(prefix.length)),
      );
    }
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  failed(cluster: Cluster, error: unknown): void {
    if (!isSilence(error) && !(error instanceof UnauthorizedError)) return;
    for (const source of this.#sources) source.suspect(cluster);
  }

  #hasTold(source: MemberSource): boolean {
    if (!source.isSynced) return false;
    if (this.#drained !== undefined || !withoutObject.has(source.provider)) return true;
    const [any] = source.entries();
    return any === undefined;
  }

  #tell(): void {
    this.#isTelling = false;
    this.#toldAt = this.#clock.monotonic();
    this.#refresh();
    const changed = this.#untold;
    const awaited = this.isSynced ? 'nobody' : JSON.stringify(this.awaited);
    // Who waits for all sources must hear of it, also where the last of them had nothing, and of what hinders one.
    if (changed.size === 0 && awaited === this.#awaitedLast) return;
    this.#awaitedLast = awaited;
    this.#untold = new Set();
    for (const listener of this.#listeners) listener(changed);
  }

  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const entries = this.#sources.flatMap((source) => [...source.entries()]);
    const answered = entries.filter(({ id, state }) => state === 'Ready' || this.#answered.has(id));
    this.#answered = new Set(answered.map(({ id }) => id));
    const named = entries.map((entry) => ({ ...entry, hasAnswered: this.#answered.has(entry.id) }));
    // Before everybody has told, nobody has worked with an alias.
    this.#aliases = aliasTable(named, this.#hasNamed ? this.#aliases : undefined);
    this.#hasNamed = this.isSynced;
    const before = this.#members;
    const members = new Map<string, Member>();
    let isOther = before.size !== entries.length;
    for (const entry of entries.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const member = this.#named(entry);
      const known = before.get(entry.id);
      const isSame = known !== undefined && sameMember(known, member);
      members.set(entry.id, isSame ? known : member);
      if (isSame) continue;
      isOther = true;
      this.#untold.add(entry.id);
    }
    for (const id of before.keys()) if (!members.has(id)) this.#untold.add(id);
    this.#members = members;
    if (isOther || this.#untold.size > 0) this.#sorted = [...members.values()];
  }

  #isDrained({ provider, alias }: MemberEntry): boolean {
    return alias !== undefined && withoutObject.has(provider) && this.#drained?.has(alias) === true;
  }

  /** The member with the alias that it has among all. */
  #named(given: MemberEntry): Member {
    const entry = { ...given, isDrained: given.isDrained || this.#isDrained(given) };
    const { id, alias, info } = entry;
    if (alias === undefined) return { ...entry, info: `${info} It has no alias: refer to it by its id.` };
    const owner = this.#aliases.get(alias)?.owner;
    if (owner === id) return entry;
    const others =
      owner === undefined
        ? `Its alias ${alias} is masked, because others have it as well`
        : `Its alias ${alias} is masked by ${owner}`;
    return { ...entry, alias: undefined, info: `${info} ${others}: refer to it by its id.`.trim() };
  }
}

const withoutObject: ReadonlySet<MemberEntry['provider']> = new Set(['file', 'hub']);

function sameMember(a: Member, b: Member): boolean {
  return (
    a.alias === b.alias &&
    a.state === b.state &&
    a.info === b.info &&
    a.since === b.since &&
    a.isDrained === b.isDrained &&
    a.cluster === b.cluster &&
    a.failure?.reason === b.failure?.reason &&
    a.failure?.message === b.failure?.message &&
    a.credential === b.credential &&
    a.credentialExpiresAt === b.credentialExpiresAt
  );
}
