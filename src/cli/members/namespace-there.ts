import { type KubeClient, NotFoundError, resources } from '../../kube/index.ts';

/** Throws KubeError where that cannot be known. */
export async function isNamespaceThere(
  client: KubeClient,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.get(resources.namespaces, { name }, { signal });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
