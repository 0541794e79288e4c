import type { ManagedFieldsEntry } from '../api/index.ts';
import { contentHash } from './hash.ts';

/**
 * What our field manager owns of an object, as a hash; `none` where it owns nothing.
 *
 * The API server takes a field out of this set as soon as somebody else changes or removes it, and leaves it there when
 * somebody changes other fields or the status. So the hash changes exactly when a field we applied was touched, and an
 * object can be checked for drift by its metadata alone (API reference, server-side apply, "managers share fields").
 */
export function ownedFieldsHash(
  managedFields: readonly ManagedFieldsEntry[] | undefined,
  manager: string,
): string {
  const entry = managedFields?.find(
    (candidate) =>
      candidate.manager === manager &&
      candidate.operation === 'Apply' &&
      (candidate.subresource ?? '') === '',
  );
  return entry?.fieldsV1 === undefined ? 'none' : contentHash(entry.fieldsV1);
}
