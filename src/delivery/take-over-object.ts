import type { KubeObject } from '../api/index.ts';
import { ConflictError } from '../kube/index.ts';
import { type AppliedObject, applyObject, type ApplyOptions } from './apply-object.ts';

/** How often it is tried on an object that others keep writing. */
const attempts = 5;

/**
 * Applies an object, and takes over what the reference operator has written of it: once its fields are ours, another
 * apply lets go of those that are not wanted. An object that is as wanted gets other managedFields, and nothing else.
 */
export async function takeOverObject(
  object: KubeObject,
  options: ApplyOptions,
  apply: typeof applyObject = applyObject,
): Promise<AppliedObject> {
  const first = await apply(object, options);
  let applied = first;
  for (let attempt = 1; applied.inherits !== undefined; attempt++) {
    try {
      await assign(object, applied, options);
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
    }
    applied = await apply(object, options);
  }
  return applied === first ? first : { ...applied, created: first.created, taken: first.taken };
}

async function assign(
  { metadata }: KubeObject,
  { inherits, resourceVersion }: AppliedObject,
  { client, resource, fieldManager, signal }: ApplyOptions,
): Promise<void> {
  const body = { metadata: { resourceVersion, managedFields: inherits } };
  await client.patch(resource, metadata, 'merge', body, { fieldManager, metadataOnly: true, signal });
}
