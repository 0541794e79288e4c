import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { fleetNamespace } from './objects.ts';

/** One member in the status of the KedifyConfiguration. */
export interface MemberEntry {
  readonly id?: string;
  readonly provider?: string;
  readonly state?: string;
  readonly info?: string;
}

export type MemberEntries = Readonly<Record<string, MemberEntry>>;

/** Where the hub tells of its members. */
export const configuration = { namespace: fleetNamespace, name: 'kedify' };

/** The members as the status tells of them, by alias. */
export async function memberStatuses(hub: KubeClient): Promise<MemberEntries> {
  return clustersOf(await hub.get(resources.kedifyConfigurations, configuration));
}

export function clustersOf(object: KubeObject): MemberEntries {
  const { multiClusterStatus } = (object['status'] ?? {}) as {
    readonly multiClusterStatus?: { readonly clusters?: MemberEntries };
  };
  return multiClusterStatus?.clusters ?? {};
}

/** Resolves with the member once it is there and fits. */
export async function waitForMember(
  hub: KubeClient,
  member: string,
  fits: Partial<MemberEntry> | ((entry: MemberEntry) => boolean) = { state: 'Ready' },
  timeoutMs = 90_000,
): Promise<MemberEntry> {
  const does =
    typeof fits === 'function'
      ? fits
      : (entry: MemberEntry) =>
          Object.entries(fits).every(([field, value]) => entry[field as keyof MemberEntry] === value);
  return waitFor(
    `member ${member} is as wanted`,
    async (saw) => {
      const entries = await memberStatuses(hub);
      saw(entries);
      const entry = entries[member];
      return entry !== undefined && does(entry) ? entry : undefined;
    },
    { timeoutMs },
  );
}

/** Resolves once nobody is called so. */
export async function waitForNoMember(hub: KubeClient, member: string): Promise<void> {
  await waitFor(`there is no member ${member}`, async (saw) => {
    const entries = await memberStatuses(hub);
    saw(entries);
    return !Object.hasOwn(entries, member);
  });
}

/** Notes of the events with this reason that the members' object has. */
export async function memberEvents(hub: KubeClient, reason: string): Promise<readonly string[]> {
  const { items } = await hub.list(resources.events, { namespace: fleetNamespace });
  return items
    .filter((event) => event['reason'] === reason)
    .filter((event) => (event['regarding'] as { readonly kind?: string }).kind === 'KedifyConfiguration')
    .map((event) => String(event['note']));
}

/** Resolves with the notes once there is one that holds the words. */
export async function waitForMemberEvent(
  hub: KubeClient,
  reason: string,
  words: string,
): Promise<readonly string[]> {
  return waitFor(`an event ${reason} tells of ${words}`, async (saw) => {
    const notes = await memberEvents(hub, reason);
    saw(notes);
    return notes.some((note) => note.includes(words)) ? notes : undefined;
  });
}
