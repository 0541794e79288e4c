import type { KubeObject } from '../../api/index.ts';
import { AccessError, type ClusterProfile, readClusterProfile } from '../../clusters/index.ts';
import { type KubeClient, NoMatchError, type Resource, resources } from '../../kube/index.ts';

/** A ClusterProfile of the hub; `problem` says why it makes no sense. */
export type FleetProfile = {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
} & ({ readonly profile: ClusterProfile } | { readonly problem: string });

export function fleetProfile(object: KubeObject): FleetProfile {
  const { namespace = '', name } = object.metadata;
  const names = { key: `${namespace}/${name}`, namespace, name };
  try {
    return { ...names, profile: readClusterProfile(object) };
  } catch (error) {
    if (error instanceof AccessError) return { ...names, problem: error.message };
    throw error;
  }
}

/**
 * The resource that ClusterProfiles are read from, by the rule of the operator: v1alpha1 where it is served, else
 * v1alpha2. Throws NoMatchError where the hub serves neither.
 */
export async function profileResource(client: KubeClient, signal: AbortSignal): Promise<Resource> {
  try {
    return await client.resourceFor(resources.clusterProfiles, { signal });
  } catch (error) {
    if (!(error instanceof NoMatchError)) throw error;
    return client.resourceFor(resources.clusterProfilesV1alpha2, { signal });
  }
}
