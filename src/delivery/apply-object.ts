import type { KubeObject } from '../api/index.ts';
import {
  type Clock,
  ConflictError,
  InvalidError,
  type KubeClient,
  NotFoundError,
  type Resource,
} from '../kube/index.ts';
import { type FieldConflict, ownedOnPurpose, readConflicts } from './conflict.ts';
import { withoutField } from './field-path.ts';
import { ownedFieldsHash } from './owned-fields.ts';

export interface AppliedObject {
  readonly resourceVersion: string;
  readonly owned: string;
  /** Fields that stay with somebody who owns them on purpose. */
  readonly left: readonly FieldConflict[];
  /** Fields that were taken back from somebody. */
  readonly taken: readonly FieldConflict[];
  /** It was not there before. */
  readonly created: boolean;
}

export interface ApplyOptions {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}

/**
 * Server-side apply that takes back what drifted and leaves what somebody owns on purpose: first without force, so that
 * the server names the owners of fields in conflict, then with force for the fields that are ours to take.
 */
export async function applyObject(object: KubeObject, options: ApplyOptions): Promise<AppliedObject> {
  try {
    return result(await apply(object, options, false), options);
  } catch (error) {
    if (error instanceof ConflictError) {
      const conflicts = readConflicts(error.status.causes);
      if (conflicts.length === 0) throw error;
      const left = conflicts.filter(ownedOnPurpose);
      const ours = left.reduce((remaining, { field }) => withoutField(remaining, field), object);
      const taken = conflicts.filter((conflict) => !left.includes(conflict));
      return result(await apply(ours, options, true), options, { left, taken });
    }
    if (error instanceof InvalidError && mustBeRecreated(object, error)) return recreate(object, options);
    throw error;
  }
}

/** Applies an object of a kind that was defined a moment ago, and may not be served for another moment. */
export async function applyWhenServed(
  object: KubeObject,
  options: ApplyOptions,
  clock: Clock,
): Promise<AppliedObject> {
  const attempts = 50;
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyObject(object, options);
    } catch (error) {
      // A missing namespace is 404 as well, and waiting does not help there.
      const notServed = error instanceof NotFoundError && !error.status.message.includes('namespaces "');
      if (!notServed || attempt === attempts) throw error;
      await clock.sleep(Math.min(200, 20 * attempt), options.signal);
    }
  }
}

function apply(
  object: KubeObject,
  { client, resource, fieldManager, signal }: ApplyOptions,
  force: boolean,
): Promise<KubeObject> {
  return client.apply(resource, object, { fieldManager, force, metadataOnly: true, signal });
}

function result(
  applied: KubeObject,
  { fieldManager }: ApplyOptions,
  conflicts: Pick<AppliedObject, 'left' | 'taken'> = { left: [], taken: [] },
): AppliedObject {
  const { resourceVersion = '', managedFields, creationTimestamp } = applied.metadata;
  // Both times are the server's; an object that was there before is older than the apply that changed it.
  const appliedAt = managedFields?.find(
    ({ manager, operation }) => manager === fieldManager && operation === 'Apply',
  )?.time;
  const created = creationTimestamp !== undefined && creationTimestamp === appliedAt;
  return { resourceVersion, owned: ownedFieldsHash(managedFields, fieldManager), created, ...conflicts };
}

/** Where a binding points cannot be changed, only made anew; it holds no state that would be lost. */
function mustBeRecreated(object: KubeObject, error: InvalidError): boolean {
  const binding = object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding';
  return binding && (error.status.causes ?? []).some((cause) => cause.field === 'roleRef');
}

async function recreate(object: KubeObject, options: ApplyOptions): Promise<AppliedObject> {
  const { client, resource, signal } = options;
  await client.delete(resource, object.metadata, { signal });
  return result(await apply(object, options, true), options);
}
