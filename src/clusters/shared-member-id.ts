import type { ClusterProfile } from './access/index.ts';

type Member = Pick<ClusterProfile, 'key' | 'namespace' | 'name' | 'memberId' | 'creationTimestamp'>;

/**
 * What is odd about a profile whose member id another one of its namespace has as well: by the Cluster Inventory API one
 * cluster has one profile there. The oldest counts; profiles of the same age count as before, which nobody here can know.
 * A reference by name still leads to the profile it names.
 */
export function sharedMemberId(profile: Member, all: Iterable<Member>): string | undefined {
  const { key, namespace, memberId } = profile;
  if (memberId === undefined) return undefined;
  const rivals = [...all].filter(
    (other) => other.key !== key && other.namespace === namespace && other.memberId === memberId,
  );
  if (rivals.length === 0) return undefined;
  const names = rivals.map(({ name }) => name).toSorted();
  const [oldest, next] = [profile, ...rivals].toSorted((a, b) => ageOf(a) - ageOf(b));
  const verdict =
    oldest === undefined || (next !== undefined && ageOf(oldest) === ageOf(next))
      ? 'they are of the same age'
      : `the oldest is ${oldest.name}`;
  return `it has the member id "${memberId}" in common with ${names.slice(0, 3).join(', ')}; ${verdict}. One cluster must have one ClusterProfile: delete the others`;
}

/** The time of its creation; one without a time is the youngest. */
function ageOf({ creationTimestamp }: Member): number {
  const time = Date.parse(creationTimestamp ?? '');
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time;
}
