import type { AwaitedSource, Member } from './member.ts';
import { statusClusters, type StatusClusters } from './status-clusters.ts';

export interface IncompleteClusters {
  /** As the status tells them. */
  readonly before: StatusClusters;
  /** Those that are known. */
  readonly members: readonly Member[];
  readonly awaited: readonly AwaitedSource[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What the status tells of members while not every source has told: those that are known, and of what the others had the
 * names that they were told by, because nobody took anything away.
 */
export function incompleteClusters({ before, members, awaited, now }: IncompleteClusters): StatusClusters {
  const kept = unknownYet({ before, members, awaited });
  const whys = new Map<string, string | undefined>(awaited.map(({ provider, why }) => [provider, why]));
  const waiting = Object.entries(kept).map(([key, entry]) => {
    const info = whys.get(entry.provider ?? '');
    return [key, info === undefined ? entry : { ...entry, state: 'Unknown', info }] as const;
  });
  const named = members.map((member) =>
    Object.hasOwn(kept, member.alias ?? '') ? { ...member, alias: undefined } : member,
  );
  return { ...Object.fromEntries(waiting), ...statusClusters(named, now) };
}

/** Entries of members that may be there still. */
export function unknownYet({ before, members, awaited }: Omit<IncompleteClusters, 'now'>): StatusClusters {
  const providers = new Set<string | undefined>(awaited.map(({ provider }) => provider));
  const isKnown = (entry: StatusClusters[string]): boolean =>
    members.some(({ provider, local }) => provider === entry.provider && local === entry.id);
  return Object.fromEntries(
    Object.entries(before).filter(([, entry]) => providers.has(entry.provider) && !isKnown(entry)),
  );
}
