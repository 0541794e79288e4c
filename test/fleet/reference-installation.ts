import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type KubeObject, objectKey, type OwnerReference } from '../../src/api/index.ts';
import { groupVersionKind } from '../../src/api/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import type { Ground } from './ground.ts';
import type { Fleet } from './fleet.ts';
import { Installation } from './installation.ts';
import type { ServingOptions } from './objects.ts';

const sources = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** What knative/operator calls itself where it applies manifests, and everywhere else. */
const [applier, program] = ['manifestival', 'operator'];

const kinds = {
  serving: { kind: 'KnativeServing', plural: 'knativeservings', resource: resources.knativeServings },
  eventing: { kind: 'KnativeEventing', plural: 'knativeeventings', resource: resources.knativeEventings },
} as const;

export interface ReferenceInstallation {
  readonly installation: Installation;
  /** What everything of it in its namespace belongs to. */
  readonly owner: OwnerReference;
}

export interface ReferenceOptions extends ServingOptions {
  readonly fleet: Fleet<Ground>;
  readonly component: 'serving' | 'eventing';
  readonly version: string;
  /** For `status.manifests`. */
  readonly paths: readonly string[];
  /** Where it installs; the hub without a profile. */
  readonly client: KubeClient;
  /** What it installs for the object, in the order of its manifests. */
  readonly render: (object: KubeObject) => Promise<readonly KubeObject[]>;
}

/**
 * An installation as knative/operator leaves it behind: its finalizer and status on the object, on a spoke its namespace
 * and its anchor, and every object created with its field manager, its mark and its last-applied annotation.
 */
export async function installAsReference({
  fleet,
  component,
  client,
  version,
  paths,
  render,
  ...options
}: ReferenceOptions): Promise<ReferenceInstallation> {
  const { kind, plural, resource } = kinds[component];
  const installation = await Installation.create(fleet, component, options);
  const { name } = installation;
  const finalizers = [`${plural}.operator.knative.dev`];
  const asProgram = { fieldManager: program };
  await fleet.hub.patch(resource, name, 'merge', { metadata: { finalizers } }, asProgram);
  const object = await installation.get();
  const owner =
    options.profile === undefined
      ? ownerReference('operator.knative.dev/v1beta1', kind, object)
      : ownerReference('v1', 'ConfigMap', await createAnchor(client, kind, object));
  for (const rendered of await render(object)) await createAsReference(client, rendered, owner);
  const types = [
    'DependenciesInstalled',
    'DeploymentsAvailable',
    'InstallSucceeded',
    'Ready',
    'TargetClusterResolved',
    'VersionMigrationEligible',
  ];
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  const status = {
    observedGeneration: object.metadata.generation,
    conditions: types.map((type) => ({ type, status: 'True', lastTransitionTime })),
    version,
    manifests: paths,
  };
  await fleet.hub.patch(resource, name, 'merge', { status }, { ...asProgram, subresource: 'status' });
  return { installation, owner };
}

/** What the reference operator would install for an object: it applies the same, see docs/differences.md. */
export async function renderOffline(
  object: KubeObject,
  manifests: string,
  env: NodeJS.ProcessEnv = {},
): Promise<readonly KubeObject[]> {
  const { apiVersion, kind, metadata, spec } = object;
  const child = spawn(process.execPath, [sources, 'render', '-f', '-', '-o', 'json'], {
    env: { PATH: process.env['PATH'], KO_DATA_PATH: manifests, ...env },
  });
  const { namespace, name } = metadata;
  child.stdin.end(JSON.stringify({ apiVersion, kind, metadata: { namespace, name }, spec }));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { readonly items: readonly KubeObject[] }).items;
}

/** Creates one object as that operator does; one in the owner's namespace belongs to the owner. */
export async function createAsReference(
  client: KubeClient,
  { metadata: { ownerReferences, ...metadata }, ...rest }: KubeObject,
  owner: OwnerReference,
): Promise<void> {
  const references = ownerReferences === undefined ? {} : { ownerReferences: [owner] };
  const desired = { ...rest, metadata: { ...metadata, ...references } } as KubeObject;
  const annotations = {
    ...metadata.annotations,
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(desired),
  };
  const how = { fieldManager: applier };
  if (desired.kind === 'Namespace') {
    // On its way it finds the namespace, so that it sets no mark.
    const { labels } = metadata;
    await client.patch(resources.namespaces, metadata, 'merge', { metadata: { labels, annotations } }, how);
    return;
  }
  const marked = { ...desired.metadata, annotations: { manifestival: 'new', ...annotations } };
  await waitFor(`${desired.kind} ${objectKey(metadata)} can be created`, async (saw) => {
    try {
      client.invalidateDiscovery();
      const resource = await client.resourceFor(groupVersionKind(desired));
      await client.create(resource, { ...desired, metadata: marked }, how);
      return true;
    } catch (error) {
      // Its kind was defined a moment ago.
      if (!(error instanceof NotFoundError)) saw(String(error));
      if (error instanceof NotFoundError || (error as Error).name === 'NoMatchError') return false;
      throw error;
    }
  });
}

async function createAnchor(
  client: KubeClient,
  kind: string,
  { metadata: { namespace = '', name } }: KubeObject,
): Promise<KubeObject> {
  const how = { fieldManager: program };
  const labels = { 'app.kubernetes.io/managed-by': 'knative-operator' };
  const place = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
  await client.create(resources.namespaces, place, how);
  const anchor = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace,
      name: `${kind.toLowerCase()}-${name}-root-owner`,
      labels: { ...labels, 'operator.knative.dev/cr-name': name },
      annotations: {
        'operator.knative.dev/anchor': 'true',
        'operator.knative.dev/protected': 'true',
        'operator.knative.dev/description': 'Anchor for Knative resources managed by knative-operator.',
      },
    },
  };
  return client.create(resources.configMaps, anchor, how);
}

function ownerReference(
  apiVersion: string,
  kind: string,
  { metadata: { name, uid = '' } }: KubeObject,
): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
