import { type Clock, type KubeClient, resources } from '../../kube/index.ts';
import { type Answer, answered } from '../hub/answer.ts';
import { fleetProfile, type FleetProfile, profileResource } from '../hub/fleet-profile.ts';
import type { Hub } from '../hub/open-hub.ts';
import { type FleetMember, membersOf } from '../hub/fleet-members.ts';
import { readScaledObject, type ScaledObject } from '../hub/scaled-object.ts';
import { Feed } from './feed.ts';
import {
  type FleetFacts,
  type FleetReading,
  installationResource,
  readFleetFacts,
  readOperatorFacts,
} from './fleet-facts.ts';
import { type Installation, type InstallationType, readInstallation } from './installation.ts';

export interface WatchedFleet {
  readonly facts: FleetFacts;
  /** Why the facts may be old; undefined while the hub tells every change. */
  readonly stale: string | undefined;
}

export interface WatchOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Of objects, by their labels. */
  readonly selector?: string | undefined;
  /** Called with every change, and each second all the same, because ages grow. */
  readonly show: (fleet: WatchedFleet) => Promise<void>;
}

/** Quick enough for people, slow enough for a burst of changes to be one. */
const lookMs = 250;
const showMs = 1_000;
/** Leases change every few seconds and mean little: they are read now and then. */
const operatorMs = 10_000;

/** Shows the fleet, and goes on with every change until the signal aborts, whose reason it throws. Throws KubeError. */
export async function watchFleet(hub: Hub, { clock, signal, selector, show }: WatchOptions): Promise<never> {
  const first = await readFleetFacts(hub, { clock, signal, selector });
  const { leases, operatorVersion } = first;
  let operator: Pick<FleetFacts, 'leases' | 'operatorVersion'> = { leases, operatorVersion };
  const ended = new AbortController();
  const scope = AbortSignal.any([signal, ended.signal]);
  try {
    const feeds = await openFeeds(hub.client, first, { clock, signal: scope, selector });
    await show({ facts: first, stale: undefined });
    let shownAt = clock.monotonic();
    let operatorAt = shownAt;
    for (;;) {
      await clock.sleep(lookMs, signal);
      const now = clock.monotonic();
      if (now - operatorAt >= operatorMs) {
        operator = await readOperatorFacts(hub.client, { clock, signal });
        operatorAt = now;
      }
      const changed = Object.values(feeds).filter((feed) => feed?.takeChange() === true).length > 0;
      if (!changed && now - shownAt < showMs) continue;
      await show({ facts: { ...withFeeds(first, feeds), ...operator }, stale: staleness(feeds) });
      shownAt = now;
    }
  } finally {
    ended.abort();
  }
}

interface Feeds {
  readonly profiles: Feed<FleetProfile> | undefined;
  readonly servings: Feed<Installation> | undefined;
  readonly eventings: Feed<Installation> | undefined;
  readonly members: Feed<readonly FleetMember[]> | undefined;
  readonly scaledObjects: Feed<ScaledObject> | undefined;
}

/** What could be listed is watched; the rest stays as it is. */
async function openFeeds(
  client: KubeClient,
  facts: FleetFacts,
  { clock, signal, selector: labelSelector }: FleetReading,
): Promise<Feeds> {
  const installations = async (
    answer: Answer<unknown>,
    type: InstallationType,
  ): Promise<Feed<Installation> | undefined> => {
    if (answer.state !== 'answered') return undefined;
    const resource = await client.resourceFor(installationResource(type), { signal });
    return new Feed({ client, resource, labelSelector, clock, signal }, (object) =>
      readInstallation(type, object),
    );
  };
  const profiles =
    facts.profiles.state === 'answered'
      ? new Feed({ client, resource: await profileResource(client, signal), clock, signal }, fleetProfile)
      : undefined;
  const members =
    facts.members.state === 'answered'
      ? new Feed(
          {
            client,
            resource: await client.resourceFor(resources.kedifyConfigurations, { signal }),
            clock,
            signal,
          },
          (object) => membersOf(object) ?? [],
        )
      : undefined;
  const scaledObjects =
    facts.scaledObjects.state === 'answered'
      ? new Feed(
          {
            client,
            resource: await client.resourceFor(resources.distributedScaledObjects, { signal }),
            labelSelector,
            clock,
            signal,
          },
          readScaledObject,
        )
      : undefined;
  return {
    profiles,
    members,
    scaledObjects,
    servings: await installations(facts.servings, 'serving'),
    eventings: await installations(facts.eventings, 'eventing'),
  };
}

function withFeeds(
  facts: FleetFacts,
  { profiles, servings, eventings, members, scaledObjects }: Feeds,
): FleetFacts {
  const current = <T>(feed: Feed<T> | undefined, before: Answer<readonly T[]>): Answer<readonly T[]> => {
    const items = feed?.items;
    return items === undefined ? before : answered(items);
  };
  return {
    ...facts,
    profiles: current(profiles, facts.profiles),
    servings: current(servings, facts.servings),
    eventings: current(eventings, facts.eventings),
    members: members?.items === undefined ? facts.members : answered(members.items.flat()),
    scaledObjects: current(scaledObjects, facts.scaledObjects),
  };
}

function staleness(feeds: Feeds): string | undefined {
  return Object.values(feeds)
    .map((feed) => feed?.failure)
    .find((failure) => failure !== undefined);
}
