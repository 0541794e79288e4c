import type { Member, MemberLookup } from '../../clusters/index.ts';
import type { RegisteredMember } from '../plan/observation.ts';
import type { PlanSpec } from '../plan/plan-spec.ts';

export interface Selection {
  /** Those that the plan may use. */
  readonly registered: readonly RegisteredMember[];
  /** By the name that they have in the plan. */
  readonly members: ReadonlyMap<string, Member>;
  readonly ambiguous: readonly AmbiguousReference[];
  /** What unknown names of the spec may have meant, by name. */
  readonly alike: ReadonlyMap<string, readonly string[]>;
}

export interface AmbiguousReference {
  readonly reference: string;
  readonly ids: readonly string[];
}

export interface KnownMembers {
  readonly members: readonly Member[];
  readonly find: (reference: string) => MemberLookup;
}

/**
 * The members that a spec may mean, as the plan wants to know them. Whoever has no alias, because another one has it, must
 * be asked for; without a list it may still hold what it got while it had one.
 */
export function selectMembers(
  { members: listed }: Pick<PlanSpec, 'members'>,
  known: KnownMembers,
): Selection {
  const ambiguous: AmbiguousReference[] = [];
  const alike = new Map<string, readonly string[]>();
  for (const { name } of listed) {
    const found = known.find(name);
    if (found.found === 'several') ambiguous.push({ reference: name, ids: found.ids });
    if (found.found === 'nothing') alike.set(name, found.alike);
  }
  return {
    registered: known.members.map((member) => registered(member, known)),
    members: new Map(known.members.map((member) => [planName(member), member])),
    ambiguous,
    alike,
  };
}

/** Rows and messages call a member by its alias; whoever has none, because another one has it, by the canonical id. */
export function planName({ alias, id }: Pick<Member, 'alias' | 'id'>): string {
  return alias ?? id;
}

/** Only what leads to one member is a reference to it. */
function registered(member: Member, { find }: KnownMembers): RegisteredMember {
  const { id, local, isDrained, cluster } = member;
  const found = find(local);
  const isItself = found.found === 'member' && found.member.id === id;
  const references = isItself ? [id, local] : [id];
  return {
    name: planName(member),
    id,
    cluster: cluster?.identity,
    references,
    onlyIfListed: member.alias === undefined,
    isDrained,
  };
}
