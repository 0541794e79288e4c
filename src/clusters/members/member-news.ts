import { type AliasClaim, outranks } from './alias-table.ts';
import { isCanonical } from './find-member.ts';
import type { Member } from './member.ts';
import { expiresSoon, type StatusClusters } from './status-clusters.ts';

export interface MemberNews {
  readonly reason:
    | 'MultiClusterNameCollision'
    | 'MemberRegistered'
    | 'MemberRemoved'
    | 'MemberUnreachable'
    | 'MemberRecovered'
    | 'MemberCredentialsExpiring';
  readonly note: string;
}

export interface MemberChange {
  /** As the status tells them, from whoever wrote it last: so that a restart is no news, and no news is told twice. */
  readonly before: StatusClusters;
  readonly members: readonly Member[];
  readonly aliases: ReadonlyMap<string, AliasClaim>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is worth an event between the members that the status tells of and those that there are. */
export function memberNews({ before, members, aliases, now }: MemberChange): readonly MemberNews[] {
  const known = new Map(Object.entries(before).map(([key, entry]) => [idOf(key, entry), { key, ...entry }]));
  const ids = new Set(members.map(({ id }) => id));
  const news: MemberNews[] = [];
  for (const [id, { key }] of known)
    if (!ids.has(id)) news.push({ reason: 'MemberRemoved', note: `${key} (${id}) is a member no more.` });
  for (const member of members) {
    const { id, alias, state, info } = member;
    const name = alias === undefined ? id : `${alias} (${id})`;
    const old = known.get(id);
    if (old === undefined) news.push({ reason: 'MemberRegistered', note: `${name} is a member.` });
    if (state === 'NotReady' && old?.state !== 'NotReady')
      news.push({ reason: 'MemberUnreachable', note: `${name} cannot be used: ${info}` });
    if (state === 'Ready' && old?.state === 'NotReady')
      news.push({ reason: 'MemberRecovered', note: `${name} answers again.` });
    const expiry = expiresSoon(member, now);
    if (expiry !== undefined && old?.info?.includes(expiry) !== true)
      news.push({ reason: 'MemberCredentialsExpiring', note: `${name}: ${expiry} Renew it at its source.` });
  }
  return [...news, ...collisions(known, members, aliases)];
}

/** One for each alias that somebody lost who had it, or never got it, since the status was written. */
function collisions(
  known: ReadonlyMap<string, { readonly key: string; readonly state?: string | undefined }>,
  members: readonly Member[],
  aliases: ReadonlyMap<string, AliasClaim>,
): readonly MemberNews[] {
  const byId = new Map(members.map((member) => [member.id, member]));
  return [...aliases].flatMap(([alias, { owner, claimants }]): readonly MemberNews[] => {
    const holder = byId.get(owner ?? '')?.provider;
    const losers = claimants
      .flatMap((id) => byId.get(id) ?? [])
      .filter((member) => member.alias === undefined);
    const isNew = losers.some(({ id, provider, state }) => {
      // Whoever takes the alias over with its first answer is told of once that is decided.
      const mayTakeOver = holder !== undefined && outranks(provider, holder);
      if (mayTakeOver && state === 'Unknown') return false;
      const before = known.get(id);
      // One that was listed by its id was masked before.
      return before?.key !== id || (mayTakeOver && before.state === 'Unknown');
    });
    if (!isNew) return [];
    const verdict = owner === undefined ? 'it leads to none of them' : `it leads to ${owner}`;
    const note = `The alias ${alias} is that of ${claimants.join(' and ')}: ${verdict}. Refer to the others by their ids, or give them other names.`;
    return [{ reason: 'MultiClusterNameCollision', note }];
  });
}

function idOf(key: string, { id, provider }: StatusClusters[string]): string {
  return isCanonical(key) ? key : `${provider ?? ''}#${id ?? ''}`;
}
