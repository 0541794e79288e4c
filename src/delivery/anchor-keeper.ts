import { type KubeObject, objectKey } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { AlreadyExistsError, ConflictError, isOlder, NotFoundError, resources } from '../kube/index.ts';
import { absent } from './absent.ts';
import {
  abandonedAnchors,
  type Anchor,
  anchorMetadataHolds,
  anchorName,
  anchorObject,
  anchorPatch,
  type DeliveryOwner,
  isListComplete,
  readAnchor,
} from './anchor.ts';
import {
  anchorsNamespace,
  listAnchors,
  refuseForeign,
  refuseRivals,
  sharedObjects,
} from './anchor-claims.ts';
import { AnchorChangedError, NamespaceTerminatingError } from './delivery-error.ts';
import type { DeliverySet } from './delivery-set.ts';
import { discoverInventory } from './discover-inventory.ts';
import { contentHash } from './hash.ts';
import { identityKey, identityOf, type ObjectIdentity } from './identity.ts';
import { formatInventory, type Inventory, type InventoryEntry } from './inventory.ts';
import { createdNamespace, isCreatedForUs } from './namespace-ownership.ts';
import { ownAnchor } from './own-anchor.ts';
import type { DesiredObject } from './plan.ts';

export interface AnchorKeeperOptions {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
  readonly fieldManager: string;
}

/**
 * The anchor of one delivery: read once, then kept in step with what is done. What is about to be applied is recorded
 * before it is, so that nothing is ever on the cluster that the anchor does not list. Every method that writes throws
 * AnchorChangedError where somebody else did in the meantime; the next `ensure` reads the anchor anew.
 */
export class AnchorKeeper {
  readonly #owner: DeliveryOwner;
  readonly #cluster: Cluster;
  readonly #fieldManager: string;
  #recorded = new Map<string, InventoryEntry>();
  #anchor: Anchor | undefined;
  /** Hash of the list that the anchor has. */
  #listed: string | undefined;
  /** The version that a watch has shown last. */
  #seen: string | undefined;
  /** A watch has shown that it is gone, or a write has found another version of it. */
  #isLost = false;
  /** The last `ensure` came to nothing: the end of any other anchor, or its release, may change that. */
  #refused = false;
  #ownsNamespace = false;

  constructor({ owner, cluster, fieldManager }: AnchorKeeperOptions) {
    this.#owner = owner;
    this.#cluster = cluster;
    this.#fieldManager = fieldManager;
  }

  /** Only after `ensure`. */
  get current(): Anchor {
    if (this.#anchor === undefined) throw new Error('the anchor is used before it is read');
    return this.#anchor;
  }

  /** uid of the anchor where it is known to exist. */
  get uid(): string | undefined {
    return this.#anchor?.uid;
  }

  get recorded(): Inventory {
    return this.#recorded;
  }

  /** Something of this set has been applied before, so that its absence now would be drift. */
  get installedBefore(): boolean {
    return [...this.#recorded.values()].some(({ owned }) => owned !== undefined);
  }

  /**
   * Reads the anchor, or creates it and its namespace. Asks nothing where it is known and nobody has changed it. What the
   * reference operator installed is looked for, because it keeps no list; `everDelivered` says that there may be such
   * things on the owner's own cluster, where it makes no anchor either. Returns the namespace where that had been applied
   * before, and had to be made again: without it there can be no record of what else is there. Throws AnchorNameTooLong, ForeignAnchorError, RivalAnchorError, NamespaceTerminatingError, AnchorChangedError, KubeErrors.
   */
  async ensure(
    set: DeliverySet,
    everDelivered: boolean,
    signal: AbortSignal,
  ): Promise<readonly ObjectIdentity[]> {
    const remade: ObjectIdentity[] = [];
    if (this.#anchor === undefined || this.#isStale(this.#anchor)) {
      this.#refused = true;
      remade.push(...(await this.#load(set, everDelivered, signal)));
      this.#refused = false;
    }
    if (!anchorMetadataHolds(this.current, this.#owner)) await this.#write(this.current.renderedHash, signal);
    return remade;
  }

  /** Lists everything wanted that is not listed yet, before any of it is applied. */
  async record(desired: readonly DesiredObject[], signal: AbortSignal): Promise<void> {
    const listed = new Map(this.#recorded);
    for (const { identity, rendered } of desired) {
      const key = identityKey(identity);
      if (!listed.has(key)) listed.set(key, { ...identity, rendered });
    }
    // Known only once it is written: what is known is not recorded again, and is applied.
    await this.#write(this.current.renderedHash, signal, listed);
    this.#recorded = listed;
  }

  note(entry: InventoryEntry): void {
    this.#recorded.set(identityKey(entry), entry);
  }

  forget(entry: ObjectIdentity): void {
    this.#recorded.delete(identityKey(entry));
  }

  /** Writes what was noted, if that differs from what the anchor says. */
  async save(renderedHash: string | undefined, signal: AbortSignal): Promise<void> {
    const same = this.#listed === contentHash(formatInventory(this.#recorded));
    if (!same || this.current.renderedHash !== renderedHash) await this.#write(renderedHash, signal);
  }

  /** Told what a watch on anchors shows; true where that gives reason for another pass. */
  sawAnchor(key: string, resourceVersion: string | undefined): boolean {
    const anchor = this.#anchor;
    if (anchor === undefined || key !== objectKey(anchor)) return this.#refused;
    this.#seen = resourceVersion;
    this.#isLost ||= resourceVersion === undefined;
    return this.#isStale(anchor);
  }

  /** Keys of the objects that other anchors list too; see `sharedObjects`. */
  async sharedWithOthers(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { current } = this;
    return sharedObjects(await this.#anchors(current.namespace, signal), current, this.#owner);
  }

  #anchors(namespace: string, signal: AbortSignal): Promise<readonly Anchor[]> {
    return listAnchors(this.#cluster, anchorsNamespace(this.#owner, namespace), signal);
  }

  /** What is kept of the Namespace: all of one that was created for this delivery, little or nothing of another. */
  namespaceObject({ namespace }: DeliverySet): KubeObject | undefined {
    return this.#ownsNamespace ? createdNamespace(namespace.object, this.#owner) : namespace.kept;
  }

  #isStale({ resourceVersion }: Anchor): boolean {
    return this.#isLost || (this.#seen !== undefined && isOlder(resourceVersion, this.#seen));
  }

  async #load(
    set: DeliverySet,
    everDelivered: boolean,
    signal: AbortSignal,
  ): Promise<readonly ObjectIdentity[]> {
    const { client } = this.#cluster;
    const namespace = set.namespace.object.metadata.name;
    const name = { namespace, name: anchorName(this.#owner) };
    const [anchor, anchors, current] = await Promise.all([
      ownAnchor({ owner: this.#owner, cluster: this.#cluster, namespace, signal }),
      this.#anchors(namespace, signal),
      client.get(resources.namespaces, { name: namespace }, { signal, metadataOnly: true }).catch(absent),
    ]);
    if (anchor !== undefined) refuseForeign(anchor, this.#owner, this.#cluster);
    refuseRivals(anchors, this.#owner, name, this.#cluster);
    if (current?.metadata.deletionTimestamp !== undefined) {
      throw new NamespaceTerminatingError(
        `namespace ${namespace} on cluster "${this.#cluster.name}" is being deleted; it goes on by itself as soon as that is gone`,
      );
    }
    const isNew = current === undefined && (await this.#createNamespace(set, signal));
    this.#ownsNamespace = isNew || (current !== undefined && isCreatedForUs(current, this.#owner));
    if (anchor === undefined) {
      if (this.#owner.sameCluster === true && everDelivered && this.#recorded.size === 0)
        this.#recorded = await this.#discover(set, { namespace, uid: this.#owner.uid }, signal);
      await this.#create(namespace, signal);
    } else {
      const unlisted = isListComplete(anchor, this.#owner) ? [] : await this.#discover(set, anchor, signal);
      this.#recorded = new Map([...unlisted, ...(anchor.inventory ?? [])]);
      this.#take(anchor);
    }
    await this.#inherit(abandonedAnchors(anchors, this.#owner, name), signal);
    return isNew ? this.#unapplied(identityOf(set.namespace.object)) : [];
  }

  /** An object that is there, and no more as it was applied; none where it never was. */
  #unapplied(identity: ObjectIdentity): readonly ObjectIdentity[] {
    const entry = this.#recorded.get(identityKey(identity));
    if (entry?.owned === undefined) return [];
    const { owned: _owned, ...rest } = entry;
    this.note(rest);
    return [identity];
  }

  /**
   * Takes over the lists of anchors that nobody uses any more, and then deletes these in a way that leaves their objects
   * alone. What is not wanted of it is pruned like anything that is listed; the rest gets its new owner.
   */
  async #inherit(anchors: readonly Anchor[], signal: AbortSignal): Promise<void> {
    const abandoned = anchors.filter(({ inventory }) => inventory !== undefined);
    if (abandoned.length === 0) return;
    const listed = new Map(this.#recorded);
    for (const [key, entry] of abandoned.flatMap(({ inventory }) => [...(inventory ?? [])]))
      if (!listed.has(key)) listed.set(key, withoutOwner(entry));
    await this.#write(this.current.renderedHash, signal, listed);
    this.#recorded = listed;
    await Promise.all(
      abandoned.map((anchor) =>
        this.#cluster.client
          .delete(resources.configMaps, anchor, { uid: anchor.uid, propagation: 'Orphan', signal })
          .catch(absent),
      ),
    );
  }

  #discover(
    { selector }: DeliverySet,
    owner: Pick<Anchor, 'namespace' | 'uid'>,
    signal: AbortSignal,
  ): Promise<Map<string, InventoryEntry>> {
    const options = { cluster: this.#cluster, fieldManager: this.#fieldManager, selector, signal };
    return discoverInventory(owner, options);
  }

  #take(anchor: Anchor): void {
    this.#keep(anchor);
    this.#seen = undefined;
    this.#isLost = false;
  }

  /** What it lists is in `#recorded`; of what the cluster has, a hash tells whether that is the same. */
  #keep({ inventory, ...anchor }: Anchor): void {
    this.#listed = inventory === undefined ? undefined : contentHash(formatInventory(inventory));
    this.#anchor = { ...anchor, inventory: undefined };
  }

  async #createNamespace(set: DeliverySet, signal: AbortSignal): Promise<boolean> {
    const namespace = createdNamespace(set.namespace.object, this.#owner);
    try {
      await this.#cluster.client.create(resources.namespaces, namespace, { signal });
      return true;
    } catch (error) {
      if (error instanceof AlreadyExistsError) return false;
      throw error;
    }
  }

  async #create(namespace: string, signal: AbortSignal): Promise<void> {
    const { client } = this.#cluster;
    // On its own cluster the owner itself is what objects belong to, with or without a list.
    if (this.#owner.sameCluster !== true) this.#forgetOwners();
    const wanted = anchorObject(this.#owner, namespace, this.#recorded);
    try {
      this.#take(readAnchor(await client.create(resources.configMaps, wanted, { signal })));
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      throw new AnchorChangedError(error.message, { cause: error });
    }
    await this.#stepBackFromRivals(signal);
  }

  /** Two that looked at the same time saw no rival: whoever sees one now gives way, and looks again later. */
  async #stepBackFromRivals(signal: AbortSignal): Promise<void> {
    const { client } = this.#cluster;
    const anchor = this.current;
    try {
      refuseRivals(await this.#anchors(anchor.namespace, signal), this.#owner, anchor, this.#cluster);
    } catch (error) {
      this.#anchor = undefined;
      await client.delete(resources.configMaps, anchor, { uid: anchor.uid, signal }).catch(absent);
      throw error;
    }
  }

  /**
   * Objects that an earlier anchor owned must get the new one as their owner before the collector comes for them; a Job
   * that it has taken already runs once more, because nobody knows how far it was.
   */
  #forgetOwners(): void {
    for (const [key, entry] of this.#recorded) this.#recorded.set(key, withoutOwner(entry));
  }

  /** Whatever the failure, nobody knows what is written now: the next `ensure` looks. */
  async #write(
    renderedHash: string | undefined,
    signal: AbortSignal,
    inventory: Inventory = this.#recorded,
  ): Promise<void> {
    const anchor = this.current;
    const patch = anchorPatch(anchor, this.#owner, { inventory, renderedHash });
    try {
      this.#keep(
        readAnchor(
          await this.#cluster.client.patch(resources.configMaps, anchor, 'merge', patch, { signal }),
        ),
      );
    } catch (error) {
      this.#isLost = true;
      if (!(error instanceof ConflictError || error instanceof NotFoundError)) throw error;
      throw new AnchorChangedError(error.message, { cause: error });
    }
  }
}

/** An entry as it is to be applied again, so that it gets its new owner; cluster-scoped objects have none. */
function withoutOwner(entry: InventoryEntry): InventoryEntry {
  const { owned: _owned, ...rest } = entry;
  return entry.namespace === undefined ? entry : rest;
}
