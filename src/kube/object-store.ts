/** What happened to one object of a store. A re-created object, one with another uid, is a delete and a set. */
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

  /** What that changed: nothing where the version is the one already stored. */
  set(key: string, entry: StoreEntry<T>): StoreChange<T>[] {
    const before = this.#entries.get(key);
    if (before !== undefined && same(before, entry)) return [];
    this.#entries.set(key, entry);
    return difference(key, before, entry, false);
  }

  /** Nothing where there is nothing to delete: a repeated DELETED says nothing new. */
  delete(key: string): StoreChange<T>[] {
    const before = this.#entries.get(key);
    if (before === undefined) return [];
    this.#entries.delete(key);
    return difference(key, before, undefined, false);
  }

  /** Becomes exactly `entries`; returns what that changed, deletions first, so that nobody sees two owners of one thing. */
  replace(entries: ReadonlyMap<string, StoreEntry<T>>): StoreChange<T>[] {
    const before = this.#entries;
    this.#entries = new Map(entries);
    const changes: StoreChange<T>[] = [];
    for (const [key, old] of before) {
      if (!entries.has(key)) changes.push(...difference(key, old, undefined, true));
    }
    for (const [key, entry] of entries) {
      const old = before.get(key);
      if (old === undefined || !same(old, entry)) changes.push(...difference(key, old, entry, true));
    }
    return [
      ...changes.filter(({ type }) => type === 'delete'),
      ...changes.filter(({ type }) => type === 'set'),
    ];
  }
}

function difference<T>(
  key: string,
  before: StoreEntry<T> | undefined,
  after: StoreEntry<T> | undefined,
  initial: boolean,
): StoreChange<T>[] {
  const isSameObject = before !== undefined && before.uid === after?.uid;
  const changes: StoreChange<T>[] = [];
  if (before !== undefined && !isSameObject)
    changes.push({ type: 'delete', key, previous: before.value, initial });
  if (after !== undefined) {
    const previous = isSameObject ? before.value : undefined;
    changes.push({ type: 'set', key, current: after.value, previous, initial });
  }
  return changes;
}

function same(a: StoreEntry<unknown>, b: StoreEntry<unknown>): boolean {
  return a.uid === b.uid && a.resourceVersion === b.resourceVersion;
}
