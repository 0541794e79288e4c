import type { AliasClaim } from './alias-table.ts';
import type { Member, MemberLookup, MemberProvider } from './member.ts';
import { namesAlike } from './names-alike.ts';

const providers: ReadonlySet<string> = new Set<MemberProvider>([
  'kubeconfig',
  'file',
  'clusterprofile',
  'hub',
]);

/**
 * What a reference leads to. With the name of a provider before its first `#` it is a canonical id and nothing else, so
 * that it never comes to mean another member; otherwise an alias goes before what a provider calls its own. `members` are
 * by canonical id.
 */
export function findMember(
  reference: string,
  members: ReadonlyMap<string, Member>,
  aliases: ReadonlyMap<string, AliasClaim>,
): MemberLookup {
  if (isCanonical(reference)) {
    const member = members.get(reference);
    return member === undefined ? nothing(reference, members, aliases) : { found: 'member', member };
  }
  const claim = aliases.get(reference);
  const owner = claim?.owner === undefined ? undefined : members.get(claim.owner);
  if (owner !== undefined) return { found: 'member', member: owner };
  const locals = [...members.values()].filter(({ local }) => local === reference).map(({ id }) => id);
  const ids = [...new Set([...locals, ...(claim?.claimants ?? [])])].toSorted();
  const [only, ...others] = ids;
  const member = only === undefined ? undefined : members.get(only);
  if (member === undefined) return nothing(reference, members, aliases);
  return others.length === 0 ? { found: 'member', member } : { found: 'several', ids };
}

/** Paths and contexts may have a `#` too: only the name of a provider before the first makes it canonical. */
export function isCanonical(reference: string): boolean {
  const hash = reference.indexOf('#');
  return hash > 0 && providers.has(reference.slice(0, hash));
}

function nothing(
  reference: string,
  members: ReadonlyMap<string, Member>,
  aliases: ReadonlyMap<string, AliasClaim>,
): MemberLookup {
  return { found: 'nothing', alike: namesAlike(reference, [...aliases.keys(), ...members.keys()]) };
}
