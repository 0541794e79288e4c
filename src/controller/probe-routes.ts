import type { HealthRegistry } from './health.ts';
import type { Route } from './http-server.ts';
import { maskSecrets } from './mask-secrets.ts';
import type { Metrics } from './metrics.ts';

const plain = 'text/plain; charset=utf-8';

/** The paths that kubelets and people ask: Kubernetes' names and Knative's. */
export function healthRoutes(checks: {
  readonly liveness: HealthRegistry;
  readonly readiness: HealthRegistry;
}): Map<string, Route> {
  const live = healthRoute(checks.liveness);
  const ready = healthRoute(checks.readiness, 'nothing is there yet that could be ready');
  return new Map([
    ['/healthz', live],
    ['/livez', live],
    ['/health', live],
    ['/readyz', ready],
    ['/readiness', ready],
  ]);
}

export function metricsRoutes(metrics: Metrics): Map<string, Route> {
  return new Map([
    ['/metrics', async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() })],
  ]);
}

/**
 * 200 `ok`, or 500 with a line for each check that fails; with `?verbose` a line for every check. Without a single check
 * it fails for the reason `whenEmpty`, where one is given.
 */
function healthRoute(checks: HealthRegistry, whenEmpty?: string): Route {
  return (query) => {
    const asked = checks.run();
    const isEmpty = asked.length === 0 && whenEmpty !== undefined;
    const results = isEmpty ? [{ name: 'checks', problem: whenEmpty }] : asked;
    const failing = results.filter(({ problem }) => problem !== undefined);
    const shown = query.has('verbose') ? results : failing;
    const lines = shown.map(({ name, problem }) =>
      problem === undefined ? `[+]${name} ok` : `[-]${name} failed: ${problem}`,
    );
    const summary = failing.length === 0 ? 'ok' : `${failing.length} of ${results.length} checks failed`;
    const body = maskSecrets(`${[...lines, summary].join('\n')}\n`);
    return { status: failing.length === 0 ? 200 : 500, contentType: plain, body };
  };
}
