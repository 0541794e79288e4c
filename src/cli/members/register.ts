import type { KubeClient } from '../../kube/index.ts';
import { apply, type Applied, fieldManager, find } from './apply-member-objects.ts';
import { bundledKey, bundledSecret, memberSecret } from './hub-registration.ts';
import type { RegistrationProvider } from './registration-provider.ts';
import { resources } from '../../kube/index.ts';

export interface Registration {
  readonly provider: RegistrationProvider;
  readonly namespace: string;
  readonly name: string;
  readonly kubeconfig: string;
}

/** Writes how the hub reaches a member. Throws KubeError. */
export async function register(
  client: KubeClient,
  { provider, namespace, name, kubeconfig }: Registration,
  signal: AbortSignal,
): Promise<Applied> {
  const data = Buffer.from(kubeconfig).toString('base64');
  if (provider === 'kubeconfig') {
    const secret = memberSecret(namespace, name, data);
    return apply(client, secret, await find(client, secret, signal), signal);
  }
  // A merge of one key: other members in there are none of our business.
  const { metadata } = bundledSecret(namespace, name, data);
  const before = await client.get(resources.secrets, metadata, { signal });
  const body = { data: { [bundledKey(name)]: data } };
  const after = await client.patch(resources.secrets, metadata, 'merge', body, { fieldManager, signal });
  return after.metadata.resourceVersion === before.metadata.resourceVersion ? 'unchanged' : 'changed';
}
