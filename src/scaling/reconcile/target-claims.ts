import { isRecord, type KubeObject } from '../../api/index.ts';
import type { MemberRegistry } from '../../clusters/index.ts';
import { effectiveMembers } from '../plan/effective-members.ts';
import { workloadKey, type WorkloadReference } from '../workload/workload.ts';
import { readAskedScaling } from './asked-scaling.ts';
import { readTarget } from './read-target.ts';
import { selectMembers } from './selected-members.ts';

export interface TargetClaimsOptions {
  readonly members: Pick<MemberRegistry, 'members' | 'find'>;
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

/**
 * Who scales which workload, over all objects of the hub, those of other replicas of the operator too. Two that scale the
 * same workload would undo each other's numbers for ever, so that the one that was there first has it, and the other one
 * scales nothing.
 */
export class TargetClaims {
  readonly #options: TargetClaimsOptions;
  readonly #claimants = new Map<string, Claimant>();
  readonly #byTarget = new Map<string, Set<string>>();

  constructor(options: TargetClaimsOptions) {
    this.#options = options;
  }

  /** The object as it is now; undefined: it is gone. Those whose claims may depend on it are told. */
  sees(key: string, object: KubeObject | undefined): void {
    const before = this.#claimants.get(key);
    if (before !== undefined && object !== undefined && isSame(before.object, object)) return;
    const concerned = this.#peers(key);
    for (const target of before?.targets ?? []) {
      const keys = this.#byTarget.get(target);
      keys?.delete(key);
      if (keys?.size === 0) this.#byTarget.delete(target);
    }
    this.#claimants.delete(key);
    if (object !== undefined) {
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

  /** The key of the object that has a workload which this one wants as well, and was there first; undefined: nobody. */
  holder(key: string): string | undefined {
    return this.#holder(key, new Map());
  }

  /** Whether another object wants that workload of the member with this id. */
  isWantedByOthers(key: string, id: string, workload: WorkloadReference): boolean {
    const others = [...(this.#byTarget.get(workloadKey(workload)) ?? [])].filter((other) => other !== key);
    return others.some((other) => {
      const claimant = this.#claimants.get(other);
      return claimant !== undefined && this.#claimsOf(claimant.object).has(claimOf(id, workload));
    });
  }

  #holder(key: string, known: Map<string, string | undefined>): string | undefined {
    if (known.has(key)) return known.get(key);
    const mine = this.#claimants.get(key);
    if (mine === undefined) return undefined;
    const elders = [...this.#neighbours(key)].filter((other) => isElder(this.#claimants.get(other), mine));
    const holder = elders.length === 0 ? undefined : this.#firstOf(elders, mine, known);
    known.set(key, holder);
    return holder;
  }

  #firstOf(
    elders: readonly string[],
    { object }: Claimant,
    known: Map<string, string | undefined>,
  ): string | undefined {
    const claims = this.#claimsOf(object);
    return elders.find((other) => {
      const elder = this.#claimants.get(other);
      if (elder === undefined || this.#claimsOf(elder.object).isDisjointFrom(claims)) return false;
      // Who scales nothing because of somebody else holds nothing.
      return this.#holder(other, known) === undefined;
    });
  }

  /** The workloads themselves: members, namespace, kind and name. What cannot be understood claims nothing. */
  #claimsOf(object: KubeObject): ReadonlySet<string> {
    const read = readAskedScaling(object);
    if (!read.ok) return new Set();
    const { members: registry, now } = this.#options;
    const { spec, target } = read.asked;
    const { registered } = selectMembers(spec, {
      members: registry.members,
      find: (reference) => registry.find(reference),
    });
    const { wanted } = effectiveMembers(spec, registered, undefined, now());
    return new Set(
      [...wanted.values()].flatMap(({ id, namespace }) =>
        id === undefined ? [] : [claimOf(id, { ...target, namespace })],
      ),
    );
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

/** Status and notes of objects change all the time. */
function isSame({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  return a.uid === b.uid && a.generation === b.generation;
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

function claimOf(id: string, workload: WorkloadReference): string {
  return `${id}|${workloadKey(workload)}`;
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
