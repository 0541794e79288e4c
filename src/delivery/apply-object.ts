import type { KubeObject, ManagedFieldsEntry } from '../api/index.ts';
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
import { inheritedFields } from './inherit-fields.ts';
import { ownedFieldsHash, purposefulOwners } from './owned-fields.ts';
import { specVersion } from './spec-version.ts';
import { isYielded, withYieldedFieldsOf } from './yielded-fields.ts';

export interface AppliedObject {
  readonly resourceVersion: string;
  /** See `specVersion`. */
  readonly specVersion: string;
  readonly owned: string;
  /** Others who own fields of it on purpose. */
  readonly owners: string;
  /** Fields that stay with somebody who owns them on purpose. */
  readonly left: readonly FieldConflict[];
  /** Fields that were taken back from somebody. */
  readonly taken: readonly FieldConflict[];
  /** It was not there before. */
  readonly created: boolean;
  /** What its managedFields must become, because the reference operator still holds fields of it. */
  readonly inherits?: readonly ManagedFieldsEntry[] | undefined;
}

export interface ApplyOptions {
  readonly client: Pick<KubeClient, 'get' | 'apply' | 'patch' | 'delete'>;
  readonly resource: Resource;
  readonly fieldManager: string;
  /** Fields that stay with whoever has written them, without a word. */
  readonly yielded?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/**
 * Server-side apply that takes back what drifted and leaves what somebody owns on purpose: first without force, so that
 * the server names the owners of fields in conflict, then with force for the fields that are ours to take.
 */
export async function applyObject(rendered: KubeObject, options: ApplyOptions): Promise<AppliedObject> {
  const object = await withFieldsOfOthers(rendered, options);
  try {
    return await applyOver(object, options);
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    if (mustBeRecreated(object, error)) return recreate(object, options);
    if (runsAlready(object, error)) return adoptJob(object, options);
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

async function withFieldsOfOthers(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
  const { client, resource, fieldManager, yielded = [], signal } = options;
  if (yielded.length === 0) return object;
  try {
    const live = await client.get(resource, object.metadata, { signal });
    return withYieldedFieldsOf(live, object, yielded, fieldManager);
  } catch (error) {
    if (error instanceof NotFoundError) return object;
    throw error;
  }
}

async function applyOver(object: KubeObject, options: ApplyOptions): Promise<AppliedObject> {
  try {
    return result(await apply(object, options, false), options);
  } catch (error) {
    // A field that somebody wrote may be one that nobody can change: that shows only with force.
    if (error instanceof ConflictError) return applyRest(object, error, options);
    throw error;
  }
}

function apply(
  object: KubeObject,
  { client, resource, fieldManager, signal }: ApplyOptions,
  force: boolean,
): Promise<KubeObject> {
  return client.apply(resource, object, { fieldManager, force, metadataOnly: true, signal });
}

async function applyRest(
  object: KubeObject,
  error: ConflictError,
  options: ApplyOptions,
): Promise<AppliedObject> {
  const conflicts = readConflicts(error.status.causes);
  if (conflicts.length === 0) throw error;
  const yielded = conflicts.filter(({ field }) => isYielded(field, options.yielded ?? []));
  const left = conflicts.filter((conflict) => !yielded.includes(conflict) && ownedOnPurpose(conflict));
  const taken = conflicts.filter((conflict) => !yielded.includes(conflict) && !left.includes(conflict));
  const ours = [...yielded, ...left].reduce((rest, { field }) => withoutField(rest, field), object);
  return result(await apply(ours, options, true), options, { left, taken });
}

function result(
  applied: KubeObject,
  { fieldManager, yielded }: ApplyOptions,
  conflicts: Pick<AppliedObject, 'left' | 'taken'> = { left: [], taken: [] },
): AppliedObject {
  const { resourceVersion = '', managedFields, creationTimestamp } = applied.metadata;
  // Both times are the server's; an object that was there before is older than the apply that changed it.
  const appliedAt = managedFields?.find(
    ({ manager, operation }) => manager === fieldManager && operation === 'Apply',
  )?.time;
  return {
    resourceVersion,
    specVersion: specVersion(applied),
    owned: ownedFieldsHash(managedFields, fieldManager, yielded),
    owners: purposefulOwners(managedFields, fieldManager),
    created: creationTimestamp !== undefined && creationTimestamp === appliedAt,
    inherits: inheritedFields(managedFields, fieldManager),
    ...conflicts,
  };
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

/** What a Job does cannot be changed once it is there: this one was made from another rendering. */
function runsAlready({ kind, apiVersion }: KubeObject, error: InvalidError): boolean {
  const immutable = (error.status.causes ?? []).some(({ message }) => message?.includes('immutable'));
  return kind === 'Job' && apiVersion.startsWith('batch/') && immutable;
}

/** The Job goes on as it is, and belongs to us. */
async function adoptJob(object: KubeObject, options: ApplyOptions): Promise<AppliedObject> {
  const { client, resource, fieldManager, signal } = options;
  const { labels, annotations, ownerReferences } = object.metadata;
  const body = { metadata: { labels, annotations, ownerReferences } };
  const how = { fieldManager, metadataOnly: true, signal };
  return result(await client.patch(resource, object.metadata, 'merge', body, how), options);
}
