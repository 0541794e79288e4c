import { interned, type ManagedFieldsEntry } from '../api/index.ts';
import { autoscaler } from './conflict.ts';
import { type FieldTree, printedStep } from './field-tree.ts';
import { contentHash } from './hash.ts';
import { isYielded } from './yielded-fields.ts';

/**
 * What our field manager owns of an object, yielded fields left out, as a hash; `none` where it owns nothing.
 *
 * The API server takes a field out of this set as soon as somebody else changes or removes it, and leaves it there when
 * somebody changes other fields or the status. So the hash changes exactly when a field we applied was touched, and an
 * object can be checked for drift by its metadata alone (API reference, server-side apply, "managers share fields").
 */
export function ownedFieldsHash(
  managedFields: readonly ManagedFieldsEntry[] | undefined,
  manager: string,
  yielded: readonly string[] = [],
): string {
  const fields = managedFields?.find((entry) => isApplied(entry) && entry.manager === manager)?.fieldsV1;
  if (fields === undefined) return 'none';
  return interned(
    contentHash(yielded.length === 0 ? fields : withoutYielded(fields as FieldTree, '', yielded)),
  );
}

/**
 * Others than our manager who own fields on purpose (see `ownedOnPurpose`), each with a hash of what they own:
 * `platform-team@1f0c…`. '' where there are none. When it changes, fields that were left to somebody may be free.
 */
export function purposefulOwners(
  managedFields: readonly ManagedFieldsEntry[] | undefined,
  manager: string,
): string {
  const owners = (managedFields ?? []).filter(
    (entry) =>
      (isApplied(entry) && entry.manager !== manager) ||
      (entry.subresource === 'scale' && entry.manager === autoscaler),
  );
  return owners
    .map(({ manager: name = '', fieldsV1 }) => `${encodeURIComponent(name)}@${contentHash(fieldsV1)}`)
    .sort()
    .join(',');
}

/** An apply of the object itself, not of its status or scale. */
function isApplied({ operation, subresource = '' }: ManagedFieldsEntry): boolean {
  return operation === 'Apply' && subresource === '';
}

/** A node that loses all it has goes too: the server drops a parent with its last child. */
function withoutYielded(tree: FieldTree, path: string, yielded: readonly string[]): FieldTree | undefined {
  const children = Object.entries(tree);
  const left = children.flatMap(([step, child]): [string, FieldTree][] => {
    const field = path + printedStep(step);
    if (isYielded(field, yielded)) return [];
    const kept = withoutYielded(child, field, yielded);
    return kept === undefined ? [] : [[step, kept]];
  });
  return left.length === 0 && children.length > 0 ? undefined : Object.fromEntries(left);
}
