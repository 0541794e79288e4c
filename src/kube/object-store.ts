/** What happened to one object of a store. A re-created object is a delete and a set. */
export type StoreChange<T> =
  | {
      readonly type: 'set';
      readonly key: string;
      readonly current: T;
      readonly previous: T | undefined;
      readonly initial: boolean;
    }
  | { readonly type: 'delete'; readonly key: string; readonly previous: T; readonly initial: boolean };

export interface StoreEntry<T> {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly value: T;
}

/** Objects by key (`namespace/name`), each with the identity and version that tell a change from a repetition. */
export class ObjectStore<T> {
  #entries = new Map<string, StoreEntry<T>>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  *entries(): IterableIterator<[string, T]> {
    for (const [key, entry] of this.#entries) yield [key, entry.value];
  }

  /** Undefined where the version is the one already stored. */
  set(key: string, entry: StoreEntry<T>): StoreChange<T> | undefined {
    const before = this.#entries.get(key);
    this.#entries.set(key, entry);
    if (before !== undefined && same(before, entry)) return undefined;
    return { type: 'set', key, current: entry.value, previous: before?.value, initial: false };
  }

  /** Undefined where there is nothing to delete: a repeated DELETED says nothing new. */
  delete(key: string): StoreChange<T> | undefined {
    const before = this.#entries.get(key);
    if (before === undefined) return undefined;
    this.#entries.delete(key);
    return { type: 'delete', key, previous: before.value, initial: false };
  }

  /** Becomes exactly `entries`; returns what that changed, deletions first, so that nobody sees two owners of one thing. */
  replace(entries: ReadonlyMap<string, StoreEntry<T>>): StoreChange<T>[] {
    const before = this.#entries;
    this.#entries = new Map(entries);
    const deleted: StoreChange<T>[] = [];
    const set: StoreChange<T>[] = [];
    for (const [key, old] of before) {
      if (entries.get(key)?.uid !== old.uid)
        deleted.push({ type: 'delete', key, previous: old.value, initial: true });
    }
    for (const [key, entry] of entries) {
      const old = before.get(key);
      if (old !== undefined && same(old, entry)) continue;
      const previous = old?.uid === entry.uid ? old.value : undefined;
      set.push({ type: 'set', key, current: entry.value, previous, initial: true });
    }
    return [...deleted, ...set];
  }
}

function same(a: StoreEntry<unknown>, b: StoreEntry<unknown>): boolean {
  return a.uid === b.uid && a.resourceVersion === b.resourceVersion;
}
