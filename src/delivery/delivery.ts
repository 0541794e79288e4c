import { type KubeObject, objectKey } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { type Clock, type Resource, resourceName, resources } from '../kube/index.ts';
import { AnchorKeeper } from './anchor-keeper.ts';
import { anchorSelector, deliveryOwnerReference, type DeliveryOwner } from './anchor.ts';
import { type AppliedObject, applyObject, applyWhenServed } from './apply-object.ts';
import type { FieldConflict } from './conflict.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { DeliveryError, type ObjectFailure } from './delivery-error.ts';
import type { DeliverySet } from './delivery-set.ts';
import { contentHash } from './hash.ts';
import { identityKey, identityOf, type ObjectIdentity } from './identity.ts';
import type { ObjectSubscription, ObjectWatches } from './object-watches.ts';
import { type DesiredObject, type Drift, type Observation, planDelivery } from './plan.ts';
import { type Phase, phaseOf, phaseOrder, phases } from './phases.ts';
import { removeObjects } from './remove-objects.ts';
import { type Rollout, rolloutKinds } from './rollout.ts';
import { resourcesFor } from './served-kinds.ts';

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

export interface DeliveryReport {
  /** Objects of the set. */
  readonly total: number;
  /** Objects written in this pass. */
  readonly applied: number;
  readonly drifted: readonly Drift[];
  readonly pruned: readonly ObjectIdentity[];
  /** Workloads that are not rolled out; with a closed gate only the one it waits for. */
  readonly waiting: readonly { readonly identity: ObjectIdentity; readonly rollout: Rollout }[];
  readonly gated: boolean;
  readonly left: readonly { readonly identity: ObjectIdentity; readonly conflict: FieldConflict }[];
  readonly workloads: number;
  /** Everything is applied, rolled out and pruned. */
  readonly complete: boolean;
}

const unknownRollout: Rollout = { state: 'progressing', ready: 0, wanted: 1 };

/** How long the first lists of an installed set may take before a pass goes on without them. */
const firstListsTimeoutMs = 10_000;

/**
 * One set of objects on one connection to one cluster: puts it there and keeps it true. What is known of the cluster
 * lives here and in the watches, so that a pass over an unchanged set asks the cluster nothing.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #anchor: AnchorKeeper;
  readonly #subscriptions = new Map<string, ObjectSubscription>();
  /** Versions our own writes produced: until the watches have seen them, what they show is older than what we did. */
  readonly #written = new Map<string, string>();
  #prepared: Prepared | undefined;
  #listsAwaited = false;
  #lastReport: DeliveryReport | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#anchor = new AnchorKeeper(options);
  }

  /** What the last pass that ended well found. */
  get lastReport(): DeliveryReport | undefined {
    return this.#lastReport;
  }

  /** Throws DeliveryError, ForeignAnchorError, AnchorNameTooLong, KubeError, or the reason of a signal. */
  async deliver(set: DeliverySet, signal: AbortSignal): Promise<DeliveryReport> {
    const { cluster } = this.#options;
    const scope = AbortSignal.any([signal, cluster.signal]);
    await this.#anchor.ensure(set, scope);
    const desired = await this.#prepare(set, scope);
    this.#subscribe(desired, set.selector);
    await this.#awaitLists(scope);

    const plan = planDelivery(desired, this.#anchor.recorded, (object) => this.#observe(object));
    if (plan.unrecorded) await this.#anchor.record(desired, scope);
    const { applied, gated } = await this.#apply(plan.apply, set, scope);
    this.#subscribe(desired, set.selector);

    const waiting = gated
      ? this.#waiting(desired).filter(({ identity }) => identity.name === set.gate?.workload)
      : this.#waiting(desired);
    const rolledOut = waiting.length === 0 && !gated;
    const pruned = rolledOut ? await this.#prune(plan.obsolete, scope) : [];
    const inForce = !gated && pruned.length === plan.obsolete.length;
    await this.#anchor.save(inForce ? set.hash : undefined, scope);
    const report: DeliveryReport = {
      total: desired.length,
      applied: applied.size,
      drifted: plan.drifted.map((drift) => withOutcome(drift, applied.get(identityKey(drift.identity)))),
      pruned,
      waiting,
      gated,
      left: [...applied.values()].flatMap(({ identity, left }) =>
        left.map((conflict) => ({ identity, conflict })),
      ),
      workloads: desired.filter((object) => rolloutKinds.has(object.resource.kind)).length,
      complete: rolledOut,
    };
    this.#lastReport = report;
    return report;
  }

  /** Stops watching. What is on the cluster stays. */
  close(): void {
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
  }

  async #prepare(set: DeliverySet, signal: AbortSignal): Promise<readonly DesiredObject[]> {
    const anchor = this.#anchor.current;
    const namespace =
      this.#anchor.ownsNamespace || set.namespace.explicit ? [this.#anchor.namespaceObject(set)] : [];
    if (this.#prepared?.set === set && this.#prepared.anchorUid === anchor.uid) return this.#prepared.desired;
    const objects = [...namespace, ...set.objects, ...(set.gate?.objects ?? [])];
    const found = await resourcesFor(objects, this.#options.cluster.client, signal);
    const owner = deliveryOwnerReference(this.#options.owner, anchor);
    const desired = objects.map((object): DesiredObject => {
      const resource = found.get(object) as Resource;
      const rendered = renderedHash(object);
      const owned = resource.namespaced && object.metadata.namespace === anchor.namespace;
      const stamped = owned
        ? { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } }
        : object;
      return { identity: identityOf(object), object: stamped, resource, rendered, phase: phaseOf(object) };
    });
    const byWatchKey = new Map(
      desired.map((wanted) => [watchKey(wanted.resource, objectKey(wanted.object.metadata)), wanted]),
    );
    this.#prepared = { set, anchorUid: anchor.uid, desired, byWatchKey };
    return desired;
  }

  /**
   * One watch for each resource of the set: for workloads at once, to see their rollouts; for others as soon as one of
   * them is there, because a kind that the set itself defines is not served before.
   */
  #subscribe(desired: readonly DesiredObject[], selector: string): void {
    const { watches, onChange } = this.#options;
    this.#watchAnchors();
    for (const { identity, resource } of desired) {
      const id = resourceName(resource);
      if (this.#subscriptions.has(id)) continue;
      const there = this.#anchor.recorded.get(identityKey(identity))?.owned !== undefined;
      if (!there && !rolloutKinds.has(resource.kind)) continue;
      const tell = (key: string): void => {
        if (key === '' || this.#concerns(resource, key)) onChange();
      };
      this.#subscriptions.set(id, watches.subscribe(resource, selector, tell));
    }
  }

  #watchAnchors(): void {
    const id = 'anchors';
    if (this.#subscriptions.has(id)) return;
    const { watches, onChange } = this.#options;
    const subscription = watches.subscribe(resources.configMaps, anchorSelector, (key) => {
      if (key === '' || key !== this.#anchor.key) return;
      const seen = subscription.get(key);
      if (this.#anchor.changedBySomebodyElse(seen?.resourceVersion)) onChange();
    });
    this.#subscriptions.set(id, subscription);
  }

  /** An event matters where it shows drift, or a rollout that moved; the echo of our own write is neither. */
  #concerns(resource: Resource, key: string): boolean {
    const object = this.#prepared?.byWatchKey.get(watchKey(resource, key));
    if (object === undefined) return false;
    if (rolloutKinds.has(resource.kind)) return true;
    const observation = this.#observe(object);
    const owned = this.#anchor.recorded.get(identityKey(object.identity))?.owned;
    return observation === 'absent' || (observation !== 'unknown' && observation.owned !== owned);
  }

  /** What was installed before this connection can be judged only when its lists are there; once is enough. */
  async #awaitLists(signal: AbortSignal): Promise<void> {
    if (this.#listsAwaited) return;
    this.#listsAwaited = true;
    if (!this.#anchor.installedBefore) return;
    const enough = AbortSignal.any([signal, AbortSignal.timeout(firstListsTimeoutMs)]);
    await Promise.allSettled(
      [...this.#subscriptions.values()].map((subscription) => subscription.whenSynced(enough)),
    );
    signal.throwIfAborted();
  }

  #observe({ identity, object, resource }: DesiredObject): Observation {
    const subscription = this.#subscriptions.get(resourceName(resource));
    if (subscription?.synced !== true) return 'unknown';
    const written = this.#written.get(identityKey(identity));
    if (written !== undefined) {
      if (isOlder(subscription.resourceVersion, written)) return 'unknown';
      this.#written.delete(identityKey(identity));
    }
    return subscription.get(objectKey(object.metadata)) ?? 'absent';
  }

  /** Applies every phase after those that it waits for; one that fails ends those that wait for it. */
  async #apply(
    plan: ReadonlyMap<Phase, readonly DesiredObject[]>,
    set: DeliverySet,
    signal: AbortSignal,
  ): Promise<{ readonly applied: ReadonlyMap<string, AppliedDesired>; readonly gated: boolean }> {
    const behindGate = new Set((set.gate?.objects ?? []).map((object) => identityKey(identityOf(object))));
    const open = ({ identity }: DesiredObject): boolean =>
      !behindGate.has(identityKey(identity)) || this.#gateIsOpen(set);
    const applied = new Map<string, AppliedDesired>();
    let gated = false;
    const done = new Map<Phase, Promise<void>>();
    for (const phase of phases) {
      const batch = plan.get(phase) ?? [];
      const objects = batch.filter(open);
      gated ||= objects.length < batch.length;
      const before = Promise.all(phaseOrder[phase].map((earlier) => done.get(earlier)));
      done.set(
        phase,
        before.then(() => this.#applyPhase(phase, objects, applied, signal)),
      );
    }
    const outcomes = await Promise.allSettled(done.values());
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    return { applied, gated };
  }

  async #applyPhase(
    phase: Phase,
    objects: readonly DesiredObject[],
    applied: Map<string, AppliedDesired>,
    signal: AbortSignal,
  ): Promise<void> {
    if (objects.length === 0) return;
    const { clock, cluster, observer } = this.#options;
    const startedAt = clock.monotonic();
    const failures: ObjectFailure[] = [];
    await Promise.all(
      objects.map(async (object) => {
        const { identity } = object;
        try {
          applied.set(identityKey(identity), { identity, ...(await this.#applyOne(object, signal)) });
          observer?.wrote?.('apply', 'ok');
        } catch (error) {
          signal.throwIfAborted();
          observer?.wrote?.('apply', 'error');
          failures.push({ identity, error: error as Error });
        }
      }),
    );
    observer?.phaseTook?.(phase, clock.monotonic() - startedAt);
    if (failures.length > 0) throw new DeliveryError('apply', cluster.name, failures);
  }

  async #applyOne(
    { identity, object, resource, rendered, phase }: DesiredObject,
    signal: AbortSignal,
  ): Promise<AppliedObject> {
    const { cluster, fieldManager, clock } = this.#options;
    const options = { client: cluster.client, resource, fieldManager, signal };
    const result =
      phase === 'custom resources'
        ? await applyWhenServed(object, options, clock)
        : await applyObject(object, options);
    this.#written.set(identityKey(identity), result.resourceVersion);
    this.#anchor.note({ ...identity, rendered, owned: result.owned });
    return result;
  }

  #gateIsOpen(set: DeliverySet): boolean {
    const gate = this.#prepared?.desired.find(
      ({ identity, resource }) => rolloutKinds.has(resource.kind) && identity.name === set.gate?.workload,
    );
    return gate === undefined || this.#rollout(gate).state === 'complete';
  }

  #waiting(
    desired: readonly DesiredObject[],
  ): { readonly identity: ObjectIdentity; readonly rollout: Rollout }[] {
    return desired
      .filter((object) => rolloutKinds.has(object.resource.kind))
      .map((object) => ({ identity: object.identity, rollout: this.#rollout(object) }))
      .filter(({ rollout }) => rollout.state !== 'complete');
  }

  #rollout(workload: DesiredObject): Rollout {
    if (typeof this.#observe(workload) === 'string') return unknownRollout;
    const key = objectKey(workload.object.metadata);
    return this.#subscriptions.get(resourceName(workload.resource))?.get(key)?.rollout ?? unknownRollout;
  }

  async #prune(
    obsolete: Parameters<typeof removeObjects>[0],
    signal: AbortSignal,
  ): Promise<readonly ObjectIdentity[]> {
    if (obsolete.length === 0) return [];
    const { cluster, clock, observer } = this.#options;
    await removeObjects(obsolete, {
      cluster,
      clock,
      signal,
      keep: await this.#anchor.sharedWithOthers(signal),
      observer,
    });
    for (const entry of obsolete) this.#anchor.forget(entry);
    return obsolete;
  }
}

type AppliedDesired = AppliedObject & { readonly identity: ObjectIdentity };

/** Only the apply shows whether an object that the watches had lost was gone, or merely without the set's label. */
function withOutcome(drift: Drift, applied: AppliedObject | undefined): Drift {
  const [taken] = applied?.taken ?? [];
  return {
    ...drift,
    action: drift.action === 'recreated' && applied?.created === false ? 'reverted' : drift.action,
    ...(taken === undefined ? {} : { by: taken.manager, field: taken.field }),
  };
}

interface Prepared {
  readonly set: DeliverySet;
  readonly anchorUid: string;
  readonly desired: readonly DesiredObject[];
  readonly byWatchKey: ReadonlyMap<string, DesiredObject>;
}

function watchKey(resource: Resource, key: string): string {
  return `${resourceName(resource)} ${key}`;
}

/** Objects of a set are shared between deliveries and never change: each is hashed once. */
const hashes = new WeakMap<KubeObject, string>();

function renderedHash(object: KubeObject): string {
  const known = hashes.get(object);
  if (known !== undefined) return known;
  const hash = contentHash(object);
  hashes.set(object, hash);
  return hash;
}

/** Versions grow as numbers (KEP-5504); one that is no number is taken for new. */
function isOlder(seen: string, written: string): boolean {
  return /^\d+$/.test(seen) && /^\d+$/.test(written) && BigInt(seen) < BigInt(written);
}
