import type { KubeObject } from '../../api/index.ts';
import { type Clock, type KubeClient, resources } from '../../kube/index.ts';
import { type Answer, answered, ask, type Asking, notAsked } from '../hub/answer.ts';
import type { FleetFacts } from '../status/fleet-facts.ts';
import type { FleetStatus } from '../status/fleet-status.ts';
import { Feed } from '../status/feed.ts';
import {
  eventsRegarding,
  newestHappenings,
  readHappening,
  readHappenings,
  type Regarded,
} from '../status/happenings.ts';
import type { InstallationStatus } from '../status/installation-status.ts';
import type { Happening } from '../status/object-status.ts';
import { regarding } from '../status/object-view.ts';
import { type Extra, nothingVisited } from './pages/page.ts';
import type { LivePlace } from './pages/page-of.ts';
import type { ObjectView } from './place.ts';

const noExtra: Extra = {
  happenings: notAsked('an object'),
  object: notAsked('an object'),
  ...nothingVisited,
};

/** What the page of a place needs of the hub beside the fleet, as it is now. Throws the signal's reason only. */
export async function readExtra(
  client: KubeClient,
  place: LivePlace,
  fleet: Pick<Known, 'facts' | 'fleet'>,
  asking: Asking,
): Promise<Extra> {
  const regarded = regardedBy(place, fleet);
  if (regarded === undefined) return noExtra;
  const [happenings, object] = await Promise.all([
    ask(asking, (signal) => readHappenings(client, regarded, signal)),
    place.view === 'dso' ? ask(asking, (signal) => readObject(client, place, signal)) : noExtra.object,
  ]);
  return { ...noExtra, happenings, object };
}

/** The DistributedScaledObject of a place. Throws KubeError. */
export async function readObject(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<KubeObject> {
  const resource = await client.resourceFor(resources.distributedScaledObjects, { signal });
  return client.get(resource, { namespace, name }, { signal });
}

interface Known {
  readonly facts: FleetFacts;
  readonly fleet: FleetStatus;
  readonly clock: Clock;
  /** Ends the watches. */
  readonly signal: AbortSignal;
}

/**
 * Keeps what the page of a place needs up to date until the signal aborts: answers what there is now, beginning with what
 * was read before. Throws KubeError, and the signal's reason.
 */
export async function watchExtra(
  client: KubeClient,
  place: LivePlace,
  known: Known,
  before: Extra,
): Promise<() => Extra> {
  const regarded = regardedBy(place, known);
  if (regarded === undefined) return () => before;
  const { clock, signal } = known;
  const { namespace, uid } = regarded;
  const events = new Feed<Happening | undefined>(
    { client, resource: resources.events, namespace, fieldSelector: eventsRegarding(uid), clock, signal },
    readHappening,
  );
  const objects = place.view === 'dso' ? await watchObject(client, place, known) : undefined;
  return () => ({
    ...before,
    happenings: current(events.items, newestHappenings, before.happenings),
    object: current(objects?.items, ([object]) => object, before.object),
  });
}

async function watchObject(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { clock, signal }: Known,
): Promise<Feed<KubeObject>> {
  const resource = await client.resourceFor(resources.distributedScaledObjects, { signal });
  const fieldSelector = `metadata.name=${name}`;
  return new Feed<KubeObject>(
    { client, resource, namespace, fieldSelector, clock, signal },
    (object) => object,
  );
}

/** What a feed has, once it has something; else what was known before. */
function current<Item, T>(
  items: readonly Item[] | undefined,
  read: (items: readonly Item[]) => T | undefined,
  before: Answer<T>,
): Answer<T> {
  if (items === undefined) return before;
  const value = read(items);
  return value === undefined ? notAsked('the object') : answered(value);
}

/** Which object of the hub the Events of a place are about. */
export function regardedBy(
  place: LivePlace,
  { facts, fleet }: Pick<Known, 'facts' | 'fleet'>,
): Regarded | undefined {
  switch (place.view) {
    case 'fleet':
    case 'member':
      return undefined;
    case 'cluster': {
      const cluster = fleet.clusters.find(({ name }) => name === place.name);
      return cluster === undefined ? undefined : regarding({ type: 'cluster', cluster }, facts);
    }
    case 'serving':
    case 'eventing':
      return installationAt(place, fleet);
    case 'dso':
      return fleet.scaledObjects.find(
        ({ namespace, name }) => namespace === place.namespace && name === place.name,
      );
  }
}

export function installationAt(
  { view, namespace, name }: Extract<LivePlace, { readonly view: ObjectView }>,
  { clusters }: FleetStatus,
): InstallationStatus | undefined {
  if (view !== 'serving' && view !== 'eventing') return undefined;
  return clusters
    .flatMap((cluster) => cluster[view])
    .find((one) => one.namespace === namespace && one.name === name);
}
