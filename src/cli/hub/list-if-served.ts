import type { GroupVersionKind, KubeObject } from '../../api/index.ts';
import { type KubeClient, NoMatchError } from '../../kube/index.ts';

/** The objects of a kind, of all namespaces where none is named; undefined where the hub does not serve the kind. Throws KubeError. */
export async function listIfServed(
  client: KubeClient,
  kind: GroupVersionKind,
  { namespace, signal }: { readonly namespace?: string; readonly signal: AbortSignal },
): Promise<readonly KubeObject[] | undefined> {
  try {
    const resource = await client.resourceFor(kind, { signal });
    return (await client.list(resource, { namespace, signal })).items;
  } catch (error) {
    if (error instanceof NoMatchError) return undefined;
    throw error;
  }
}
