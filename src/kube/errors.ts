/**
 * One error family for everything a Kubernetes call can end in: a class per reaction, each saying which cluster,
 * verb and object it is about. Callers branch with `instanceof`, never on message texts.
 */

export interface CallContext {
  readonly cluster: string;
  readonly verb: string;
  /** `deployments.apps`; a path for raw calls. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** metav1.StatusCause. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The part of metav1.Status that decisions need. */
export interface StatusDetails {
  readonly httpStatus?: number;
  readonly reason?: string;
  readonly message: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterMs?: number;
}

export abstract class KubeError extends Error {
  readonly context: CallContext;
  readonly status: StatusDetails;
  /** True where the same call may succeed later without anybody changing anything. */
  abstract readonly transient: boolean;

  constructor(context: CallContext, status: StatusDetails, options?: ErrorOptions) {
    super(`${describeCall(context)}: ${status.message}`, options);
    this.name = new.target.name;
    this.context = context;
    this.status = status;
  }

  get cluster(): string {
    return this.context.cluster;
  }
}

/** 404 of the API server, for an object or for a path that it does not serve. */
export class NotFoundError extends KubeError {
  override readonly transient = false;
}
/** 409: the object changed since it was read, or a field belongs to another field manager. */
export class ConflictError extends KubeError {
  override readonly transient = true;
}
/** 409 on create. */
export class AlreadyExistsError extends KubeError {
  override readonly transient = false;
}
/** 410: the resourceVersion or continue token is too old; list again. */
export class GoneError extends KubeError {
  override readonly transient = true;
}
/** 401 after the credential was refreshed once. */
export class UnauthorizedError extends KubeError {
  override readonly transient = true;
}
export class ForbiddenError extends KubeError {
  override readonly transient = true;
}
/** 422 and 400: the server understood the object and refuses it. */
export class InvalidError extends KubeError {
  override readonly transient = false;
}
/** 429 after the retries that Retry-After asked for, or a pause that the server asked for and nobody waits so long. */
export class ThrottledError extends KubeError {
  override readonly transient = true;
}
/** 5xx. */
export class ServerError extends KubeError {
  override readonly transient = true;
}
/** The deadline of the call passed, here or on the server (504). */
export class TimeoutError extends KubeError {
  override readonly transient = true;
}
/** The server does not serve the kind. */
export class NoMatchError extends KubeError {
  override readonly transient = true;
}
/** The answer is not one of a Kubernetes API server: HTML, a redirect, broken JSON. */
export class ProtocolError extends KubeError {
  override readonly transient = true;
}

/** Why no connection came about; stable strings, used in conditions and metrics. */
export type UnreachableCause =
  | 'Dns'
  | 'Refused'
  | 'Timeout'
  | 'Reset'
  | 'TlsUntrusted'
  | 'TlsHostname'
  | 'TlsFailed'
  | 'ProxyError'
  | 'Network';

/** No connection, or it broke before an answer came. */
export class UnreachableError extends KubeError {
  override readonly transient = true;
  readonly kind: UnreachableCause;

  constructor(context: CallContext, kind: UnreachableCause, message: string, options?: ErrorOptions) {
    super(context, { message }, options);
    this.kind = kind;
  }
}

/** The caller's signal aborted the call; never wrapped, so that `signal.reason` survives. */
export function isAbort(error: unknown, signal: AbortSignal | undefined): boolean {
  return (
    signal?.aborted === true &&
    (error === signal.reason || (error instanceof Error && error.name === 'AbortError'))
  );
}

function describeCall({ cluster, verb, resource, namespace, name }: CallContext): string {
  const where = namespace === undefined ? (name ?? '') : `${namespace}/${name ?? ''}`;
  return `${verb} ${resource}${where === '' ? '' : ` ${where}`} on cluster "${cluster}"`;
}
