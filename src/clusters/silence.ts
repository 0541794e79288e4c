import { ProtocolError, ServerError, TimeoutError, UnreachableError } from '../kube/index.ts';

/**
 * No API server is heard: nobody answers, or somebody else does. Gateways and tunnels in front of a server that is gone
 * answer with pages and sentences of their own; an API server that is busy or broken still says so in a Status.
 */
export function isSilence(error: unknown): boolean {
  if (error instanceof ServerError) return error.status.reason === undefined;
  return error instanceof UnreachableError || error instanceof TimeoutError || error instanceof ProtocolError;
}
