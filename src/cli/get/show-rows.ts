import type { Clock } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { usageError } from '../failure/cli-error.ts';
import type { Answer } from '../hub/answer.ts';
import { askHub, type HubServices, hubServices } from '../hub/ask-hub.ts';
import { profileResource } from '../hub/fleet-profile.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import type { Hub } from '../hub/open-hub.ts';
import { type FleetFacts, readFleetFacts } from '../status/fleet-facts.ts';
import { type FleetStatus, fleetStatus } from '../status/fleet-status.ts';
import { objectType, type ObjectType, parseObjectName, selectObject } from '../status/select-object.ts';
import { document } from '../terminal/document.ts';
import type { OutputFlags } from '../terminal/output-options.ts';
import { plainText } from '../terminal/plain-text.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import { type Listing, listingOf } from './listing.ts';

export interface GetFlags extends HubFlags, OutputFlags {
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  readonly selector?: string;
  readonly allNamespaces?: boolean;
}

/** Where what has to be read for a type is among the facts. */
const factOf = {
  cluster: 'profiles',
  member: 'members',
  serving: 'servings',
  eventing: 'eventings',
  dso: 'scaledObjects',
} as const satisfies Readonly<Record<ObjectType, keyof FleetFacts>>;

/** What else is told of in the rows of a type, by the names that it has where it cannot be read. */
const besides: Readonly<Partial<Record<ObjectType, readonly string[]>>> = {
  cluster: ['KnativeServings', 'KnativeEventings'],
  member: ['DistributedScaledObjects'],
};

interface Wanted {
  readonly type: ObjectType;
  /** `NAME` or `NAMESPACE/NAME`; none: all. */
  readonly names: readonly string[];
}

/** Lists objects of one type, by what the hub says; no other cluster is asked. Throws CliError, KubeError. */
export async function showRows(call: Call<GetFlags>, services: HubServices = hubServices): Promise<ExitName> {
  const { flags, terminal } = call;
  const wanted = wantedRows(call);
  const { place, ...listing } = await askHub(call, services, async (hub, asking) => {
    const asked = { ...wanted, place: placeOf(hub, wanted, flags) };
    const listed = await read(hub, asked, flags, asking);
    return { ...listed, place: asked.place };
  });
  await print(call, wanted.type, listing, { place, now: services.clock.now() });
  for (const { what, why } of listing.unseen)
    terminal.err.line(`! ${what} could not be read: ${plainText(why)}`);
  const exit = listing.unseen.length > 0 ? 'partial' : 'done';
  if (listing.rows.length > 0) return exit;
  const where = place === undefined ? 'on this hub' : `in namespace ${place}`;
  const which = flags.selector === undefined ? '' : ' with these labels';
  terminal.err.line(`There is no ${wanted.type} ${where}${which}.`);
  return exit;
}

/** Throws CliError. */
function wantedRows({ operands, flags }: Call<GetFlags>): Wanted {
  const [word = '', more = []] = operands;
  const text = word.toString();
  const [before, ...after] = text.split('/');
  const type = after.length === 0 ? objectType(before ?? '', text) : parseObjectName(text).type;
  const names = [
    ...(after.length === 0 ? [] : [after.join('/')]),
    ...(typeof more === 'string' ? [more] : more),
  ];
  if (flags.selector !== undefined && names.length > 0)
    throw usageError('--selector must not go with the name of an object.', { code: 'WW5003' });
  if (flags.selector !== undefined && type === 'member')
    throw usageError('--selector must not go with members, which have no labels.', {
      fix: 'select what they come from, as in: get clusters --selector',
      code: 'WW5003',
    });
  return { type, names };
}

async function read(
  hub: Hub,
  { type, names, place }: Wanted & { readonly place: string | undefined },
  { selector }: GetFlags,
  asking: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Listing & Pick<FleetStatus, 'unseen'>> {
  const isCluster = type === 'cluster';
  const facts = await readFleetFacts(hub, { ...asking, selector: isCluster ? undefined : selector });
  throwIfFailed(facts[factOf[type]]);
  const labelled =
    isCluster && selector !== undefined ? await profilesWith(hub, selector, asking) : undefined;
  const fleet = fleetStatus(facts, asking.clock.now());
  const unseen = fleet.unseen.filter(({ what }) => besides[type]?.includes(what));
  const all = listingOf(type, fleet);
  if (names.length === 0) {
    const rows = all.only(
      (row) =>
        (place === undefined || row.namespace === place) &&
        (labelled === undefined || labelled.has(`${row.namespace}/${row.name}`)),
    );
    return { ...rows, unseen };
  }
  const chosen = new Set(
    names.map((name) => {
      const object = parseObjectName(`${type}/${name}`);
      return selectObject(all.rows, { ...object, namespace: object.namespace ?? place }, hub.namespace);
    }),
  );
  return { ...all.only((row) => chosen.has(row)), unseen };
}

/** The namespace that is listed; undefined for all. Clusters and members are the fleet's, not those of a namespace. */
function placeOf(
  hub: Hub,
  { type }: Wanted,
  { namespace, allNamespaces = false }: GetFlags,
): string | undefined {
  if (allNamespaces) return undefined;
  if (type === 'cluster' || type === 'member') return namespace;
  return namespace ?? hub.namespace ?? 'default';
}

/** What cannot be read is no empty list. */
function throwIfFailed(answer: Answer<unknown>): void {
  if (answer.state === 'failed') throw answer.error;
}

/** `namespace/name` of the ClusterProfiles with these labels. Throws KubeError. */
async function profilesWith(
  { client }: Hub,
  labelSelector: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const resource = await profileResource(client, signal);
  const { items } = await client.list(resource, { labelSelector, signal });
  return new Set(items.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`));
}

async function print(
  { flags, terminal }: Call<GetFlags>,
  type: ObjectType,
  listing: Listing,
  { place, now }: { readonly place: string | undefined; readonly now: number },
): Promise<void> {
  const { out, err } = terminal;
  if (flags.output === 'json' || flags.output === 'yaml') {
    const items = listing.rows.map(({ status }) => status);
    return out.write(await document(flags.output, 'ObjectStatusList', { type, items }));
  }
  if (flags.output === 'name') {
    for (const { typedName } of listing.rows) out.line(typedName);
    return undefined;
  }
  if (listing.rows.length === 0) return undefined;
  const namespaces = place === undefined && type !== 'member';
  const table = listing.render({ style: out.style, wide: flags.output === 'wide', now, namespaces });
  for (const line of table.lines) out.line(line);
  return sayLeftOut(err, table);
}
