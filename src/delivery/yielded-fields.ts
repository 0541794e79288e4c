import type { KubeObject, ManagedFieldsEntry } from '../api/index.ts';
import { fieldAt, withField } from './field-path.ts';
import { type FieldTree, printedStep } from './field-tree.ts';
import { referenceManager } from './reference-operator.ts';

/**
 * Fields that a program of the set writes into an object of the set: they are applied when the object is created, and
 * belong to that program once it has written them, so that it is neither fought nor reported.
 */
export interface YieldedFields {
  readonly kind: string;
  readonly name: string;
  /** Each with all that is below it, as API servers write fields: `.spec.template.spec.containers[name="a"].env`. */
  readonly fields: readonly string[];
}

export function yieldedOf(
  yielded: readonly YieldedFields[],
  { kind, name }: { readonly kind: string; readonly name: string },
): readonly string[] {
  return yielded.flatMap((entry) => (entry.kind === kind && entry.name === name ? entry.fields : []));
}

export function isYielded(field: string, yielded: readonly string[]): boolean {
  return yielded.some(
    (prefix) => field.startsWith(prefix) && ['', '.', '['].includes(field.charAt(prefix.length)),
  );
}

/**
 * The object as it is to be applied over the live one: with the live value of every yielded field that somebody else
 * has written. Sent as it is on the cluster, it stays as it is; what is left out, server-side apply would take away. A
 * list that nobody else has written keeps the order it has, because another order of a pod's environment is another pod.
 */
export function withYieldedFieldsOf(
  live: KubeObject,
  object: KubeObject,
  yielded: readonly string[],
  fieldManager: string,
): KubeObject {
  const foreign = (live.metadata.managedFields ?? []).filter((entry) => isForeign(entry, fieldManager));
  const isWritten = (field: string): boolean =>
    foreign.some(({ fieldsV1 }) => ownsBelow((fieldsV1 ?? {}) as FieldTree, '', field));
  return yielded.reduce((changed, field) => {
    const there = fieldAt(live, field);
    const value = isWritten(field) ? there : inOrderOf(there, fieldAt(object, field));
    return isWritten(field) || value !== undefined ? withField(changed, field, value) : changed;
  }, object);
}

/** The wanted list in the order of the live one, where both have the same names in them; else as it is. */
function inOrderOf(live: unknown, wanted: unknown): unknown {
  if (!Array.isArray(live) || !Array.isArray(wanted) || live.length !== wanted.length) return wanted;
  const byName = new Map(wanted.map((item: unknown) => [nameOf(item), item]));
  const ordered = live.map((item: unknown) => byName.get(nameOf(item)));
  return byName.size < wanted.length || ordered.includes(undefined) ? wanted : ordered;
}

function nameOf(item: unknown): unknown {
  return (item as { readonly name?: unknown } | null)?.name;
}

function isForeign({ manager, subresource }: ManagedFieldsEntry, fieldManager: string): boolean {
  return manager !== fieldManager && manager !== referenceManager && subresource !== 'status';
}

function ownsBelow(tree: FieldTree, path: string, field: string): boolean {
  return Object.entries(tree).some(([step, child]) => {
    const at = path + printedStep(step);
    return isYielded(at, [field]) || ownsBelow(child, at, field);
  });
}
