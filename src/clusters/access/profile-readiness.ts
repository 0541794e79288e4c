import type { ClusterProfile, ProfileCondition } from './cluster-profile.ts';

export type ProfileReadiness = { readonly ready: true } | { readonly ready: false; readonly message: string };

const longestQuote = 200;

/**
 * Whether the cluster manager says that the cluster can be used: ControlPlaneHealthy must be True, as for the reference
 * operator, and Joined must not be False, because a cluster that leaves may still look healthy. The message is the part
 * after `ClusterProfile namespace/name is not ready: `.
 */
export function profileReadiness(profile: ClusterProfile): ProfileReadiness {
  const joined = profile.conditions.get('Joined');
  if (joined?.status === 'False') return { ready: false, message: describe(joined, profile) };
  const healthy = profile.conditions.get('ControlPlaneHealthy');
  if (healthy?.status === 'True') return { ready: true };
  if (healthy !== undefined) return { ready: false, message: describe(healthy, profile) };
  const writer = profile.manager === undefined ? 'its cluster manager' : `cluster manager ${profile.manager}`;
  return { ready: false, message: `condition ControlPlaneHealthy has not been set by ${writer} yet` };
}

/** `ControlPlaneHealthy is False since 2026-11-21T10:02:11Z (MemberUnhealthy: "etcd leader lost", set by ocm)`. */
function describe(
  { type, status, reason, message, lastTransitionTime }: ProfileCondition,
  { manager }: ClusterProfile,
): string {
  const since = lastTransitionTime === undefined ? '' : ` since ${lastTransitionTime}`;
  const quote = message === undefined ? '' : `"${message.replaceAll(/\s+/g, ' ').slice(0, longestQuote)}"`;
  const cause = [reason, quote].filter((part) => part !== undefined && part !== '').join(': ');
  const details = [cause, manager === undefined ? '' : `set by ${manager}`].filter((part) => part !== '');
  return `${type} is ${status}${since}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
