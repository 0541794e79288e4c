import {
  KubeError,
  ProtocolError,
  ServerError,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../kube/index.ts';
import { describeIdentity, identityKey, type ObjectIdentity } from './identity.ts';

export interface ObjectFailure {
  readonly identity: ObjectIdentity;
  readonly error: Error;
}

/** Some objects could not be written or removed; the others were, as far as they do not depend on them. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failures: readonly ObjectFailure[];

  constructor(verb: 'apply' | 'remove', cluster: string, unsorted: readonly ObjectFailure[]) {
    // Sorted, so that the same failures read the same in every pass.
    const failures = unsorted.toSorted((a, b) => compare(identityKey(a.identity), identityKey(b.identity)));
    const [first] = failures;
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
    const what = first === undefined ? 'objects' : describeIdentity(first.identity);
    super(`cannot ${verb} ${what} on cluster "${cluster}"${more}: ${reasonOf(first?.error)}`, {
      cause: first?.error,
    });
    this.failures = failures;
  }
}

/** The anchor, or the cluster, belongs to another hub: nothing may be written. */
export class ForeignAnchorError extends Error {
  override readonly name = 'ForeignAnchorError';
}

/** Another object of this hub, or of the cluster itself, installs the same on the cluster: nothing may be written. */
export class RivalAnchorError extends Error {
  override readonly name = 'RivalAnchorError';
}

/** The namespace is being deleted; nothing can be put into it before it is gone. */
export class NamespaceTerminatingError extends Error {
  override readonly name = 'NamespaceTerminatingError';
}

/** Somebody changed or deleted the anchor during the pass: the next one reads it anew. */
export class AnchorChangedError extends Error {
  override readonly name = 'AnchorChangedError';
}

/**
 * The server looked at the object and said no; anything else says more about the way to the server, or about its own
 * state. A webhook that cannot be asked is a no to those objects that it is to judge, though the server says 500.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  if (error instanceof ServerError) return error.status.message.includes('webhook');
  return !(
    error instanceof UnreachableError ||
    error instanceof TimeoutError ||
    error instanceof ThrottledError ||
    error instanceof UnauthorizedError ||
    error instanceof ProtocolError
  );
}

function reasonOf(error: Error | undefined): string {
  return error instanceof KubeError ? error.status.message : (error?.message ?? 'unknown');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
