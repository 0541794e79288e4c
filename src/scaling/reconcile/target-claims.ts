import { isRecord, type KubeObject } from '../../api/index.ts';
import { identityHints, isSameCluster, type MemberRegistry } from '../../clusters/index.ts';
import { effectiveMembers } from '../plan/effective-members.ts';
import { workloadKey, type WorkloadReference } from '../workload/workload.ts';
import { readAskedScaling } from './asked-scaling.ts';
import { readTarget } from './read-target.ts';
import { statusOf } from './scaling-status.ts';
import { selectMembers } from './selected-members.ts';

export interface TargetClaimsOptions {
  readonly members: Pick<MemberRegistry, 'members' | 'find' | 'use'>;
  /** What plans take for now. */
  readonly now: () => number;
  /** Whether the object of this key may scale what it asks for may have changed. */
  readonly onChange: (key: string) => void;
}

interface Claimant {
  readonly object: KubeObject;
  /** Namespace, kind and name of what it may scale on members, whichever these are. */
  readonly targets: ReadonlySet<string>;
}

/** A workload on a member. */
interface Claim {
  /** Its namespace, kind and name. */
  readonly target: string;
  /** Of the member. */
  readonly id: string;
  /** Which cluster that leads to; undefined while that has not been known. */
  readonly cluster: string | undefined;
}

/**
 * Who scales which workload, over all objects of the hub, those of other replicas of the operator too. Two that scale the
 * same workload would undo each other's numbers for ever, so that the one that was there first has it, and the other one
 * scales nothing. Two members are one where they lead to one cluster. While that is not known of a member, as after a
 * restart until it is connected, who gave way because of it goes on giving way, and nobody begins to.
 */
export class TargetClaims {
  readonly #options: TargetClaimsOptions;
  readonly #claimants = new Map<string, Claimant>();
  readonly #byTarget = new Map<string, Set<string>>();
  readonly #gaveWay = new Map<string, Conflict>();
  /** Whom this replica of the operator judges; of the others the status tells what another one has found. */
  readonly #judged = new Set<string>();
  /** Where members led when they were last connected, by canonical id. */
  #clusters = new Map<string, string>();
  /** Whom that is known from. */
  #learned: MemberRegistry['members'] = [];

  constructor(options: TargetClaimsOptions) {
    this.#options = options;
  }

  /** The object as it is now; undefined: it is gone. Those whose claims may depend on it are told. */
  sees(key: string, object: KubeObject | undefined): void {
    const before = this.#claimants.get(key);
    if (before !== undefined && object !== undefined && isSame(before.object, object)) {
      this.#hear(key, object);
      return;
    }
    // Where the members of those lead that another replica works on must be known here, too.
    this.#options.members.use(`claims of ${key}`, object === undefined ? [] : referencesOf(object));
    const concerned = this.#peers(key);
    for (const target of before?.targets ?? []) {
      const keys = this.#byTarget.get(target);
      keys?.delete(key);
      if (keys?.size === 0) this.#byTarget.delete(target);
    }
    this.#claimants.delete(key);
    // A verdict on other members says nothing about these.
    if (object === undefined || (before !== undefined && !isOnSame(before.object, object)))
      for (const each of [key, ...concerned]) this.#gaveWay.delete(each);
    if (object === undefined) this.leaves(key);
    else {
      if (before === undefined && toldToGiveWay(object)) this.#gaveWay.set(key, {});
      const targets = targetsOf(object);
      this.#claimants.set(key, { object, targets });
      for (const target of targets) {
        const keys = this.#byTarget.get(target) ?? new Set();
        this.#byTarget.set(target, keys.add(key));
      }
    }
    for (const peer of this.#peers(key)) concerned.add(peer);
    for (const peer of concerned) this.#options.onChange(peer);
  }

  /** Another replica of the operator judges it from now on. */
  leaves(key: string): void {
    this.#judged.delete(key);
  }

  /** The key of the object that has a workload which this one wants as well, and was there first; undefined: nobody. */
  holder(key: string): string | undefined {
    this.#learnClusters();
    if (this.#claimants.has(key)) this.#judged.add(key);
    return this.#holder(key, new Map());
  }

  /** Tells of workloads, by the id of their member, whether another object wants them as things are now. */
  wantedByOthers(key: string): (id: string, workload: WorkloadReference) => boolean {
    this.#learnClusters();
    const seen = new Set([key]);
    const byHint = new Map<string, Claim[]>();
    return (id, workload) => {
      const claim = this.#claimOf(id, workload);
      for (const other of this.#byTarget.get(claim.target) ?? []) {
        const claimant = seen.has(other) ? undefined : this.#claimants.get(other);
        seen.add(other);
        if (claimant !== undefined) addByHint(byHint, this.#claimsOf(claimant.object));
      }
      return sameAs(claim, byHint).length > 0;
    };
  }

  /** Where it is not judged here, what is told counts, as after a restart. */
  #hear(key: string, object: KubeObject): void {
    const gaveWay = toldToGiveWay(object);
    if (this.#judged.has(key) || gaveWay === this.#gaveWay.has(key)) return;
    if (gaveWay) this.#gaveWay.set(key, {});
    else this.#gaveWay.delete(key);
    for (const peer of this.#peers(key)) this.#options.onChange(peer);
  }

  #learnClusters(): void {
    const { members } = this.#options.members;
    if (members === this.#learned) return;
    this.#learned = members;
    this.#clusters = new Map(
      members.flatMap(({ id, cluster }) => {
        const identity = cluster?.identity ?? this.#clusters.get(id);
        return identity === undefined ? [] : [[id, identity] as const];
      }),
    );
  }

  #holder(key: string, known: Map<string, string | undefined>): string | undefined {
    if (known.has(key)) return known.get(key);
    const mine = this.#claimants.get(key);
    if (mine === undefined) return undefined;
    const elders = [...this.#neighbours(key)].filter((other) => isElder(this.#claimants.get(other), mine));
    const holder = elders.length === 0 ? undefined : this.#firstOf(elders, key, mine, known);
    if (holder === undefined) this.#gaveWay.delete(key);
    known.set(key, holder);
    return holder;
  }

  #firstOf(
    elders: readonly string[],
    key: string,
    { object }: Claimant,
    known: Map<string, string | undefined>,
  ): string | undefined {
    const claims = this.#claimsOf(object);
    let perhaps: string | undefined;
    for (const other of elders) {
      const elder = this.#claimants.get(other);
      if (elder === undefined) continue;
      const { met, unknown } = meetingOf(claims, this.#claimsOf(elder.object));
      // Who scales nothing because of somebody else holds nothing.
      if ((met.size === 0 && unknown.size === 0) || this.#holder(other, known) !== undefined) continue;
      if (met.size > 0) {
        this.#gaveWay.set(key, { other, met });
        return other;
      }
      if (mayGoOn(this.#gaveWay.get(key), other, unknown)) perhaps ??= other;
    }
    return perhaps;
  }

  /** The workloads themselves: members, namespace, kind and name. What cannot be understood claims nothing. */
  #claimsOf(object: KubeObject): readonly Claim[] {
    const read = readAskedScaling(object);
    if (!read.ok) return [];
    const { members: registry, now } = this.#options;
    const { spec, target } = read.asked;
    const { registered } = selectMembers(spec, {
      members: registry.members,
      find: (reference) => registry.find(reference),
    });
    const { wanted } = effectiveMembers(spec, registered, undefined, now());
    return [...wanted.values()].flatMap(({ id, namespace }) =>
      id === undefined ? [] : [this.#claimOf(id, { ...target, namespace })],
    );
  }

  #claimOf(id: string, workload: WorkloadReference): Claim {
    return { target: workloadKey(workload), id, cluster: this.#clusters.get(id) };
  }

  /** Others that may want the same workload. */
  #neighbours(key: string): Set<string> {
    const targets = this.#claimants.get(key)?.targets ?? [];
    const keys = new Set([...targets].flatMap((target) => [...(this.#byTarget.get(target) ?? [])]));
    keys.delete(key);
    return keys;
  }

  /** And theirs, and so on: who has nothing because of one of them has it when that one is gone. */
  #peers(key: string): Set<string> {
    const found = new Set<string>([key]);
    for (const each of found) for (const neighbour of this.#neighbours(each)) found.add(neighbour);
    found.delete(key);
    return found;
  }
}

function referencesOf(object: KubeObject): readonly string[] {
  const read = readAskedScaling(object);
  return read.ok ? read.asked.spec.members.map(({ name }) => name) : [];
}

/** Status and notes of objects change all the time. */
function isSame({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  return a.uid === b.uid && a.generation === b.generation;
}

/** Whether both are about the same members, as far as they say. */
function isOnSame(one: KubeObject, other: KubeObject): boolean {
  const [a, b] = [one, other].map((object) => {
    const { spec } = object;
    return JSON.stringify([readTarget(object), isRecord(spec) ? spec['memberClusters'] : undefined]);
  });
  return a === b;
}

/** As its status has it from before a restart. */
function toldToGiveWay(object: KubeObject): boolean {
  const { conditions = [] } = statusOf(object);
  return conditions.some(({ type, reason }) => type === 'Ready' && reason === 'ScaleTargetConflict');
}

/** That an object gave way; nothing more is known of what happened before a restart. */
interface Conflict {
  /** To which. */
  readonly other?: string;
  /** What both claimed, by the names of either. */
  readonly met?: ReadonlySet<string>;
}

/** Whether a conflict may still be there, as something that it was about is not known now. */
function mayGoOn(conflict: Conflict | undefined, other: string, unknown: ReadonlySet<string>): boolean {
  if (conflict === undefined) return false;
  const { met } = conflict;
  return met === undefined || (conflict.other === other && !met.isDisjointFrom(unknown));
}

interface Meeting {
  /** What both claim. */
  readonly met: ReadonlySet<string>;
  /** What may be claimed by both: nobody knows which cluster it is on. */
  readonly unknown: ReadonlySet<string>;
}

function meetingOf(mine: readonly Claim[], theirs: readonly Claim[]): Meeting {
  const byHint = addByHint(new Map(), theirs);
  const met = mine.flatMap((claim) =>
    sameAs(claim, byHint).flatMap((other) => [nameOf(claim), nameOf(other)]),
  );
  return {
    met: new Set(met),
    unknown: new Set([...mayMeet(mine, theirs), ...mayMeet(theirs, mine)].map(nameOf)),
  };
}

/** Two that are one have a hint in common, so that only a few of a thousand need to be compared. */
function addByHint(byHint: Map<string, Claim[]>, claims: readonly Claim[]): ReadonlyMap<string, Claim[]> {
  for (const claim of claims)
    for (const hint of hintsOf(claim)) {
      const alike = byHint.get(hint);
      if (alike === undefined) byHint.set(hint, [claim]);
      else alike.push(claim);
    }
  return byHint;
}

function sameAs(claim: Claim, byHint: ReadonlyMap<string, readonly Claim[]>): readonly Claim[] {
  return hintsOf(claim).flatMap(
    (hint) => byHint.get(hint)?.filter((other) => isSameMember(claim, other)) ?? [],
  );
}

function nameOf({ target, id }: Claim): string {
  return `${target}|${id}`;
}

function hintsOf({ target, id, cluster }: Claim): readonly string[] {
  const hints = cluster === undefined ? [] : identityHints(cluster);
  return [id, ...hints].map((hint) => `${target}|${hint}`);
}

function isSameMember(one: Claim, other: Claim): boolean {
  if (one.id === other.id) return true;
  return (
    one.cluster !== undefined && other.cluster !== undefined && isSameCluster(one.cluster, other.cluster)
  );
}

/** Those whose cluster is not known, and may be that of another. */
function mayMeet(mine: readonly Claim[], others: readonly Claim[]): readonly Claim[] {
  const targets = new Set(others.map(({ target }) => target));
  return mine.filter(({ cluster, target }) => cluster === undefined && targets.has(target));
}

function isElder(other: Claimant | undefined, mine: Claimant): boolean {
  if (other === undefined) return false;
  const [theirs, ours] = [orderOf(other), orderOf(mine)];
  return theirs < ours;
}

/** Objects of the same second are in the order of their names, everywhere the same. */
function orderOf({ object: { metadata } }: Claimant): string {
  return `${metadata.creationTimestamp ?? ''}|${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Without judging the rest of the object. */
function targetsOf(object: KubeObject): ReadonlySet<string> {
  const { metadata, spec } = object;
  const target = readTarget(object);
  if (target === undefined) return new Set();
  const memberClusters = isRecord(spec) ? spec['memberClusters'] : undefined;
  const listed = Array.isArray(memberClusters) ? memberClusters : [];
  const namespaces = listed.flatMap((member: unknown) => {
    const namespace = isRecord(member) ? member['targetNamespace'] : undefined;
    return typeof namespace === 'string' && namespace !== '' ? [namespace] : [];
  });
  return new Set(
    [metadata.namespace ?? '', ...namespaces].map((namespace) => workloadKey({ ...target, namespace })),
  );
}
