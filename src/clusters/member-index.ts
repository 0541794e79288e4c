/** What is known of a profile that may be a member of the clusters of its namespace. */
export interface Member {
  readonly key: string;
  readonly namespace: string;
  readonly memberId?: string | undefined;
}

/** Profiles by the namespace and member id that they have in common. */
export class MemberIndex<T extends Member> {
  readonly #profiles = new Map<string, T>();
  readonly #alike = new Map<string, Map<string, T>>();

  /** By key. */
  get(key: string): T | undefined {
    return this.#profiles.get(key);
  }

  /** Those with the namespace and member id of this one, itself among them; none where it has no member id. */
  alike({ namespace, memberId }: T): Iterable<T> {
    return memberId === undefined ? [] : (this.#alike.get(indexKey(namespace, memberId))?.values() ?? []);
  }

  /** From now on the key stands for this profile, or for none. */
  put(key: string, profile: T | undefined): void {
    const before = this.#profiles.get(key);
    if (before !== undefined) this.#forget(before);
    if (profile === undefined) return;
    this.#profiles.set(key, profile);
    const { namespace, memberId } = profile;
    if (memberId === undefined) return;
    const of = indexKey(namespace, memberId);
    const group = this.#alike.get(of) ?? new Map<string, T>();
    this.#alike.set(of, group.set(key, profile));
  }

  /** There are these, and no others. */
  hold(profiles: Iterable<T>): void {
    this.#profiles.clear();
    this.#alike.clear();
    for (const profile of profiles) this.put(profile.key, profile);
  }

  #forget({ key, namespace, memberId }: T): void {
    this.#profiles.delete(key);
    if (memberId === undefined) return;
    const of = indexKey(namespace, memberId);
    const group = this.#alike.get(of);
    group?.delete(key);
    if (group?.size === 0) this.#alike.delete(of);
  }
}

/** Namespaces have no slash. */
function indexKey(namespace: string, memberId: string): string {
  return `${namespace}/${memberId}`;
}
