import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { type Clock, type Resource, resources } from '../kube/index.ts';
import { anchorsNamespace } from './anchor-claims.ts';
import { AnchorKeeper } from './anchor-keeper.ts';
import { anchorSelector, type DeliveryOwner } from './anchor.ts';
import type { AppliedObject } from './apply-object.ts';
import { applyPhases, type PhasesOutcome } from './apply-phases.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { type ContestedObject, type DeliveryReport, withOutcomes } from './delivery-report.ts';
import type { DeliverySet } from './delivery-set.ts';
import { DeliveryView } from './delivery-view.ts';
import { DriftNotices } from './drift-notices.ts';
import { underEither } from './either-signal.ts';
import { identityKey, identityOf, type ObjectIdentity } from './identity.ts';
import type { InventoryEntry } from './inventory.ts';
import { mendedOnceMore, type Mending, nextMendMs } from './mend-pace.ts';
import type { ObjectSubscription, ObjectWatches } from './object-watches.ts';
import { type DeliveryPlan, type DesiredObject, planDelivery, withoutObjects } from './plan.ts';
import { type PreparedSet, prepareSet, watchKey } from './prepared-set.ts';
import { relinquishNamespace } from './relinquish-namespace.ts';
import { isDelivered, removeObjects, StillTerminating } from './remove-objects.ts';
import { type Rollout, rolloutKinds } from './rollout.ts';

export interface DeliveryOptions {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
  readonly watches: ObjectWatches;
  readonly fieldManager: string;
  readonly clock: Clock;
  /** Something of this delivery changed on the cluster: call `deliver` again. */
  readonly onChange: () => void;
  readonly observer?: DeliveryObserver | undefined;
}

export interface DeliverOptions {
  /** False only tells drift, in the report; what the set itself changes is still applied. Default true. */
  readonly mendsDrift?: boolean | undefined;
  /** Something of the owner was installed before, perhaps by the reference operator. Default false. */
  readonly everDelivered?: boolean | undefined;
}

/** What holds an obsolete object, such as a cloud's load balancer, may take minutes; a pass must not. */
const pruneLingerMs = 1_000;
/** How long the first lists of an installed set may take before a pass goes on without them. */
const firstListsTimeoutMs = 10_000;

/**
 * One set of objects on one connection to one cluster: puts it there and keeps it true. What is known of the cluster
 * lives here and in the watches, so that a pass over an unchanged set asks the cluster nothing.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #anchor: AnchorKeeper;
  readonly #view: DeliveryView;
  /** By identity key. */
  readonly #mended = new Map<string, Mending>();
  readonly #notices = new DriftNotices();
  #anchors: ObjectSubscription | undefined;
  #prepared: PreparedSet | undefined;
  #listsAwaited = false;
  #lastReport: DeliveryReport | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#anchor = new AnchorKeeper(options);
    this.#view = new DeliveryView(options.watches);
  }

  /** uid of the anchor on the cluster, once there is one: from then on there may be objects to remove. */
  get anchorUid(): string | undefined {
    return this.#anchor.uid;
  }

  /** What the last pass that ended well found. */
  get lastReport(): DeliveryReport | undefined {
    return this.#lastReport;
  }

  /**
   * Throws DeliveryError, ForeignAnchorError, RivalAnchorError, NamespaceTerminatingError, AnchorChangedError,
   * AnchorNameTooLong, KubeError, or the reason of a signal; StillTerminating where everything is in force and what is
   * no longer wanted is not gone yet. Objects that the server refused are in the report.
   */
  deliver(
    set: DeliverySet,
    signal: AbortSignal,
    { mendsDrift = true, everDelivered = false }: DeliverOptions = {},
  ): Promise<DeliveryReport> {
    return underEither(signal, this.#options.cluster.signal, async (scope) => {
      this.#watchAnchors(set.namespace.object.metadata.name);
      const remade = await this.#anchor.ensure(set, everDelivered, scope);
      const prepared = await this.#prepare(set, scope);
      this.#follow(prepared);
      await this.#awaitLists(prepared, scope);
      const report = await this.#pass(prepared, mendsDrift, scope);
      const drifted = remade.map((identity) => ({ identity, action: 'recreated' }) as const);
      this.#noteMended(remade);
      this.#lastReport = { ...report, drifted: [...drifted, ...report.drifted] };
      return this.#lastReport;
    });
  }

  /** Stops watching. What is on the cluster stays. */
  close(): void {
    this.#anchors?.close();
    this.#view.close();
  }

  async #pass(prepared: PreparedSet, mendsDrift: boolean, signal: AbortSignal): Promise<DeliveryReport> {
    const { set, desired } = prepared;
    const planned = planDelivery(desired, this.#anchor.recorded, (object) => this.#view.observe(object));
    const contested = mendsDrift ? this.#contested(planned) : [];
    const unmended = mendsDrift ? [] : planned.drifted;
    const plan = withoutObjects(planned, mendsDrift ? contested : unmended);
    if (plan.unrecorded) await this.#anchor.record(desired, signal);
    const outcome = await this.#apply(plan, set, signal);
    this.#follow(prepared);
    const drifted = withOutcomes(plan.drifted, outcome.applied, set.selector);
    this.#noteMended(drifted.map(({ identity }) => identity));
    this.#notices.keepOnly(new Set([...contested, ...unmended].map(({ identity }) => identityKey(identity))));

    const waiting = this.#waiting(set, desired, outcome.gated);
    const rolledOut = waiting.length === 0 && outcome.refused.length === 0;
    const pruned = rolledOut ? await this.#prune(plan.obsolete, signal) : [];
    const inForce = !outcome.gated && outcome.refused.length === 0 && pruned.length === plan.obsolete.length;
    await this.#anchor.save(inForce ? set.hash : undefined, signal);
    return {
      total: desired.length,
      applied: outcome.applied.size,
      drifted,
      contested,
      unmended,
      unwatched: this.#view.unwatched(),
      refused: outcome.refused,
      pruned,
      waiting,
      gated: outcome.gated,
      left: desired.flatMap(({ identity }) => {
        const left = outcome.applied.get(identityKey(identity))?.left ?? [];
        return left.map((conflict) => ({ identity, conflict }));
      }),
      workloads: desired.filter(isWorkload).length,
      complete: rolledOut,
    };
  }

  async #prepare(set: DeliverySet, signal: AbortSignal): Promise<PreparedSet> {
    const anchor = this.#anchor.current;
    if (this.#prepared?.set === set && this.#prepared.anchorUid === anchor.uid) return this.#prepared;
    const { owner, cluster } = this.#options;
    const namespace = this.#anchor.namespaceObject(set);
    const options = { owner, anchor, namespace, client: cluster.client, signal };
    this.#prepared = await prepareSet(set, options);
    return this.#prepared;
  }

  #follow({ set, desired }: PreparedSet): void {
    this.#view.follow(desired, {
      selector: set.selector,
      namespace: anchorsNamespace(this.#options.owner, this.#anchor.current.namespace),
      yielded: set.yielded ?? [],
      isApplied: (identity) => this.#anchor.recorded.get(identityKey(identity))?.owned !== undefined,
      isLeft: (identity) => this.#anchor.recorded.get(identityKey(identity))?.leftTo !== undefined,
      onChange: (resource, key) => {
        if (key === '' || this.#concerns(resource, key)) this.#options.onChange();
      },
    });
  }

  #watchAnchors(namespace: string): void {
    const { owner, watches, onChange } = this.#options;
    const objects = {
      resource: resources.configMaps,
      namespace: anchorsNamespace(owner, namespace),
      labelSelector: anchorSelector,
    };
    this.#anchors ??= watches.subscribe(objects, (key) => {
      if (key === '') return;
      if (this.#anchor.sawAnchor(key, this.#anchors?.get(key)?.resourceVersion)) onChange();
    });
  }

  /** An event matters where it shows drift, or a rollout that moved; the echo of our own write is neither. */
  #concerns(resource: Resource, key: string): boolean {
    const object = this.#prepared?.byWatchKey.get(watchKey(resource, key));
    if (object === undefined) return false;
    const plan = planDelivery([object], this.#anchor.recorded, (one) => this.#view.observe(one));
    const now = this.#options.clock.monotonic();
    for (const { identity } of plan.drifted) this.#notices.notice(identityKey(identity), now);
    return isWorkload(object) || plan.apply.size > 0 || this.#isLeftDrifted(object.identity);
  }

  /** That somebody else puts it back is news as well. */
  #isLeftDrifted(identity: ObjectIdentity): boolean {
    const { unmended = [], contested = [] } = this.#lastReport ?? {};
    const key = identityKey(identity);
    return [...unmended, ...contested].some((left) => identityKey(left.identity) === key);
  }

  /** What was installed before this connection can be judged only when its lists are there; once is enough. */
  async #awaitLists(prepared: PreparedSet, signal: AbortSignal): Promise<void> {
    if (this.#listsAwaited) return;
    this.#listsAwaited = true;
    if (!this.#anchor.installedBefore) return;
    await this.#view.whenListed(firstListsTimeoutMs, signal);
    // They tell which objects no selector shows.
    this.#follow(prepared);
  }

  /** Objects that somebody changes again and again, and that are not to be mended yet. */
  #contested({ drifted }: DeliveryPlan): readonly ContestedObject[] {
    const now = this.#options.clock.monotonic();
    return drifted.flatMap(({ identity, by }) => {
      const waitMs = nextMendMs(this.#mended.get(identityKey(identity))) - now;
      return waitMs <= 0 ? [] : [{ identity, by, waitMs }];
    });
  }

  #noteMended(identities: readonly ObjectIdentity[]): void {
    const now = this.#options.clock.monotonic();
    for (const identity of identities) {
      const key = identityKey(identity);
      this.#mended.set(key, mendedOnceMore(this.#mended.get(key), now));
      this.#options.observer?.mended?.(this.#notices.mended(key, now));
    }
  }

  #apply({ apply }: DeliveryPlan, set: DeliverySet, signal: AbortSignal): Promise<PhasesOutcome> {
    const behindGate = new Set((set.gate?.objects ?? []).map((object) => identityKey(identityOf(object))));
    return applyPhases(
      apply,
      {
        ...this.#options,
        isOpen: ({ identity }) => !behindGate.has(identityKey(identity)) || this.#gateIsOpen(set),
        onApplied: (object, result) => {
          this.#view.wrote(object.identity, result);
          this.#anchor.note(entryOf(object, result));
        },
      },
      signal,
    );
  }

  #gateIsOpen(set: DeliverySet): boolean {
    const gate = this.#prepared?.desired.find((object) => isGate(object, set));
    return gate === undefined || this.#view.rollout(gate).state === 'complete';
  }

  /** Behind a gate that was closed there may be more to do, even if it is open by now. */
  #waiting(
    set: DeliverySet,
    desired: readonly DesiredObject[],
    gated: boolean,
  ): { readonly identity: ObjectIdentity; readonly rollout: Rollout }[] {
    return desired
      .filter((object) => (gated ? isGate(object, set) : isWorkload(object)))
      .map((object) => ({ identity: object.identity, rollout: this.#view.rollout(object) }))
      .filter(({ rollout }) => gated || rollout.state !== 'complete');
  }

  async #prune(obsolete: readonly InventoryEntry[], signal: AbortSignal): Promise<readonly ObjectIdentity[]> {
    if (obsolete.length === 0) return [];
    const { cluster, fieldManager } = this.#options;
    const keep = await this.#anchor.sharedWithOthers(signal);
    for (const { kind, name } of obsolete) {
      const options = { client: cluster.client, fieldManager, signal };
      if (kind === 'Namespace') await relinquishNamespace(name, options);
    }
    const isOurs = (object: KubeObject): boolean =>
      isDelivered(object, { fieldManager, anchorUid: this.#anchor.current.uid });
    try {
      await removeObjects(obsolete, { ...this.#options, signal, keep, isOurs, lingerMs: pruneLingerMs });
    } catch (error) {
      if (!(error instanceof StillTerminating)) throw error;
      const lingering = new Set(error.objects.map(identityKey));
      for (const entry of obsolete) if (!lingering.has(identityKey(entry))) this.#anchor.forget(entry);
      await this.#anchor.save(undefined, signal);
      throw error;
    }
    for (const entry of obsolete) this.#anchor.forget(entry);
    return obsolete;
  }
}

function entryOf(
  { identity, rendered }: DesiredObject,
  { owned, owners, left }: AppliedObject,
): InventoryEntry {
  return { ...identity, rendered, owned, ...(left.length === 0 ? {} : { leftTo: owners }) };
}

function isWorkload({ resource }: DesiredObject): boolean {
  return rolloutKinds.has(resource.kind);
}

function isGate(object: DesiredObject, { gate }: DeliverySet): boolean {
  return isWorkload(object) && object.identity.name === gate?.workload;
}
