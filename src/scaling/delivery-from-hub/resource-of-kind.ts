import { groupVersionKind } from '../../api/index.ts';
import { type KubeClient, type Resource, resources } from '../../kube/index.ts';

const known: readonly Resource[] = [
  resources.deployments,
  resources.statefulSets,
  resources.configMaps,
  resources.secrets,
  resources.serviceAccounts,
];

/** What every cluster has needs no discovery. Throws NoMatchError where the kind is not served, and other KubeErrors. */
export async function resourceOfKind(
  client: KubeClient,
  object: { readonly apiVersion: string; readonly kind: string },
  signal: AbortSignal,
): Promise<Resource> {
  const { group, version, kind } = groupVersionKind(object);
  const found = known.find((each) => each.group === group && each.version === version && each.kind === kind);
  return found ?? client.resourceFor({ group, version, kind }, { signal });
}
