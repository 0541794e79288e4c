import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { AlreadyExistsError, ConflictError, NotFoundError, resources } from '../kube/index.ts';
import {
  type Anchor,
  anchorMetadataHolds,
  anchorName,
  anchorObject,
  anchorPatch,
  anchorSelector,
  type DeliveryOwner,
  foreignHub,
  isAnchor,
  managedByLabel,
  managedByValue,
  readAnchor,
} from './anchor.ts';
import { ForeignAnchorError } from './delivery-error.ts';
import type { DeliverySet } from './delivery-set.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';
import { formatInventory, type Inventory, type InventoryEntry } from './inventory.ts';
import { createdForAnnotation, isCreatedForUs } from './namespace-ownership.ts';
import type { DesiredObject } from './plan.ts';

export interface AnchorKeeperOptions {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
}

/**
 * The anchor of one delivery: read once, then kept in step with what is done. What is about to be applied is recorded
 * before it is, so that nothing is ever on the cluster that the anchor does not list.
 */
export class AnchorKeeper {
  readonly #owner: DeliveryOwner;
  readonly #cluster: Cluster;
  readonly #recorded = new Map<string, InventoryEntry>();
  #anchor: Anchor | undefined;
  #ownsNamespace = false;

  constructor({ owner, cluster }: AnchorKeeperOptions) {
    this.#owner = owner;
    this.#cluster = cluster;
  }

  /** Only after `ensure`. */
  get current(): Anchor {
    if (this.#anchor === undefined) throw new Error('the anchor is used before it is read');
    return this.#anchor;
  }

  get key(): string | undefined {
    return this.#anchor === undefined ? undefined : `${this.#anchor.namespace}/${this.#anchor.name}`;
  }

  get recorded(): Inventory {
    return this.#recorded;
  }

  /** Something of this set has been applied before, so that its absence now would be drift. */
  get installedBefore(): boolean {
    return [...this.#recorded.values()].some(({ owned }) => owned !== undefined);
  }

  get ownsNamespace(): boolean {
    return this.#ownsNamespace;
  }

  /** Reads the anchor, or creates it and its namespace. One request where it is there, none where it is known. */
  async ensure(set: DeliverySet, signal: AbortSignal): Promise<void> {
    if (this.#anchor === undefined) await this.#load(set, signal);
    if (!anchorMetadataHolds(this.current, this.#owner)) await this.#write(this.current.renderedHash, signal);
  }

  /** Lists everything wanted that is not listed yet, before any of it is applied. */
  async record(desired: readonly DesiredObject[], signal: AbortSignal): Promise<void> {
    for (const { identity, rendered } of desired) {
      const key = identityKey(identity);
      if (!this.#recorded.has(key)) this.#recorded.set(key, { ...identity, rendered });
    }
    await this.#write(this.current.renderedHash, signal);
  }

  note(entry: InventoryEntry): void {
    this.#recorded.set(identityKey(entry), entry);
  }

  forget(entry: ObjectIdentity): void {
    this.#recorded.delete(identityKey(entry));
  }

  /** Writes what was noted, if that differs from what the anchor says. */
  async save(renderedHash: string | undefined, signal: AbortSignal): Promise<void> {
    const { inventory, renderedHash: before } = this.current;
    const same = inventory !== undefined && formatInventory(inventory) === formatInventory(this.#recorded);
    if (!same || before !== renderedHash) await this.#write(renderedHash, signal);
  }

  /** Told what the watch on anchors shows; true where this pass of ours did not make it so. */
  changedBySomebodyElse(resourceVersion: string | undefined): boolean {
    const known = this.#anchor?.resourceVersion;
    if (known === undefined) return false;
    if (resourceVersion !== undefined && BigInt(resourceVersion) <= BigInt(known)) return false;
    this.#anchor = undefined;
    return true;
  }

  /** Keys of the cluster-scoped objects that other anchors of this cluster list too. */
  async sharedWithOthers(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { namespace, name } = this.current;
    return sharedObjects(this.#cluster, { namespace, name }, signal);
  }

  /** The Namespace as it is kept: our mark on it says that we created it and may remove it. */
  namespaceObject(set: DeliverySet): KubeObject {
    return this.#ownsNamespace ? this.#createdNamespace(set) : set.namespace.object;
  }

  async #load(set: DeliverySet, signal: AbortSignal): Promise<void> {
    const namespace = set.namespace.object.metadata.name;
    const name = { namespace, name: anchorName(this.#owner) };
    const [found, current] = await Promise.all([
      this.#cluster.client.get(resources.configMaps, name, { signal }).catch(absent),
      this.#cluster.client
        .get(resources.namespaces, { name: namespace }, { signal, metadataOnly: true })
        .catch(absent),
    ]);
    if (found === undefined) {
      this.#ownsNamespace =
        current === undefined
          ? await this.#createNamespace(set, signal)
          : isCreatedForUs(current, this.#owner);
      return this.#create(namespace, signal);
    }
    const anchor = readAnchor(found);
    const hub = foreignHub(anchor, this.#owner);
    if (hub !== undefined) {
      throw new ForeignAnchorError(
        `anchor ConfigMap ${namespace}/${anchor.name} on cluster "${this.#cluster.name}" belongs to another hub (${hub}): ` +
          'remove Knative from that hub first, or delete the annotation operator.knative.dev/hub-uid of the anchor to take it over',
      );
    }
    this.#ownsNamespace = current !== undefined && isCreatedForUs(current, this.#owner);
    this.#anchor = anchor;
    this.#recorded.clear();
    for (const [key, entry] of anchor.inventory ?? []) this.#recorded.set(key, entry);
    return undefined;
  }

  async #createNamespace(set: DeliverySet, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#cluster.client.create(resources.namespaces, this.#createdNamespace(set), { signal });
      return true;
    } catch (error) {
      if (error instanceof AlreadyExistsError) return false;
      throw error;
    }
  }

  #createdNamespace(set: DeliverySet): KubeObject {
    const { object } = set.namespace;
    const { kind, namespace, name } = this.#owner;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        labels: { ...object.metadata.labels, [managedByLabel]: managedByValue },
        annotations: {
          ...object.metadata.annotations,
          [createdForAnnotation]: `${kind.toLowerCase()}/${namespace}/${name}`,
        },
      },
    };
  }

  /** Objects that an earlier anchor owned must get the new one as their owner before the collector comes for them. */
  async #create(namespace: string, signal: AbortSignal): Promise<void> {
    for (const [key, { owned: _owned, ...entry }] of this.#recorded) {
      if (entry.namespace !== undefined) this.#recorded.set(key, entry);
    }
    const wanted = anchorObject(this.#owner, namespace, this.#recorded);
    try {
      this.#anchor = readAnchor(await this.#cluster.client.create(resources.configMaps, wanted, { signal }));
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      this.#anchor = readAnchor(
        await this.#cluster.client.get(resources.configMaps, wanted.metadata, { signal }),
      );
    }
  }

  async #write(renderedHash: string | undefined, signal: AbortSignal): Promise<void> {
    const anchor = this.current;
    const patch = anchorPatch(anchor, this.#owner, { inventory: this.#recorded, renderedHash });
    try {
      this.#anchor = readAnchor(
        await this.#cluster.client.patch(resources.configMaps, anchor, 'merge', patch, { signal }),
      );
    } catch (error) {
      // Somebody else changed or deleted it: the next pass reads it anew.
      if (error instanceof ConflictError || error instanceof NotFoundError) this.#anchor = undefined;
      throw error;
    }
  }
}

/** Identity keys of cluster-scoped objects listed by any anchor but the given one. */
export async function sharedObjects(
  cluster: Cluster,
  own: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { items } = await cluster.client.list(resources.configMaps, {
    labelSelector: anchorSelector,
    signal,
  });
  const others = items.filter(
    (item) =>
      isAnchor(item) && (item.metadata.name !== own.name || item.metadata.namespace !== own.namespace),
  );
  const entries = others.flatMap((item) => [...(readAnchor(item).inventory?.values() ?? [])]);
  return new Set(entries.filter(({ namespace }) => namespace === undefined).map(identityKey));
}

function absent(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
