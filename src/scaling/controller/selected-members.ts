import type { Member, MemberLookup } from '../../clusters/index.ts';
import type { RegisteredMember } from '../plan/observation.ts';
import { placeOf } from '../plan/place.ts';
import type { ListedMember, PlanSpec } from '../plan/plan-spec.ts';

export interface Selection {
  /** With every member by its name in the plan. */
  readonly spec: PlanSpec;
  readonly registered: readonly RegisteredMember[];
  /** By name in the plan. */
  readonly members: ReadonlyMap<string, Member>;
  /** What the user calls a place, by place. */
  readonly rowNames: ReadonlyMap<string, string>;
  readonly ambiguous: readonly AmbiguousReference[];
  /** References that lead where another one led already. */
  readonly repeated: readonly string[];
  /** What unknown names may have meant, by name. */
  readonly alike: ReadonlyMap<string, readonly string[]>;
  /** Places whose workload is that of another place, with that other one. */
  readonly duplicates: ReadonlyMap<string, string>;
}

export interface AmbiguousReference {
  readonly reference: string;
  readonly ids: readonly string[];
}

export interface KnownMembers {
  readonly members: readonly Member[];
  readonly find: (reference: string) => MemberLookup;
}

/** Rows and messages call a member by its alias; whoever has none, because another one has it, by the canonical id. */
export function planName({ alias, id }: Pick<Member, 'alias' | 'id'>): string {
  return alias ?? id;
}

/** Which members a spec means. Without a list these are all that have an alias; others must be asked for. */
export function selectMembers(
  spec: PlanSpec,
  known: KnownMembers,
  duplicates: ReadonlyMap<string, string> = new Map(),
): Selection {
  const ambiguous: AmbiguousReference[] = [];
  const repeated: string[] = [];
  const alike = new Map<string, readonly string[]>();
  const rowNames = new Map<string, string>();
  const wanted = spec.members.length > 0 ? spec.members : everybody(known.members, spec.namespace);
  const listed = wanted.map((entry): ListedMember => {
    const found = known.find(entry.name);
    if (found.found === 'several') ambiguous.push({ reference: entry.name, ids: found.ids });
    if (found.found === 'nothing') alike.set(entry.name, found.alike);
    const resolved = found.found === 'member' ? { ...entry, name: planName(found.member) } : entry;
    const place = placeOf(resolved);
    if (rowNames.has(place)) repeated.push(entry.name);
    else rowNames.set(place, rowName(entry, rowNames));
    return resolved;
  });
  const members = withoutDuplicates(listed, duplicates);
  return {
    spec: { ...spec, members },
    registered: members.length === 0 ? [] : known.members.map(registered),
    members: new Map(known.members.map((member) => [planName(member), member])),
    rowNames,
    ambiguous,
    repeated,
    alike,
    duplicates,
  };
}

function everybody(members: readonly Member[], namespace: string): readonly ListedMember[] {
  return members.flatMap(({ alias }) =>
    alias === undefined
      ? []
      : [{ name: alias, namespace, weight: 1, least: 0, most: Number.POSITIVE_INFINITY, priority: 0 }],
  );
}

/** The same name with two namespaces are two rows. */
function rowName({ name, namespace }: ListedMember, taken: ReadonlyMap<string, string>): string {
  return [...taken.values()].includes(name) ? `${name}/${namespace}` : name;
}

function registered({ alias, id, local, isDrained }: Member): RegisteredMember {
  return { name: planName({ alias, id }), id, references: [id, local], isDrained };
}

/** One workload gets what all who lead to it would get. */
function withoutDuplicates(
  listed: readonly ListedMember[],
  duplicates: ReadonlyMap<string, string>,
): readonly ListedMember[] {
  if (duplicates.size === 0) return listed;
  const extra = new Map<string, number>();
  for (const member of listed) {
    const first = duplicates.get(placeOf(member));
    if (first !== undefined) extra.set(first, (extra.get(first) ?? 0) + member.weight);
  }
  return listed
    .filter((member) => !duplicates.has(placeOf(member)))
    .map((member) => ({ ...member, weight: member.weight + (extra.get(placeOf(member)) ?? 0) }));
}

/** Places that lead to a workload which another place before them leads to, by the uids of the workloads. */
export function duplicatePlaces(
  uids: Iterable<readonly [place: string, uid: string]>,
): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const duplicates = new Map<string, string>();
  for (const [place, uid] of uids) {
    const other = first.get(uid);
    if (other === undefined) first.set(uid, place);
    else duplicates.set(place, other);
  }
  return duplicates;
}
