import {
  ForbiddenError,
  KubeError,
  ProtocolError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../../kube/index.ts';
import { unreachableFix } from '../failure/unreachable-fix.ts';

/** Cause and fix of a call that got no useful answer. */
export function connectionFinding(error: Error): { readonly cause: string; readonly fix?: string } {
  const cause = error instanceof KubeError ? error.status.message : error.message;
  if (error instanceof UnreachableError) return { cause, fix: unreachableFix(error.kind) };
  if (error instanceof TimeoutError)
    return { cause, fix: 'see whether the server is up, or give it more time with --request-timeout' };
  if (error instanceof UnauthorizedError)
    return { cause, fix: 'renew the credential: the server does not know it' };
  if (error instanceof ForbiddenError) return { cause, fix: 'grant the right that the cause names' };
  if (error instanceof ProtocolError)
    return { cause, fix: 'correct the address: what answers there is no Kubernetes API server' };
  return { cause };
}
