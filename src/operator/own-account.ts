import type { OwnerReference } from '../api/index.ts';
import type { Logger } from '../controller/index.ts';
import { type KubeClient, type SelfReview, selfReview } from '../kube/index.ts';

/**
 * The service account that this process runs as, as the owner of what it makes in `namespace` for itself: whoever removes
 * the one is rid of the other. Undefined for anybody else, for an account of another namespace, and where the hub does not
 * say. Rejects with nothing but the reason of the signal.
 */
export async function ownAccount(
  client: KubeClient,
  namespace: string,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<OwnerReference | undefined> {
  try {
    return accountOf(await selfReview(client, signal), namespace);
  } catch (error) {
    signal.throwIfAborted();
    // Before Kubernetes 1.28, for example.
    log.debug({ err: error }, 'the hub does not say who this is: Leases stay when the operator is removed');
    return undefined;
  }
}

function accountOf(
  { username, uid }: Pick<SelfReview, 'username' | 'uid'>,
  namespace: string,
): OwnerReference | undefined {
  const [, home, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  if (home !== namespace || name === undefined || uid === undefined || uid === '') return undefined;
  return { apiVersion: 'v1', kind: 'ServiceAccount', name, uid };
}
