import {
  ForbiddenError,
  InvalidError,
  NoMatchError,
  NotFoundError,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
  type UnreachableCause,
  UnreachableError,
} from '../../kube/index.ts';
import type { WorkloadReference } from './workload.ts';

/** A call to a member: its verb, and the resource as RBAC writes it, such as `deployments/scale`. */
export interface MemberCall {
  readonly verb: string;
  readonly resource: string;
}

/** Why a call to a member failed, as its row in the status tells it: stands still while the cause does. */
export function describeFailure(error: unknown, workload: WorkloadReference, call: MemberCall): string {
  const { apiVersion, kind, namespace, name } = workload;
  if (error instanceof UnreachableError) return ofConnection[error.kind];
  if (error instanceof TimeoutError) return 'unreachable: it does not answer in time';
  if (error instanceof UnauthorizedError) return 'credentials rejected: the token may be revoked or expired';
  if (error instanceof ForbiddenError)
    return `forbidden: the credential may not ${call.verb} ${call.resource} in namespace '${namespace}'`;
  if (error instanceof NotFoundError) return `${kind} '${name}' not found in namespace '${namespace}'`;
  if (error instanceof NoMatchError) return `kind not served: ${kind} of ${apiVersion}`;
  if (error instanceof InvalidError) return `write rejected: ${error.status.message}`;
  if (error instanceof ThrottledError) return 'the API server asks for patience';
  return error instanceof Error ? error.message : 'unknown error';
}

const ofConnection: Readonly<Record<UnreachableCause, string>> = {
  Dns: 'unreachable: its name cannot be resolved',
  Refused: 'unreachable: the connection is refused',
  Timeout: 'unreachable: no connection within the time allowed',
  Reset: 'unreachable: the connection broke',
  TlsUntrusted: 'certificate problem: not signed by the authority of the kubeconfig',
  TlsHostname: 'certificate problem: made for another name',
  TlsFailed: 'certificate problem: no secure connection comes about',
  ProxyError: 'unreachable: the proxy does not lead there',
  Network: 'unreachable: the network does not lead there',
};
