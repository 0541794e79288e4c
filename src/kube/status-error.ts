import type { KubeError } from './errors.ts';
import {
  AlreadyExistsError,
  type CallContext,
  ConflictError,
  ForbiddenError,
  GoneError,
  InvalidError,
  NotFoundError,
  ProtocolError,
  ServerError,
  type StatusDetails,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
} from './errors.ts';

/** What API servers answer for paths they do not serve, as text. */
const unservedPath = '404 page not found';
/** A body that is no Status is shown up to this length: proxies answer with pages of HTML. */
const longestForeignBody = 200;

/**
 * Turns a non-2xx answer, or a Status inside a watch, into the error for it. The body is a metav1.Status from an API
 * server and arbitrary text from the proxies in front of it (Open Cluster Management's answers 400 and 502 in plain text).
 */
export function errorFromAnswer(
  context: CallContext,
  httpStatus: number,
  body: string,
  retryAfter?: string,
): KubeError {
  const details = { ...parseStatus(httpStatus, body), httpStatus, ...retryAfterMs(retryAfter) };
  // "Not found" from anybody but the API server, a default backend perhaps, says nothing about the object.
  if (httpStatus === 404 && details.reason === undefined && body.trim() !== unservedPath)
    return new ProtocolError(context, details);
  return errorFromStatus(context, details);
}

/** The same for a Status object that is already parsed: the ERROR event of a watch. */
export function errorFromStatus(context: CallContext, status: StatusDetails): KubeError {
  const http = status.httpStatus ?? 500;
  switch (http) {
    case 400:
    case 405:
    case 413:
    case 415:
    case 422:
      return status.reason === undefined
        ? new ProtocolError(context, status)
        : new InvalidError(context, status);
    case 401:
      return new UnauthorizedError(context, status);
    case 403:
      return new ForbiddenError(context, status);
    case 404:
      return new NotFoundError(context, status);
    case 409:
      return status.reason === 'AlreadyExists'
        ? new AlreadyExistsError(context, status)
        : new ConflictError(context, status);
    case 410:
      return new GoneError(context, status);
    case 429:
      return new ThrottledError(context, status);
    case 504:
      return new TimeoutError(context, status);
    default:
      return http >= 500 ? new ServerError(context, status) : new ProtocolError(context, status);
  }
}

interface WireStatus {
  readonly kind?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly causes?: unknown; readonly retryAfterSeconds?: unknown };
}

export function statusDetails(status: WireStatus): StatusDetails {
  const seconds = status.details?.retryAfterSeconds;
  const causes = status.details?.causes;
  return {
    message:
      typeof status.message === 'string' && status.message !== ''
        ? status.message
        : 'the server gave no reason',
    ...(typeof status.code === 'number' ? { httpStatus: status.code } : {}),
    ...(typeof status.reason === 'string' && status.reason !== '' ? { reason: status.reason } : {}),
    ...(Array.isArray(causes)
      ? { causes: causes.filter((cause) => typeof cause === 'object' && cause !== null) }
      : {}),
    ...(typeof seconds === 'number' && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  };
}

function parseStatus(httpStatus: number, body: string): StatusDetails {
  try {
    const parsed = JSON.parse(body) as WireStatus | null;
    if (parsed !== null && parsed.kind === 'Status') return statusDetails(parsed);
  } catch {
    // Not JSON: told as text below.
  }
  const text = body.replaceAll(/\s+/g, ' ').trim().slice(0, longestForeignBody);
  return { message: `HTTP ${httpStatus}${text === '' ? '' : `: ${text}`}` };
}

/** Retry-After is seconds or an HTTP date (RFC 9110); API servers send seconds. */
function retryAfterMs(value: string | undefined): Pick<StatusDetails, 'retryAfterMs'> {
  if (value === undefined || !/^\d+$/.test(value)) return {};
  return { retryAfterMs: Number(value) * 1000 };
}
