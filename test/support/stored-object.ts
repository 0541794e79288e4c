import type { KubeObject, ManagedFieldsEntry } from '../../src/api/index.ts';

export interface Stamp {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly fieldManager: string;
  /** RFC 3339. */
  readonly time: string;
}

/**
 * An object as an API server keeps it after a server-side apply: with what the server adds to its metadata, among it
 * the fields that the manager owns, and with a Deployment rolled out, as controllers would have it a moment later.
 */
export function storedObject(
  applied: KubeObject,
  { uid, resourceVersion, fieldManager, time }: Stamp,
): KubeObject {
  const { apiVersion } = applied;
  const managedFields: readonly ManagedFieldsEntry[] = [
    {
      manager: fieldManager,
      operation: 'Apply',
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsOf(content(applied)),
    },
  ];
  const metadata = {
    ...applied.metadata,
    uid,
    resourceVersion,
    generation: 1,
    creationTimestamp: time,
    managedFields,
  };
  return { ...applied, metadata, ...(applied.kind === 'Deployment' ? { status: rolledOut(applied) } : {}) };
}

/** What the drift watches show of an object: its metadata. */
export function metadataOf({ metadata }: KubeObject): KubeObject {
  return { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
}

function content({ metadata, apiVersion: _apiVersion, kind: _kind, ...rest }: KubeObject): object {
  const { labels, annotations, ownerReferences } = metadata;
  return { metadata: { labels, annotations, ownerReferences }, ...rest };
}

/** fieldsV1: `f:` and the name for each field; lists by their places, which is about as long as the server's keys. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(value))
    return Object.fromEntries(value.map((item, place) => [`k:{"place":${place}}`, fieldsOf(item)]));
  if (typeof value !== 'object' || value === null) return {};
  const fields = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(fields.map(([name, child]) => [`f:${name}`, fieldsOf(child)]));
}

function rolledOut(deployment: KubeObject): object {
  const { replicas = 1 } = (deployment['spec'] ?? {}) as { readonly replicas?: number };
  return {
    observedGeneration: 1,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }],
  };
}
