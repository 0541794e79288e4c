import { randomUUID } from 'node:crypto';
import { type KubeObject, objectKey } from '../../src/api/index.ts';
import { applyMergePatch } from '../../test/support/apply-merge-patch.ts';
import type { ResourcePlace } from './request-place.ts';
import { storedObject } from '../../test/support/stored-object.ts';

export interface Selection {
  readonly collection: string;
  readonly namespace: string | undefined;
  /** Equalities separated by commas; empty selects everything. */
  readonly labelSelector: string;
}

export type WatchListener = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;

/** The objects of one simulated cluster and who watches them. */
export class SimulatedSpoke {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #watches = new Set<{ readonly selection: Selection; readonly listener: WatchListener }>();
  #revision = 1;

  get resourceVersion(): string {
    return String(this.#revision);
  }

  get({ collection, namespace, name = '' }: ResourcePlace): KubeObject | undefined {
    return this.#objects
      .get(collection)
      ?.get(objectKey({ ...(namespace === undefined ? {} : { namespace }), name }));
  }

  list(selection: Selection): readonly KubeObject[] {
    return [...(this.#objects.get(selection.collection)?.values() ?? [])].filter((object) =>
      selects(selection, object),
    );
  }

  /** Creates it, or puts it in the place of the one that is there. */
  apply(collection: string, applied: KubeObject, fieldManager: string): KubeObject {
    const before = this.#objects.get(collection)?.get(objectKey(applied.metadata));
    const uid = before?.metadata.uid ?? randomUUID();
    return this.#store(collection, storedObject(applied, { ...this.#stamp(uid), fieldManager }));
  }

  mergePatch(collection: string, before: KubeObject, patch: unknown): KubeObject {
    const patched = applyMergePatch(before, patch) as KubeObject;
    const { resourceVersion } = this.#stamp('');
    return this.#store(collection, { ...patched, metadata: { ...patched.metadata, resourceVersion } });
  }

  delete(collection: string, object: KubeObject): void {
    this.#revision++;
    this.#objects.get(collection)?.delete(objectKey(object.metadata));
    this.#tell(collection, 'DELETED', object);
  }

  /** Returns what ends it. */
  watch(selection: Selection, listener: WatchListener): () => void {
    const watch = { selection, listener };
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }

  #stamp(uid: string): { readonly uid: string; readonly resourceVersion: string; readonly time: string } {
    this.#revision++;
    return { uid, resourceVersion: this.resourceVersion, time: `${new Date().toISOString().slice(0, 19)}Z` };
  }

  #store(collection: string, object: KubeObject): KubeObject {
    const objects = this.#objects.get(collection) ?? new Map<string, KubeObject>();
    const key = objectKey(object.metadata);
    const type = objects.has(key) ? 'MODIFIED' : 'ADDED';
    objects.set(key, object);
    this.#objects.set(collection, objects);
    this.#tell(collection, type, object);
    return object;
  }

  #tell(collection: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    for (const { selection, listener } of this.#watches) {
      if (selection.collection === collection && selects(selection, object)) listener(type, object);
    }
  }
}

function selects({ namespace, labelSelector }: Selection, { metadata }: KubeObject): boolean {
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  return labelSelector
    .split(',')
    .filter((term) => term !== '')
    .every((term) => {
      const [label = '', value] = term.split('=');
      return metadata.labels?.[label] === value;
    });
}
