import type { KubeObject } from '../api/index.ts';
import { isOlder } from '../kube/index.ts';

/**
 * What our own passes left of objects, until the watch shows as much. A pass over an older copy would find everything
 * new that the pass before it has told already.
 */
export class WrittenObjects<T extends KubeObject = KubeObject> {
  readonly #byKey = new Map<string, T>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Of what was written and what the watch shows, the one that is not older. */
  latest(key: string, shown: T): T {
    const written = this.#byKey.get(key);
    return written !== undefined && isBehind(shown, written) ? written : shown;
  }

  wrote(key: string, written: T, shown: T | undefined): void {
    if (shown !== undefined && isBehind(shown, written)) this.#byKey.set(key, written);
    else this.#byKey.delete(key);
  }

  /** The watch shows this now; undefined where the object is gone. */
  sees(key: string, shown: T | undefined): void {
    const written = this.#byKey.get(key);
    if (written !== undefined && (shown === undefined || !isBehind(shown, written))) this.#byKey.delete(key);
  }
}

/** Versions that cannot be compared prove nothing. */
function isBehind({ metadata: shown }: KubeObject, { metadata: written }: KubeObject): boolean {
  return shown.uid === written.uid && isOlder(shown.resourceVersion ?? '', written.resourceVersion ?? '');
}
