import { isRecord, type KubeObject } from '../../api/index.ts';
import { memberLabel } from '../../clusters/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../kube/index.ts';
import type { RegistrationProvider } from './registration-provider.ts';

/** The Secret of all members that are mounted as files. */
export const bundledSecretName = 'kedify-agent-multicluster-kubeconfigs';

export function bundledKey(name: string): string {
  return `${name}-cluster.kubeconfig`;
}

/** What the hub has under the name of a member. */
export interface HubRegistration {
  /** The member's own Secret; `foreign` for one of its name without the label, which is somebody else's. */
  readonly own: 'absent' | 'foreign' | { readonly uid: string; readonly resourceVersion: string };
  /** Whether the bundled Secret is there at all, and has the member. */
  readonly bundled: 'absent' | 'without' | 'with';
}

/** Throws KubeError. */
export async function readRegistration(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<HubRegistration> {
  const [own, bundled] = await Promise.all([
    getOrNothing(client, { namespace, name }, signal),
    getOrNothing(client, { namespace, name: bundledSecretName }, signal),
  ]);
  const data = bundled?.['data'];
  return {
    own: ownOf(own),
    bundled:
      bundled === undefined
        ? 'absent'
        : isRecord(data) && Object.hasOwn(data, bundledKey(name))
          ? 'with'
          : 'without',
  };
}

/** The providers that have the member. */
export function providersOf({ own, bundled }: HubRegistration): readonly RegistrationProvider[] {
  return [
    ...(typeof own === 'object' ? (['kubeconfig'] as const) : []),
    ...(bundled === 'with' ? (['file'] as const) : []),
  ];
}

/** A Secret of the member's own, as the hub takes it up at once. `kubeconfig` is in base64. */
export function memberSecret(namespace: string, name: string, kubeconfig: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { [memberLabel]: 'true' } },
    type: 'Opaque',
    data: { kubeconfig },
  };
}

/** What the member adds to the bundled Secret. `kubeconfig` is in base64. */
export function bundledSecret(namespace: string, name: string, kubeconfig: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: bundledSecretName, namespace },
    data: { [bundledKey(name)]: kubeconfig },
  };
}

function ownOf(secret: KubeObject | undefined): HubRegistration['own'] {
  if (secret === undefined) return 'absent';
  if (secret.metadata.labels?.[memberLabel] !== 'true') return 'foreign';
  return { uid: secret.metadata.uid ?? '', resourceVersion: secret.metadata.resourceVersion ?? '' };
}

async function getOrNothing(
  client: KubeClient,
  name: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await client.get(resources.secrets, name, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
