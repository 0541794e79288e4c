import type { KubeObject } from '../api/index.ts';

/** What an object says, without what API servers and controllers note on it: status, versions, times, managed fields. */
export function comparableObject(object: KubeObject): KubeObject {
  const { status: _status, metadata, ...rest } = object;
  const {
    uid: _uid,
    resourceVersion: _resourceVersion,
    generation: _generation,
    creationTimestamp: _creationTimestamp,
    managedFields: _managedFields,
    ...said
  } = metadata;
  return { ...rest, metadata: said };
}
