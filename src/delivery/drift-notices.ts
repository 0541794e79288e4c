/** When drift was first noticed, in milliseconds that never jump, until it is mended. */
export class DriftNotices {
  /** By identity key. */
  readonly #noticedAt = new Map<string, number>();

  /** The first notice counts. */
  notice(key: string, nowMs: number): void {
    if (!this.#noticedAt.has(key)) this.#noticedAt.set(key, nowMs);
  }

  /** How long it was known, in milliseconds; 0 where only the pass that mended it found it. */
  mended(key: string, nowMs: number): number {
    const noticedAt = this.#noticedAt.get(key) ?? nowMs;
    this.#noticedAt.delete(key);
    return nowMs - noticedAt;
  }

  /** Forgets what is no drift any more, whoever put it back; `drifted` still is. */
  keepOnly(drifted: ReadonlySet<string>): void {
    for (const key of this.#noticedAt.keys()) if (!drifted.has(key)) this.#noticedAt.delete(key);
  }
}
