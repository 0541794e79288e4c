import { drainAnnotation, drainPrefix } from '../../clusters/index.ts';
import { type KubeClient, NoMatchError, resources } from '../../kube/index.ts';
import type { RegistrationProvider } from './registration-provider.ts';

/** Whether somebody has asked to move everything away from what is registered under the name. Throws KubeError. */
export async function isStillDrained(
  client: KubeClient,
  {
    namespace,
    name,
    provider,
  }: { readonly namespace: string; readonly name: string; readonly provider: RegistrationProvider },
  signal: AbortSignal,
): Promise<boolean> {
  if (provider === 'kubeconfig') {
    const { metadata } = await client.get(resources.secrets, { namespace, name }, { signal });
    return metadata.annotations?.[drainAnnotation] === 'true';
  }
  try {
    const resource = await client.resourceFor(resources.kedifyConfigurations, { signal });
    const { items } = await client.list(resource, { namespace, signal });
    return items.some(({ metadata }) => metadata.annotations?.[`${drainPrefix}${name}`] === 'true');
  } catch (error) {
    if (error instanceof NoMatchError) return false;
    throw error;
  }
}
