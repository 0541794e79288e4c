import { type KubeObject, objectKey } from '../../api/index.ts';
import { type Cluster, isSameCluster, type Member, type MemberRegistry } from '../../clusters/index.ts';
import {
  done,
  ensureFinalizer,
  type EventRecorder,
  type Metrics,
  type Outcome,
  referenceTo,
  removeFinalizer,
  requeueAfter,
} from '../../controller/index.ts';
import type { DeliveryOwner } from '../../delivery/index.ts';
import { type Clock, type KubeClient, resources } from '../../kube/index.ts';
import type { MemberRow } from '../plan/member-row.ts';
import type { Sight, WorkloadReference } from '../workload/workload.ts';
import {
  type DeliveredPlace,
  deliveredAnnotation,
  deliveredPlacesText,
  placeKey,
  readDeliveredPlaces,
} from './delivered-places.ts';
import { type GatheredWorkload, gatherWorkload, type Gathering } from './gather-workload.ts';
import { HubSources } from './hub-sources.ts';
import { PlaceDelivery, type WantedDelivery } from './place-delivery.ts';
import { deliveredLabel, type RenderedWorkload, renderWorkload, setWithReplicas } from './render-workload.ts';
import { tellDelivery } from './tell-delivery.ts';

/** On objects whose workload was delivered: it is removed from members before they go. */
export const deliveryFinalizer = 'wheelwright.dev/workload-from-hub';

export interface WorkloadFromHubOptions {
  readonly hub: KubeClient;
  /** uid of the hub's kube-system namespace. */
  readonly hubUid: string;
  readonly members: MemberRegistry;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: Pick<Metrics, 'increment'>;
  readonly clock: Clock;
  readonly owned: (key: string) => AbortSignal | undefined;
  readonly onChange: (key: string) => void;
}

/** What a pass knows that delivers. */
export interface DeliveryAsked {
  /** Whether the spec asks for it. */
  readonly fromHub: boolean;
  readonly target: Omit<WorkloadReference, 'namespace'>;
  /** What becomes of members that leave. */
  readonly leaving: 'remove' | 'release';
  /** By place. */
  readonly rows: Readonly<Record<string, MemberRow>>;
  /** By name. */
  readonly members: ReadonlyMap<string, Member>;
  /** By place. */
  readonly sights: ReadonlyMap<string, Sight>;
}

export interface DeliveryTold {
  /** As it then is. */
  readonly object: KubeObject;
  /** Why a place does not have what the hub has, by place. */
  readonly troubles: ReadonlyMap<string, string>;
}

interface Held {
  readonly places: Map<string, PlaceDelivery>;
  /** By namespace, of the same sources. */
  readonly rendered: Map<string, RenderedWorkload>;
  sources: string;
}

/** Members that do not answer for so long after the deletion are given up. */
const removalDeadlineMs = 10 * 60_000;
const betweenLooksMs = 5_000;

/**
 * Delivers the workload of the hub to members, where objects ask for it. It waits for the hub only: what happens on members
 * happens beside the passes, which hear of it.
 */
export class WorkloadFromHub {
  readonly #options: WorkloadFromHubOptions;
  readonly #sources: HubSources;
  readonly #held = new Map<string, Held>();

  constructor(options: WorkloadFromHubOptions) {
    this.#options = options;
    const { hub: client, clock, onChange } = options;
    this.#sources = new HubSources({ client, clock, onChange });
  }

  /**
   * Has every place of the plan kept as the hub has it, and every place that is none any more freed of it. Writes down
   * where before anything is written there. Throws KubeErrors of the hub.
   */
  async deliver(object: KubeObject, asked: DeliveryAsked, signal: AbortSignal): Promise<DeliveryTold> {
    const key = objectKey(object.metadata);
    const before = readDeliveredPlaces(object);
    const isMarked = object.metadata.finalizers?.includes(deliveryFinalizer) === true;
    if (!asked.fromHub && before.length === 0 && !isMarked) {
      this.forget(key);
      return { object, troubles: new Map() };
    }
    const held = this.#hold(key);
    const gathering = asked.fromHub ? this.#gather(key, object, asked) : undefined;
    const targets = asked.fromHub ? this.#targets(object, asked, gathering) : [];
    const isGathered = gathering?.state === 'gathered';
    const places = new Map(targets.map((target) => [placeKey(target), target]));
    const recordedBefore = new Set(before.map(placeKey));
    const reached = isGathered
      ? targets.filter(isReached).filter((target) => {
          if (recordedBefore.has(placeKey(target))) return true;
          return isSeen(target) && this.#isAllowed(object, target, gathering.gathered);
        })
      : [];
    // What two names lead to is kept under one of them, and is nobody's to remove under the other.
    const twice = duplicatesOf(asked);
    const left = before.filter(
      (place) =>
        !places.has(placeKey(place)) && !twice.has(placeKey(place)) && !this.#isAmong(targets, place),
    );
    const how = asked.fromHub ? asked.leaving : 'release';
    const gone = new Set(left.filter((place) => this.#leave(object, place, how)));
    const kept = before.filter((place) => !gone.has(place));
    const recorded = await this.#record(object, [...kept, ...reached], signal);
    if (isGathered) this.#renew(held, gathering, object);
    for (const target of reached) {
      const set = setWithReplicas(
        this.#rendered(held, gathering, recorded, target.namespace),
        target.replicas,
      );
      this.#place(key, target).want({
        ...this.#common(recorded, target, target.cluster),
        action: { do: 'deliver', set },
      });
    }
    const known = new Set([...left.filter((place) => !gone.has(place)), ...targets].map(placeKey));
    for (const [each, place] of held.places) {
      if (known.has(each)) continue;
      place.close();
      held.places.delete(each);
    }
    return { object: recorded, troubles: troublesOf(targets, held, gathering) };
  }

  /** Removes everything, then lets the object go. Undefined: there is nothing of it. Throws KubeErrors of the hub. */
  async remove(object: KubeObject, signal: AbortSignal): Promise<Outcome | undefined> {
    if (object.metadata.finalizers?.includes(deliveryFinalizer) !== true) return undefined;
    const { hub, members, clock } = this.#options;
    if (!members.isSynced) return requeueAfter(betweenLooksMs);
    const key = objectKey(object.metadata);
    this.#hold(key);
    this.#sources.use(key, []);
    const places = readDeliveredPlaces(object);
    const isRegistered = ({ member }: DeliveredPlace): boolean =>
      members.members.some(({ id }) => id === member);
    const left = places.filter(isRegistered).filter((place) => !this.#leave(object, place, 'remove'));
    const isOver = clock.now() >= Date.parse(object.metadata.deletionTimestamp ?? '') + removalDeadlineMs;
    if (left.length > 0 && !isOver) return requeueAfter(betweenLooksMs);
    const abandoned = [...places.filter((place) => !isRegistered(place)), ...left];
    if (abandoned.length > 0) this.#tellAbandoned(object, abandoned);
    await removeFinalizer({
      client: hub,
      resource: resources.distributedScaledObjects,
      object,
      finalizer: deliveryFinalizer,
      signal,
    });
    this.forget(key);
    return done;
  }

  /** Nothing is kept for this object any more; what is on members stays. */
  forget(key: string): void {
    this.#sources.use(key, []);
    for (const place of this.#held.get(key)?.places.values() ?? []) place.close();
    this.#held.delete(key);
  }

  close(): void {
    for (const key of this.#held.keys()) this.forget(key);
    this.#sources.close();
  }

  #hold(key: string): Held {
    const held = this.#held.get(key) ?? { places: new Map(), rendered: new Map(), sources: '' };
    this.#held.set(key, held);
    return held;
  }

  #gather(key: string, { metadata }: KubeObject, { target }: DeliveryAsked): Gathering {
    const reference = { ...target, namespace: metadata.namespace ?? '' };
    let gathering = gatherWorkload(reference, (each) => this.#sources.sight(each));
    this.#sources.use(key, gathering.follows);
    // Another object may follow the same ones already.
    gathering = gatherWorkload(reference, (each) => this.#sources.sight(each));
    return gathering;
  }

  #targets(
    { metadata }: KubeObject,
    { rows, members, sights }: DeliveryAsked,
    gathering: Gathering | undefined,
  ): readonly Target[] {
    const source = gathering?.state === 'gathered' ? gathering.gathered.workload.metadata.uid : undefined;
    return Object.entries(rows).flatMap(([place, row]): readonly Target[] => {
      const member = members.get(row.name);
      if (member === undefined || row.phase.name === 'duplicate') return [];
      const sight = sights.get(place);
      const isSource = sight?.seen === 'workload' && source !== undefined && sight.uid === source;
      if (isSource || (member.provider === 'hub' && row.namespace === metadata.namespace)) return [];
      const { namespace, desired: replicas } = row;
      return [{ place, member: member.id, namespace, replicas, cluster: member.cluster, sight }];
    });
  }

  /** Whether the member gives the rights; where nobody knows yet, it is asked. */
  #isAllowed(object: KubeObject, target: ReachedTarget, { workload, needed }: GatheredWorkload): boolean {
    const delivery = this.#place(objectKey(object.metadata), target);
    const byKey = new Map(
      [workload, ...needed].map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
    );
    const kinds = [...byKey.values()];
    delivery.want({ ...this.#common(object, target, target.cluster), action: { do: 'check', kinds } });
    return delivery.isDone && delivery.trouble === undefined;
  }

  /** Whether the same place of the same cluster is a target by another member, as when an alias gets another owner. */
  #isAmong(targets: readonly Target[], { member, namespace }: DeliveredPlace): boolean {
    const identity = this.#clusterOf(member)?.identity;
    return (
      identity !== undefined &&
      targets.some(
        (target) =>
          target.namespace === namespace &&
          target.cluster?.identity !== undefined &&
          isSameCluster(target.cluster.identity, identity),
      )
    );
  }

  #clusterOf(member: string): Cluster | undefined {
    return this.#options.members.members.find(({ id }) => id === member)?.cluster;
  }

  /** True where nothing is left of it. */
  #leave(object: KubeObject, place: DeliveredPlace, how: 'remove' | 'release'): boolean {
    const cluster = this.#clusterOf(place.member);
    if (cluster === undefined) return false;
    const delivery = this.#place(objectKey(object.metadata), place);
    delivery.want({ ...this.#common(object, place, cluster), action: { do: how } });
    return delivery.isDone;
  }

  #common(
    { apiVersion, kind, metadata }: KubeObject,
    { namespace }: DeliveredPlace,
    cluster: Cluster,
  ): Omit<WantedDelivery, 'action'> {
    const { name, uid = '' } = metadata;
    const owner: DeliveryOwner = {
      apiVersion,
      kind,
      namespace: metadata.namespace ?? '',
      name,
      uid,
      hubUid: this.#options.hubUid,
      namespaced: true,
    };
    return { owner, cluster, namespace, selector: `${deliveredLabel(name)}=true` };
  }

  #place(key: string, place: DeliveredPlace): PlaceDelivery {
    const { places } = this.#hold(key);
    const known = places.get(placeKey(place));
    if (known !== undefined) return known;
    const { clock, owned, onChange, members } = this.#options;
    const made = new PlaceDelivery({
      clock,
      owned: () => owned(key),
      onChange: () => onChange(key),
      isKeptElsewhere: (anchorUid) => isKeptBy(places, anchorUid),
      onReport: (wanted, report) => tellDelivery(this.#options, wanted, report),
      onFailure: (cluster, error) => members.failed(cluster, error),
    });
    places.set(placeKey(place), made);
    return made;
  }

  /** What was rendered of other sources is of no use any more. */
  #renew(
    held: Held,
    { gathered }: Gathering & { readonly state: 'gathered' },
    { metadata }: KubeObject,
  ): void {
    const versions = [gathered.workload, ...gathered.needed].map(({ metadata: of }) => [
      of.uid,
      of.resourceVersion,
    ]);
    const sources = JSON.stringify([metadata.uid, versions]);
    if (held.sources === sources) return;
    held.sources = sources;
    held.rendered.clear();
  }

  #rendered(
    { rendered }: Held,
    gathering: Gathering | undefined,
    { metadata: { name } }: KubeObject,
    namespace: string,
  ): RenderedWorkload {
    const known = rendered.get(namespace);
    if (known !== undefined) return known;
    if (gathering?.state !== 'gathered') throw new Error('nothing is rendered before it is gathered');
    const made = renderWorkload(gathering.gathered, { name, namespace });
    rendered.set(namespace, made);
    return made;
  }

  /** The finalizer comes before the first place and goes after the last one. */
  async #record(
    object: KubeObject,
    places: readonly DeliveredPlace[],
    signal: AbortSignal,
  ): Promise<KubeObject> {
    const { hub: client } = this.#options;
    const resource = resources.distributedScaledObjects;
    const text = deliveredPlacesText(places);
    const change = { client, resource, object, finalizer: deliveryFinalizer, signal };
    let changed = text === undefined ? object : await ensureFinalizer(change);
    if (changed.metadata.annotations?.[deliveredAnnotation] !== text) {
      const metadata = { uid: object.metadata.uid, annotations: { [deliveredAnnotation]: text ?? null } };
      changed = await client.patch(resource, object.metadata, 'merge', { metadata }, { signal });
    }
    if (text !== undefined || changed.metadata.finalizers?.includes(deliveryFinalizer) !== true)
      return changed;
    await removeFinalizer({ ...change, object: changed });
    const finalizers = changed.metadata.finalizers.filter((other) => other !== deliveryFinalizer);
    return { ...changed, metadata: { ...changed.metadata, finalizers } };
  }

  #tellAbandoned(object: KubeObject, places: readonly DeliveredPlace[]): void {
    const names = places.map(({ member, namespace }) => `${member} (namespace ${namespace})`).join(', ');
    const note = `What was delivered stays on ${names}, which cannot be reached`;
    this.#options.events.record({
      regarding: referenceTo(object),
      reason: 'DeliveryAbandoned',
      action: 'Remove',
      note,
    });
  }
}

interface Target extends DeliveredPlace {
  readonly place: string;
  readonly replicas: number;
  readonly cluster: Cluster | undefined;
  readonly sight: Sight | undefined;
}

interface ReachedTarget extends Target {
  readonly cluster: Cluster;
}

/** Keys of places whose workload counts under another name. */
function duplicatesOf({ fromHub, rows, members }: DeliveryAsked): ReadonlySet<string> {
  if (!fromHub) return new Set();
  return new Set(
    Object.values(rows).flatMap(({ name, namespace, phase }) => {
      const member = members.get(name);
      return phase.name !== 'duplicate' || member === undefined
        ? []
        : [placeKey({ member: member.id, namespace })];
    }),
  );
}

function isKeptBy(places: ReadonlyMap<string, PlaceDelivery>, anchorUid: string): boolean {
  return [...places.values()].some((place) => place.keptAnchorUid === anchorUid);
}

function isReached(target: Target): target is ReachedTarget {
  return target.cluster !== undefined;
}

/** Before a member has told what it has, it might be the hub. */
function isSeen({ sight }: Target): boolean {
  return sight?.seen === 'workload' || sight?.seen === 'absence';
}

function troublesOf(
  targets: readonly Target[],
  { places }: Held,
  gathering: Gathering | undefined,
): ReadonlyMap<string, string> {
  const [note] = gathering?.state === 'gathered' ? gathering.gathered.notes : [];
  const held = gathering?.state === 'held' ? gathering.why : undefined;
  return new Map(
    targets.flatMap((target) => {
      const why = held ?? places.get(placeKey(target))?.trouble ?? note;
      return why === undefined ? [] : [[target.place, `not as on the hub: ${why}`] as const];
    }),
  );
}
