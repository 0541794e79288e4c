import { KubeError } from '../kube/index.ts';
import { describeIdentity, type ObjectIdentity } from './identity.ts';

export interface ObjectFailure {
  readonly identity: ObjectIdentity;
  readonly error: Error;
}

/** Some objects could not be written or removed; the others of their phase were. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failures: readonly ObjectFailure[];

  constructor(verb: 'apply' | 'remove', cluster: string, failures: readonly ObjectFailure[]) {
    const [first] = failures;
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
    const what = first === undefined ? 'objects' : describeIdentity(first.identity);
    super(`cannot ${verb} ${what} on cluster "${cluster}"${more}: ${reasonOf(first?.error)}`, {
      cause: first?.error,
    });
    this.failures = failures;
  }

  /** True where a later attempt may succeed without anybody changing anything. */
  get transient(): boolean {
    return this.failures.every(({ error }) => !(error instanceof KubeError) || error.transient);
  }
}

/** The anchor belongs to another hub: nothing may be written. */
export class ForeignAnchorError extends Error {
  override readonly name = 'ForeignAnchorError';
}

function reasonOf(error: Error | undefined): string {
  return error instanceof KubeError ? error.status.message : (error?.message ?? 'unknown');
}
