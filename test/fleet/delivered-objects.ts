import { groupVersionKind, type KubeObject, type ManagedFieldsEntry } from '../../src/api/index.ts';
import { type KubeClient, KubeError, NotFoundError, type Resource, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { conditionOf } from './objects.ts';

/** Made by controllers of the cluster from what is delivered, with the labels of what they are made from. */
const derived = new Set(['Pod', 'ReplicaSet', 'ControllerRevision', 'Endpoints', 'EndpointSlice', 'Event']);

/**
 * Every object of a cluster with the name label of a component, but for what controllers made; in a fixed order. Throws
 * KubeErrors: what cannot be listed is not nothing.
 */
export async function deliveredObjects(
  client: KubeClient,
  component = 'knative-serving',
  { metadataOnly = false }: { readonly metadataOnly?: boolean } = {},
): Promise<readonly KubeObject[]> {
  const served = (await servedResources(client)).filter(({ kind }) => !derived.has(kind));
  const lists = await Promise.all(
    served.map(async (resource) => {
      const options = { labelSelector: `app.kubernetes.io/name=${component}`, metadataOnly };
      const { items } = await client.list(resource, options).catch(nothingUnlistable);
      const { group, version, kind } = resource;
      return items.map((item) => ({
        ...item,
        apiVersion: group === '' ? version : `${group}/${version}`,
        kind,
      }));
    }),
  );
  // In the version that the server prefers, which comes first.
  const once = new Map(
    lists
      .flat()
      .toReversed()
      .map((object) => [placeOf(object), object]),
  );
  return [...once.values()].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

/** Kinds come and go with what is installed, and a server tells of a new one a moment after objects of it can be written. */
async function servedResources(client: KubeClient): Promise<readonly Resource[]> {
  return waitFor('the server tells of all kinds that are defined', async (saw) => {
    client.invalidateDiscovery();
    const [{ items }, served] = await Promise.all([
      client.list(resources.customResourceDefinitions),
      client.resources(),
    ]);
    const told = new Set(served.map(({ group, plural }) => `${plural}.${group}`));
    const untold = items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .filter((definition) => conditionOf(definition, 'Established')?.status === 'True')
      .map(({ metadata: { name } }) => name)
      .filter((name) => !told.has(name));
    saw(untold);
    return untold.length === 0 ? served : undefined;
  });
}

/** Their places. */
export async function deliveredPlaces(client: KubeClient, component?: string): Promise<readonly string[]> {
  return (await deliveredObjects(client, component, { metadataOnly: true })).map(placeOf);
}

/** What a removal must not leave: everything but definitions, and namespaces that are going; anchors and inventories too. */
export async function leftBehind(
  client: KubeClient,
  component = 'knative-serving',
): Promise<readonly string[]> {
  const [there, anchors] = await Promise.all([
    deliveredObjects(client, component, { metadataOnly: true }),
    listAnchors(client, component),
  ]);
  const left = there
    .filter(({ kind, metadata }) => kind !== 'Namespace' || metadata.deletionTimestamp === undefined)
    .map(placeOf)
    .filter((place) => !isDefinition(place));
  return [...left, ...anchors];
}

/** They have no name label. */
async function listAnchors(client: KubeClient, component: string): Promise<readonly string[]> {
  const labelSelector = 'app.kubernetes.io/managed-by=knative-operator';
  const { items } = await client.list(resources.configMaps, { labelSelector, metadataOnly: true });
  const kind = component.replace('-', '');
  return items
    .filter(({ metadata }) => metadata.name.startsWith(`${kind}-`))
    .map(({ metadata }) => placeOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata }));
}

/** For `catch`: of some kinds there is no list, and others have gone since the server said that it serves them. */
export function nothingUnlistable(error: unknown): { readonly items: readonly KubeObject[] } {
  const isUnlistable =
    error instanceof NotFoundError || (error instanceof KubeError && error.status.httpStatus === 405);
  if (isUnlistable) return { items: [] };
  throw error;
}

/** Whether this is the place of a definition, which no removal takes away. */
export function isDefinition(place: string): boolean {
  return place.startsWith('CustomResourceDefinition.');
}

/** `Deployment.apps knative-serving/activator`: the same whatever version of its API an object is read in. */
export function placeOf({ apiVersion, kind, metadata }: KubeObject): string {
  const { group } = groupVersionKind({ apiVersion, kind });
  return `${kind}.${group} ${metadata.namespace ?? ''}/${metadata.name}`;
}

/** What must be the same for the same delivery to two clusters: without identities, times, and what clusters fill in. */
export function comparable(object: KubeObject): unknown {
  const { status: _status, metadata, ...others } = object;
  // The cluster gathers those rules by itself, from roles of others too, and when it comes to it.
  const { rules: _rules, ...gathered } = others as Readonly<Record<string, unknown>>;
  const rest = 'aggregationRule' in others ? gathered : others;
  const { name, namespace, labels, annotations = {}, ownerReferences = [], managedFields = [] } = metadata;
  const { 'deployment.kubernetes.io/revision': _revision, ...kept } = annotations;
  return JSON.parse(
    JSON.stringify({
      ...rest,
      metadata: {
        name,
        namespace,
        labels,
        annotations: kept,
        ownerReferences: ownerReferences.map(({ uid: _uid, ...reference }) => reference),
        applied: managedFields
          .filter(isApply)
          .map(({ manager = '', fieldsV1 }) => ({ manager, fieldsV1 }))
          .toSorted((a, b) => a.manager.localeCompare(b.manager)),
      },
    }),
    (key, value: unknown) => (fluid.has(key) || key.startsWith('k:{"uid":') ? undefined : value),
  ) as unknown;
}

/** Addresses, ports and identities that a cluster hands out. */
const fluid = new Set([
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'healthCheckNodePort',
  'batch.kubernetes.io/controller-uid',
  'controller-uid',
]);

function isApply({ operation, subresource = '' }: ManagedFieldsEntry): boolean {
  return operation === 'Apply' && subresource === '';
}

/** By place: all that a user could notice of what belongs to a component. */
export async function contentsOf(
  client: KubeClient,
  component: string,
): Promise<Readonly<Record<string, unknown>>> {
  const objects = await deliveredObjects(client, component);
  return Object.fromEntries(
    objects.map(({ status: _status, ...object }) => {
      const { managedFields: _fields, resourceVersion: _version, ...metadata } = object.metadata;
      return [placeOf(object), { ...object, metadata }];
    }),
  );
}

/** Resolves once every Deployment has the replicas that it wants. */
export async function waitForRollouts(client: KubeClient): Promise<void> {
  await waitFor('all workloads run', async () => {
    const { items } = await client.list(resources.deployments);
    return items.every((item) => {
      const { replicas = 1 } = item['spec'] as { readonly replicas?: number };
      const status = (item['status'] ?? {}) as { readonly availableReplicas?: number };
      return (status.availableReplicas ?? 0) >= replicas;
    });
  });
}
