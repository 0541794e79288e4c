/** The same thing of the same member is told once in this time, however often it happens. */
const windowMs = 300_000;

/** What objects were told of lately, so that a member that comes and goes does not fill their events. */
export class RecentNotices {
  /** When it was last told, in monotonic milliseconds, by what was told and by object. */
  readonly #told = new Map<string, Map<string, number>>();

  /** Whether it is news; from now on it is none. */
  isNews(object: string, reason: string, member: string, now: number): boolean {
    const told = this.#told.get(object) ?? new Map<string, number>();
    this.#told.set(object, told);
    for (const [key, at] of told) if (now - at >= windowMs) told.delete(key);
    const key = `${reason} ${member}`;
    if (told.has(key)) return false;
    told.set(key, now);
    return true;
  }

  forget(object: string): void {
    this.#told.delete(object);
  }
}
