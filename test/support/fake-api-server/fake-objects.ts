import { randomUUID } from 'node:crypto';
import { type KubeObject, objectKey } from '../../../src/api/index.ts';
import { type Resource, resourceName } from '../../../src/kube/index.ts';

/** One write, as watches tell it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: string;
  readonly revision: number;
  readonly object: KubeObject;
}

export interface Selection {
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  /** Equality only: `a=b,c=d`. */
  readonly labelSelector?: string | undefined;
}

/** What etcd is to an API server: objects by resource, one revision for all of them, and a history that can be compacted. */
export class FakeObjects {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(change: Change) => void>();
  #history: Change[] = [];
  #revision = 1_000;
  #compactedAt = 0;

  get revision(): number {
    return this.#revision;
  }

  get(resource: Resource, key: string): KubeObject | undefined {
    return this.#objects.get(path(resource, key));
  }

  list(selection: Selection): KubeObject[] {
    const prefix = path(selection.resource, '');
    return [...this.#objects]
      .filter(([key, object]) => key.startsWith(prefix) && selects(selection, object))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  /** Creates or replaces; an object that is the same already keeps its version. */
  put(resource: Resource, object: KubeObject): KubeObject {
    const key = path(resource, objectKey(object.metadata));
    const before = this.#objects.get(key);
    if (before !== undefined && content(before) === content(object)) return before;
    const next = this.#stamped(object, before?.metadata.uid ?? randomUUID());
    this.#objects.set(key, next);
    this.#tell(before === undefined ? 'ADDED' : 'MODIFIED', resource, next);
    return next;
  }

  delete(resource: Resource, key: string): KubeObject | undefined {
    const before = this.#objects.get(path(resource, key));
    if (before === undefined) return undefined;
    this.#objects.delete(path(resource, key));
    const last = this.#stamped(before, before.metadata.uid ?? '');
    this.#tell('DELETED', resource, last);
    return last;
  }

  /** Forgets history: watches and continue tokens from before are gone. */
  compact(): void {
    this.#revision++;
    this.#compactedAt = this.#revision;
    this.#history = [];
  }

  isCompacted(revision: number): boolean {
    return revision < this.#compactedAt;
  }

  since(revision: number, selection: Selection): Change[] {
    const resource = resourceName(selection.resource);
    return this.#history.filter(
      (change) =>
        change.resource === resource && change.revision > revision && selects(selection, change.object),
    );
  }

  /** Returns the function that ends the subscription. */
  subscribe(selection: Selection, listener: (change: Change) => void): () => void {
    const resource = resourceName(selection.resource);
    const selected = (change: Change): void => {
      if (change.resource === resource && selects(selection, change.object)) listener(change);
    };
    this.#listeners.add(selected);
    return () => this.#listeners.delete(selected);
  }

  #stamped(object: KubeObject, uid: string): KubeObject {
    this.#revision++;
    return { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(this.#revision) } };
  }

  #tell(type: Change['type'], resource: Resource, object: KubeObject): void {
    const change = { type, resource: resourceName(resource), revision: this.#revision, object };
    this.#history.push(change);
    for (const listener of this.#listeners) listener(change);
  }
}

function path(resource: Resource, key: string): string {
  return `${resourceName(resource)}|${key}`;
}

function content(object: KubeObject): string {
  const { uid: _uid, resourceVersion: _version, ...metadata } = object.metadata;
  return JSON.stringify({ ...object, metadata });
}

function selects({ namespace, labelSelector }: Selection, object: KubeObject): boolean {
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
  if (labelSelector === undefined) return true;
  return labelSelector.split(',').every((term) => {
    const [key = '', value] = term.split('=');
    return object.metadata.labels?.[key] === value;
  });
}
