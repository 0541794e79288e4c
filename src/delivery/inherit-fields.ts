import type { ManagedFieldsEntry } from '../api/index.ts';
import type { FieldTree } from './field-tree.ts';
import { referenceManager, referenceNotes } from './reference-operator.ts';

/**
 * The managedFields of an object once what the reference operator wrote is ours; undefined where nothing of it is left to
 * take. Without this a field that is wanted no more would stay for ever, because that operator still holds it. It keeps
 * the annotations that only it writes, so that it finds them should it come back. As client-go's csaupgrade does it, an
 * entry of another API version cannot be added to ours, and is given up.
 */
export function inheritedFields(
  managedFields: readonly ManagedFieldsEntry[] | undefined,
  manager: string,
): readonly ManagedFieldsEntry[] | undefined {
  const all = managedFields ?? [];
  const theirs = all.filter(isReferences);
  const ours = all.find((entry) => isOurs(entry, manager));
  if (ours === undefined || theirs.every(({ fieldsV1 }) => isEmpty(others(fieldsV1)))) return undefined;
  const taken = theirs
    .filter(({ apiVersion }) => apiVersion === ours.apiVersion)
    .reduce((tree, { fieldsV1 }) => union(tree, others(fieldsV1)), (ours.fieldsV1 ?? {}) as FieldTree);
  return all.flatMap((entry) => {
    if (entry === ours) return [{ ...ours, fieldsV1: taken }];
    if (!isReferences(entry)) return [entry];
    const kept = notes(entry.fieldsV1);
    return kept === undefined ? [] : [{ ...entry, fieldsV1: kept }];
  });
}

function isReferences({ manager, operation, subresource = '' }: ManagedFieldsEntry): boolean {
  return manager === referenceManager && operation === 'Update' && subresource === '';
}

function isOurs({ manager, operation, subresource = '' }: ManagedFieldsEntry, name: string): boolean {
  return manager === name && operation === 'Apply' && subresource === '';
}

const annotationsStep = 'f:annotations';
const noteSteps: ReadonlySet<string> = new Set(referenceNotes.map((name) => `f:${name}`));

function notes(fields: ManagedFieldsEntry['fieldsV1']): FieldTree | undefined {
  const kept = Object.entries(annotationsOf(fields)).filter(([step]) => noteSteps.has(step));
  return kept.length === 0 ? undefined : { 'f:metadata': { [annotationsStep]: Object.fromEntries(kept) } };
}

/** All but the notes. */
function others(fields: ManagedFieldsEntry['fieldsV1']): FieldTree {
  const tree = (fields ?? {}) as FieldTree;
  const left = Object.entries(annotationsOf(fields)).filter(([step]) => step !== '.' && !noteSteps.has(step));
  const { [annotationsStep]: _annotations, ...metadata } = tree['f:metadata'] ?? {};
  const kept = left.length === 0 ? metadata : { ...metadata, [annotationsStep]: Object.fromEntries(left) };
  const { 'f:metadata': _metadata, ...rest } = tree;
  return isEmpty(kept) ? rest : { ...rest, 'f:metadata': kept };
}

function annotationsOf(fields: ManagedFieldsEntry['fieldsV1']): FieldTree {
  return ((fields ?? {}) as FieldTree)['f:metadata']?.[annotationsStep] ?? {};
}

function union(a: FieldTree, b: FieldTree): FieldTree {
  const steps = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...steps].map((step) => [step, union(a[step] ?? {}, b[step] ?? {})]));
}

function isEmpty(tree: FieldTree): boolean {
  return Object.keys(tree).length === 0;
}
