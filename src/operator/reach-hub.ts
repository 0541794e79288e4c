import { type Cluster, clusterIdentity } from '../clusters/index.ts';
import type { Logger } from '../controller/index.ts';
import { backoffMs, type Clock, type Endpoint, type KubeClient, resources } from '../kube/index.ts';

export interface ReachHubOptions {
  readonly client: KubeClient;
  /** Where that goes. */
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Ends the cluster that this resolves with. */
  readonly life: AbortSignal;
}

const backoff = { baseMs: 500, capMs: 15_000 };

/** The hub may come up after its operator: it is waited for, and told of. Rejects with the signal's reason. */
export async function reachHub({
  client,
  endpoint,
  clock,
  log,
  signal,
  life,
}: ReachHubOptions): Promise<{ readonly cluster: Cluster; readonly uid: string }> {
  for (let attempt = 0; ; attempt++) {
    try {
      const [version, { metadata }] = await Promise.all([
        client.serverVersion({ signal }),
        client.get(resources.namespaces, { name: 'kube-system' }, { signal, metadataOnly: true }),
      ]);
      const cluster = {
        id: 'hub',
        name: 'hub',
        generation: 1,
        client,
        serverVersion: version.gitVersion,
        // With the uid: by it alone the hub is recognised where a member leads to it by another address.
        identity: clusterIdentity(metadata.uid, endpoint),
        signal: life,
      };
      return { cluster, uid: metadata.uid ?? '' };
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error }, 'the hub cannot be reached');
      await clock.sleep(backoffMs(attempt, backoff), signal);
    }
  }
}
