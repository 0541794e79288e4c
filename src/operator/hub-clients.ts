import { type Metrics, noTracing, type Tracing } from '../controller/index.ts';
import { type Clock, createKubeClient, type KubeClient } from '../kube/index.ts';
import { countRequest } from './cluster-metrics.ts';
import { traceRequest } from './tracing/trace-request.ts';
import type { HubAccess } from './hub.ts';
import type { OperatorOptions } from './options.ts';

export interface HubClientsOptions {
  readonly access: Pick<HubAccess, 'endpoint' | 'credentials' | 'impersonate'>;
  readonly limits: OperatorOptions['hubLimits'];
  readonly fieldManager: string;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Called before each request. */
  readonly beforeRequest: () => void;
}

export interface HubClients {
  readonly client: KubeClient;
  /**
   * For Leases only, with a limiter and connections of its own: a pause that the hub asks of everything else must not
   * keep a leader from renewing.
   */
  readonly leases: KubeClient;
  close(): Promise<void>;
}

/** Twenty Leases at the most, each looked at every two seconds, with room for hand-overs. */
const leaseLimits = { requestsPerSecond: 50, burst: 100, inFlight: 32 };

/** Nothing is dialled before the first call. */
export function createHubClients({
  access,
  limits,
  metrics,
  tracing = noTracing,
  ...shared
}: HubClientsOptions): HubClients {
  const create = (ownLimits: OperatorOptions['hubLimits']): KubeClient =>
    createKubeClient({
      ...shared,
      cluster: 'hub',
      endpoint: access.endpoint,
      credentials: access.credentials,
      impersonate: access.impersonate,
      limits: ownLimits,
      onRequest: (request) => {
        countRequest(metrics, 'hub', request);
        traceRequest(tracing, request);
      },
    });
  const client = create(limits);
  const leases = create(leaseLimits);
  return {
    client,
    leases,
    close: async () => {
      await Promise.all([client.close(), leases.close()]);
    },
  };
}
