import type { MemberProvider } from './member.ts';

/** What names are given by: a member, and the alias that it would have alone. */
export interface Named {
  readonly id: string;
  readonly provider: MemberProvider;
  readonly alias: string | undefined;
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
 * Who owns each alias. Of several the provider that comes first in the precedence wins; of several of that provider
 * nobody does, because to guess would be to move workloads by a guess.
 */
export function aliasTable(members: Iterable<Named>): ReadonlyMap<string, AliasClaim> {
  const groups = new Map<string, Named[]>();
  for (const member of members) {
    if (member.alias === undefined) continue;
    const group = groups.get(member.alias);
    if (group === undefined) groups.set(member.alias, [member]);
    else group.push(member);
  }
  return new Map([...groups].map(([alias, group]) => [alias, claim(group)]));
}

function claim(group: readonly Named[]): AliasClaim {
  const first = precedence.find((provider) => group.some((member) => member.provider === provider));
  const best = group.filter(({ provider }) => provider === first);
  return {
    owner: best.length === 1 ? best[0]?.id : undefined,
    claimants: group.map(({ id }) => id).toSorted(),
  };
}
