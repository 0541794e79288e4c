import type { ConnectClient } from '../clusters/index.ts';
import { type Metrics, noTracing, type Tracing } from '../controller/index.ts';
import { type Clock, createKubeClient } from '../kube/index.ts';
import { countRequest } from './cluster-metrics.ts';
import { traceRequest } from './tracing/trace-request.ts';
import type { OperatorOptions } from './options.ts';

export interface ConnectSpokeOptions {
  readonly options: Pick<OperatorOptions, 'spokeLimits'>;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Called before each request to a spoke. */
  readonly beforeRequest: () => void;
}

/**
 * Half-open connections to spokes are noticed within ten seconds; one PING in five costs next to nothing. As long as one is
 * waited for no other is sent.
 */
const spokeTransport = { pingIntervalMs: 5_000, pongTimeoutMs: 4_000 };

/** No answer, one that refuses the credential, or one of a gateway that has nobody behind it. */
const troubling: ReadonlySet<string> = new Set(['error', '401', '502', '503', '504']);

/** Makes the clients for all clusters but the hub. */
export function connectSpoke({
  options,
  userAgent,
  clock,
  metrics,
  tracing = noTracing,
  beforeRequest,
}: ConnectSpokeOptions): ConnectClient {
  return ({ cluster, endpoint, credentials, onTrouble, onContact, onAlive }) =>
    createKubeClient({
      cluster,
      endpoint,
      credentials,
      limits: options.spokeLimits,
      transport: { ...spokeTransport, onPong: onAlive },
      userAgent,
      clock,
      beforeRequest,
      onRequest: (request) => {
        countRequest(metrics, 'spokes', request);
        traceRequest(tracing, request);
        if (troubling.has(request.code)) onTrouble();
      },
      onForeignAnswer: onTrouble,
      onContact,
    });
}
