import type { Tracing } from '../../controller/index.ts';
import type { RequestObservation } from '../../kube/index.ts';

/** Shows a request to an API server as a part of the work that made it. A watch ends long after that. */
export function traceRequest(
  tracing: Tracing,
  { cluster, verb, method, code, durationMs }: RequestObservation,
): void {
  if (verb === 'watch') return;
  const attributes = { cluster, verb, 'http.request.method': method, 'http.response.status_code': code };
  tracing.part({ name: 'request', durationMs, attributes, failed: code === 'error' || code.startsWith('5') });
}
