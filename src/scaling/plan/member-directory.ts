import type { RegisteredMember } from './observation.ts';

/** Finds registered members by what a spec calls them: an alias first, then whatever else they are called. */
export class MemberDirectory {
  readonly #byName = new Map<string, RegisteredMember>();
  readonly #byReference = new Map<string, RegisteredMember>();
  readonly #byId = new Map<string, RegisteredMember>();

  constructor(members: readonly RegisteredMember[]) {
    for (const member of members) {
      const { name, id, references = [] } = member;
      if (!this.#byName.has(name)) this.#byName.set(name, member);
      this.#byId.set(id, member);
      for (const reference of references)
        if (!this.#byReference.has(reference)) this.#byReference.set(reference, member);
    }
  }

  find(reference: string): RegisteredMember | undefined {
    return this.#byName.get(reference) ?? this.#byReference.get(reference);
  }

  withId(id: string | undefined): RegisteredMember | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }
}
