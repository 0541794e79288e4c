import type { ConnectionState, EngagedCluster } from '../clusters/index.ts';
import type { Metrics } from '../controller/index.ts';
import type { Deliverer } from '../delivery/index.ts';
import type { RequestObservation } from '../kube/index.ts';

const stateNames: Readonly<Record<ConnectionState['phase'], string>> = {
  idle: 'Connecting',
  connecting: 'Connecting',
  connected: 'Ready',
  lost: 'Unreachable',
  closed: 'Removing',
};

/** Whoever asks for the cluster is refused at once, also while the next attempt to connect is under way. */
function isOpen(state: ConnectionState): boolean {
  return state.phase === 'lost' || (state.phase === 'connecting' && state.previous !== undefined);
}

/** Counts one request, to the hub or to a spoke. */
export function countRequest(
  metrics: Metrics,
  host: 'hub' | 'spokes',
  { cluster, verb, method, code, durationMs }: RequestObservation,
): void {
  metrics.increment('rest_client_requests_total', { code, method, host });
  if (verb !== 'watch')
    metrics.observe('rest_client_request_duration_seconds', { verb, host }, durationMs / 1000);
  if (host === 'spokes')
    metrics.increment('wheelwright_cluster_requests_total', {
      target_cluster: cluster,
      outcome: outcomeOf(code),
    });
}

function outcomeOf(code: string): string {
  if (code.startsWith('2')) return 'ok';
  if (code === '429') return 'throttled';
  if (code === '401' || code === '403') return 'denied';
  if (code.startsWith('4')) return 'refused';
  return 'error';
}

/** Shows, at each scrape, how every engaged cluster is; series of clusters that are engaged no more end. */
export function observeClusters(
  metrics: Metrics,
  engagedNow: () => Iterable<EngagedCluster>,
  deliverer: Deliverer,
): () => void {
  return metrics.beforeScrape(() => {
    const now = new Set<string>();
    for (const engaged of engagedNow()) {
      now.add(engaged.key);
      showCluster(metrics, engaged);
    }
    for (const { cluster, watches, objects, notReady } of deliverer.overview()) {
      now.add(cluster);
      metrics.set('wheelwright_cluster_watches', { target_cluster: cluster }, watches);
      metrics.set('wheelwright_inventory_objects', { target_cluster: cluster }, objects);
      metrics.set('wheelwright_inventory_not_ready', { target_cluster: cluster }, notReady);
    }
    // Not only those of the scrape before: a cluster may come and go between two of them.
    metrics.forgetClustersExcept(now);
  });
}

function showCluster(
  metrics: Metrics,
  { key, source, provider, state, lastContactMs }: EngagedCluster,
): void {
  const cluster = { target_cluster: key };
  const stateName = isOpen(state) ? stateNames.lost : stateNames[state.phase];
  metrics.set('wheelwright_cluster_state', { ...cluster, state: stateName }, 1);
  metrics.set('wheelwright_cluster_circuit_open', cluster, isOpen(state) ? 1 : 0);
  if (lastContactMs !== undefined)
    metrics.set('wheelwright_cluster_last_contact_timestamp_seconds', cluster, lastContactMs / 1000);
  if (state.phase !== 'connected') return;
  const info = {
    ...cluster,
    source,
    provider,
    server_version: state.cluster.serverVersion,
  };
  metrics.set('wheelwright_cluster_info', info, 1);
}
