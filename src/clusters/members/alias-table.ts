import type { MemberProvider } from './member.ts';

/** What names are given by: a member, and the alias that it would have alone. */
export interface Named {
  readonly id: string;
  readonly provider: MemberProvider;
  readonly alias: string | undefined;
  /** What its source holds of it makes no sense, and never did. */
  readonly isNonsense?: boolean | undefined;
  /** It has answered. */
  readonly hasAnswered?: boolean | undefined;
}

/** What became of an alias that one member or more ask for. */
export interface AliasClaim {
  /** The canonical id of the one that it leads to; undefined where several have an equal right to it. */
  readonly owner: string | undefined;
  /** Canonical ids of all who ask for it, sorted. */
  readonly claimants: readonly string[];
}

/** Who asks first: one object for each cluster before what is mounted in a bundle. */
const precedence: readonly MemberProvider[] = ['kubeconfig', 'hub', 'clusterprofile', 'file'];

/**
 * Who owns each alias. `before` tells who had it: from somebody whose content makes sense, only who has answered takes it
 * away. Without one, who makes sense goes before who does not. Of several that may have it the provider that comes first in the precedence wins; of several of that provider
 * nobody does, because to guess would be to move workloads by a guess.
 */
export function aliasTable(
  members: Iterable<Named>,
  before: ReadonlyMap<string, Pick<AliasClaim, 'owner'>> = new Map(),
): ReadonlyMap<string, AliasClaim> {
  const groups = new Map<string, Named[]>();
  for (const member of members) {
    if (member.alias === undefined) continue;
    const group = groups.get(member.alias);
    if (group === undefined) groups.set(member.alias, [member]);
    else group.push(member);
  }
  return new Map([...groups].map(([alias, group]) => [alias, claim(group, before.get(alias)?.owner)]));
}

/** Whether the first takes an alias from the second where both make sense and answer. */
export function outranks(first: MemberProvider, second: MemberProvider): boolean {
  return precedence.indexOf(first) < precedence.indexOf(second);
}

function claim(group: readonly Named[], before: string | undefined): AliasClaim {
  const entitled = group.length === 1 ? group : entitledOf(group, before);
  const first = precedence.find((provider) => entitled.some((member) => member.provider === provider));
  const best = entitled.filter(({ provider }) => provider === first);
  return {
    owner: best.length === 1 ? best[0]?.id : undefined,
    claimants: group.map(({ id }) => id).toSorted(),
  };
}

function entitledOf(group: readonly Named[], before: string | undefined): readonly Named[] {
  const sensible = group.filter(({ isNonsense }) => isNonsense !== true);
  if (sensible.some(({ id }) => id === before))
    return sensible.filter(({ id, hasAnswered }) => id === before || hasAnswered === true);
  return sensible.length > 0 ? sensible : group;
}
