import { objectKey, type KubeObject } from '../../src/api/index.ts';
import {
  KubeError,
  type KubeClient,
  NotFoundError,
  type Resource,
  resourceName,
} from '../../src/kube/index.ts';
import { installationLabel } from './cast.ts';

/** Of every object of the installation on a cluster, who it is and when the operator wrote it: equal while nothing is written. */
export async function writesOnSpoke(client: KubeClient): Promise<ReadonlyMap<string, string>> {
  client.invalidateDiscovery();
  const served = await client.resources();
  const lists = await Promise.all(served.map((resource) => writesOf(client, resource)));
  return new Map(lists.flat());
}

async function writesOf(client: KubeClient, resource: Resource): Promise<[object: string, write: string][]> {
  try {
    const { items } = await client.list(resource, { labelSelector: installationLabel, metadataOnly: true });
    return items
      .filter((item) => writeOf(item) !== undefined)
      .map((item) => [
        `${resourceName(resource)} ${objectKey(item.metadata)}`,
        `${item.metadata.uid} ${writeOf(item)}`,
      ]);
  } catch (error) {
    const unlistable = error instanceof KubeError && error.status.httpStatus === 405;
    if (unlistable || error instanceof NotFoundError) return [];
    throw error;
  }
}

/** Undefined for what others made, such as the Pods of a Deployment. */
function writeOf({ metadata }: KubeObject): string | undefined {
  return metadata.managedFields?.find(({ manager }) => manager === 'wheelwright')?.time;
}
