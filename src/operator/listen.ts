import {
  type BindAddress,
  type HealthRegistry,
  healthRoutes,
  HttpServer,
  type Logger,
  type Metrics,
  metricsRoutes,
  type Route,
} from '../controller/index.ts';
import type { Clock } from '../kube/index.ts';
import { OptionError } from './flag-reader.ts';
import type { OperatorOptions } from './options.ts';

export interface ListenOptions {
  readonly options: Pick<OperatorOptions, 'healthAddress' | 'metricsAddress'>;
  readonly health: { readonly liveness: HealthRegistry; readonly readiness: HealthRegistry };
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Serves probes and metrics where the flags say. Throws OptionError where an address cannot be had; then nothing is served. */
export async function listen({
  options,
  health,
  metrics,
  log,
  clock,
}: ListenOptions): Promise<AsyncDisposable> {
  const wanted: readonly (readonly [string, BindAddress | undefined, ReadonlyMap<string, Route>])[] = [
    ['health-probe-bind-address', options.healthAddress, healthRoutes(health)],
    ['metrics-bind-address', options.metricsAddress, metricsRoutes(metrics)],
  ];
  await using servers = new AsyncDisposableStack();
  for (const [flag, address, routes] of wanted) {
    if (address === undefined) continue;
    const server = await HttpServer.listen({ address, routes, log, clock }).catch((error: unknown) => {
      throw refused(flag, error);
    });
    servers.defer(() => server.close(closeMs));
  }
  return servers.move();
}

const closeMs = 5_000;

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there',
  EADDRNOTAVAIL: 'no interface of this machine has it',
  EACCES: 'this user may not listen there',
  ENOTFOUND: 'its host name is unknown',
};

/** What the system refuses is for whoever set the flag to mend. */
function refused(flag: string, error: unknown): unknown {
  if (!(error instanceof Error) || !(error.cause instanceof Error) || !('code' in error.cause)) return error;
  const why = reasons[String(error.cause.code)] ?? error.cause.message;
  const message = `--${flag} ${error.message.replace(/: .*$/s, '')}: ${why}; name another address, or 0 for none`;
  return new OptionError(message, { cause: error });
}
