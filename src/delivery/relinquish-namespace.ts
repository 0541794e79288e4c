import type { KubeObject, ManagedFieldsEntry } from '../api/index.ts';
import { type KubeClient, NotFoundError, resources } from '../kube/index.ts';
import { managedByLabel } from './anchor.ts';
import { createdForAnnotation } from './namespace-ownership.ts';

export interface RelinquishOptions {
  readonly client: KubeClient;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}

/**
 * Takes back the labels and annotations that are ours alone on a namespace which stays, our marks excepted: whoever
 * leaves last must still see that it was created for a delivery. Throws KubeErrors.
 */
export async function relinquishNamespace(
  name: string,
  { client, fieldManager, signal }: RelinquishOptions,
): Promise<void> {
  try {
    const namespace = await client.get(resources.namespaces, { name }, { metadataOnly: true, signal });
    const metadata = relinquished(namespace, fieldManager);
    if (metadata === undefined || namespace.metadata.deletionTimestamp !== undefined) return;
    const how = { fieldManager, metadataOnly: true, signal };
    await client.patch(resources.namespaces, { name }, 'merge', { metadata }, how);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

/** The metadata of a merge patch; undefined where nothing is ours alone. */
export function relinquished(
  { metadata: { uid, managedFields = [] } }: KubeObject,
  fieldManager: string,
): Readonly<Record<string, unknown>> | undefined {
  const ours = managedFields.filter(({ manager }) => manager === fieldManager);
  const others = managedFields.filter(({ manager }) => manager !== fieldManager);
  const labels = keysOf(ours, 'labels').difference(keysOf(others, 'labels')).difference(staying);
  const annotations = keysOf(ours, 'annotations')
    .difference(keysOf(others, 'annotations'))
    .difference(staying);
  if (labels.size + annotations.size === 0) return undefined;
  return { uid, labels: nulls(labels), annotations: nulls(annotations) };
}

/** Our marks, and what the API server itself sets when we create a namespace. */
const staying: ReadonlySet<string> = new Set([
  managedByLabel,
  createdForAnnotation,
  'kubernetes.io/metadata.name',
]);

function keysOf(
  entries: readonly ManagedFieldsEntry[],
  field: 'labels' | 'annotations',
): ReadonlySet<string> {
  const keys = entries.flatMap(({ fieldsV1 }) => {
    const metadata = (fieldsV1?.['f:metadata'] ?? {}) as Readonly<Record<string, object>>;
    return Object.keys(metadata[`f:${field}`] ?? {});
  });
  return new Set(keys.filter((key) => key.startsWith('f:')).map((key) => key.slice(2)));
}

function nulls(keys: ReadonlySet<string>): Readonly<Record<string, null>> {
  return Object.fromEntries([...keys].map((key) => [key, null]));
}
