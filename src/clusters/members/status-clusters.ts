import type { KedifyConfigurationStatus } from '../../api/index.ts';
import { toldText } from '../../controller/index.ts';
import { markSentence } from './credential-mark.ts';
import type { Member } from './member.ts';

type Cluster = NonNullable<NonNullable<KedifyConfigurationStatus['multiClusterStatus']>['clusters']>[string];

/** `status.multiClusterStatus.clusters`, as far as it is written here. */
export type StatusClusters = Readonly<Record<string, Pick<Cluster, 'id' | 'provider' | 'state' | 'info'>>>;

/** A credential that nobody renews is worth a word so long before its end. */
const endsSoonMs = 7 * 24 * 60 * 60 * 1000;

/** By alias, or by canonical id where a member has none or it is that of another. `now` is milliseconds since 1970. */
export function statusClusters(members: Iterable<Member>, now: number): StatusClusters {
  return Object.fromEntries(
    [...members].map((member) => {
      const { id, alias, local, provider, state, info, isDrained, credential } = member;
      const expiry = expiresSoon(member, now);
      const sentences = [
        toldText(info),
        ...(isDrained ? ['It is drained.'] : []),
        ...(expiry === undefined ? [] : [expiry]),
        ...(credential === undefined ? [] : [markSentence(credential)]),
      ];
      return [alias ?? id, { id: local, provider, state, info: sentences.filter(Boolean).join(' ') }];
    }),
  );
}

/** A sentence about the end of a credential that is near or past; undefined for those that are renewed by themselves. */
export function expiresSoon(
  { credentialExpiresAt: endsAt }: Pick<Member, 'credentialExpiresAt'>,
  now: number,
): string | undefined {
  if (endsAt === undefined || endsAt > now + endsSoonMs) return undefined;
  const time = new Date(endsAt).toISOString();
  return endsAt <= now ? `Its credential ended at ${time}.` : `Its credential ends at ${time}.`;
}

const written = ['id', 'provider', 'state', 'info'] as const;

/**
 * The merge patch that makes the clusters of a live status these; undefined where they are. Fields of an entry that
 * somebody else writes stay as long as the entry does.
 */
export function clustersPatch(
  live: Readonly<Record<string, unknown>>,
  wanted: StatusClusters,
): Readonly<Record<string, unknown>> | undefined {
  const changes: (readonly [string, unknown])[] = [];
  for (const key of Object.keys(live)) if (!Object.hasOwn(wanted, key)) changes.push([key, null]);
  for (const [key, cluster] of Object.entries(wanted)) {
    const before = (Object.hasOwn(live, key) ? live[key] : {}) as Readonly<Record<string, unknown>>;
    if (written.some((field) => before[field] !== cluster[field])) changes.push([key, cluster]);
  }
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}
