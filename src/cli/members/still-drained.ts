import { drainAnnotation, drainedAliases } from '../../clusters/index.ts';
import { type KubeClient, resources } from '../../kube/index.ts';
import { listIfServed } from '../hub/list-if-served.ts';
import type { Registration } from './registration.ts';

/** Whether somebody has asked to move everything away from what is registered under the name. Throws KubeError. */
export async function isStillDrained(
  client: KubeClient,
  { namespace, name, provider }: Registration,
  signal: AbortSignal,
): Promise<boolean> {
  if (provider === 'kubeconfig') {
    const { metadata } = await client.get(resources.secrets, { namespace, name }, { signal });
    return metadata.annotations?.[drainAnnotation] === 'true';
  }
  const configurations = await listIfServed(client, resources.kedifyConfigurations, { namespace, signal });
  return (configurations ?? []).some(({ metadata }) => drainedAliases(metadata.annotations).has(name));
}
