import type { KubeObject } from '../../api/index.ts';
import {
  type KubeClient,
  type ListOptions,
  NoMatchError,
  type Resource,
  resources,
} from '../../kube/index.ts';
import { type Answer, answered, ask, type Asking } from '../hub/answer.ts';
import { fleetProfile, type FleetProfile, profileResource } from '../hub/fleet-profile.ts';
import type { Hub } from '../hub/open-hub.ts';
import { type OperatorLease, readOperatorLeases, readOperatorVersion } from '../hub/operator-trace.ts';
import { type FleetMember, membersOf } from '../hub/fleet-members.ts';
import { readScaledObject, type ScaledObject } from '../hub/scaled-object.ts';
import { type Installation, type InstallationType, readInstallation } from './installation.ts';

/** What the hub says about the fleet; no other cluster is asked. */
export interface FleetFacts {
  readonly context: string;
  readonly server: string;
  readonly kubernetes: Answer<string>;
  readonly leases: Answer<readonly OperatorLease[]>;
  readonly operatorVersion: Answer<string | undefined>;
  /** A NoMatchError where the hub does not serve them. */
  readonly profiles: Answer<readonly FleetProfile[]>;
  readonly servings: Answer<readonly Installation[]>;
  readonly eventings: Answer<readonly Installation[]>;
  readonly members: Answer<readonly FleetMember[]>;
  readonly scaledObjects: Answer<readonly ScaledObject[]>;
}

export interface FleetReading extends Asking {
  /** Of objects: KnativeServings, KnativeEventings and DistributedScaledObjects. */
  readonly selector?: string | undefined;
}

/** Asks the hub for everything at once. Throws KubeError where the hub does not answer at all, and the signal's reason. */
export async function readFleetFacts(hub: Hub, asking: FleetReading): Promise<FleetFacts> {
  const { client } = hub;
  const { selector } = asking;
  const kubernetes = client.serverVersion({ signal: asking.signal });
  const [operator, profiles, servings, eventings, members, scaledObjects] = await Promise.all([
    readOperatorFacts(client, asking),
    ask(asking, async (signal) =>
      (await listAll(client, await profileResource(client, signal), { signal })).map(fleetProfile),
    ),
    ask(asking, (signal) => listInstallations('serving', client, { labelSelector: selector, signal })),
    ask(asking, (signal) => listInstallations('eventing', client, { labelSelector: selector, signal })),
    ask(asking, async (signal) =>
      (await listKind(client, resources.kedifyConfigurations, { signal })).flatMap(
        (object) => membersOf(object) ?? [],
      ),
    ),
    ask(asking, async (signal) =>
      (await listKind(client, resources.distributedScaledObjects, { labelSelector: selector, signal })).map(
        readScaledObject,
      ),
    ),
    kubernetes,
  ]);
  const { gitVersion } = await kubernetes;
  return {
    context: hub.context,
    server: hub.server,
    kubernetes: answered(gitVersion),
    ...operator,
    profiles,
    servings,
    eventings,
    members,
    scaledObjects,
  };
}

/** What changes all the time and means little: read anew now and then. */
export async function readOperatorFacts(
  client: KubeClient,
  asking: Asking,
): Promise<Pick<FleetFacts, 'leases' | 'operatorVersion'>> {
  const [leases, operatorVersion] = await Promise.all([
    ask(asking, (signal) => readOperatorLeases(client, signal)),
    ask(asking, (signal) => readOperatorVersion(client, signal)),
  ]);
  return { leases, operatorVersion };
}

export function installationResource(type: InstallationType): Resource {
  return type === 'serving' ? resources.knativeServings : resources.knativeEventings;
}

async function listInstallations(
  type: InstallationType,
  client: KubeClient,
  options: ListOptions,
): Promise<readonly Installation[]> {
  return (await listKind(client, installationResource(type), options)).map((object) =>
    readInstallation(type, object),
  );
}

async function listKind(
  client: KubeClient,
  kind: Resource,
  options: ListOptions,
): Promise<readonly KubeObject[]> {
  return listAll(client, await client.resourceFor(kind, options), options);
}

async function listAll(
  client: KubeClient,
  resource: Resource,
  options: ListOptions,
): Promise<readonly KubeObject[]> {
  return (await client.list(resource, options)).items;
}

/** The hub does not serve the kind, which is no failure of asking. */
export function isNotServed(answer: Answer<unknown>): boolean {
  return answer.state === 'failed' && answer.error instanceof NoMatchError;
}
