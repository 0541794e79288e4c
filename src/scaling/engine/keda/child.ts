import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubeObject, type OwnerReference } from '../../../api/index.ts';
import { mergePatch } from '../../../controller/index.ts';

/** A condition of KEDA, which has neither time nor generation; reason and message may be missing. */
export interface ChildCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** What is kept of a ScaledObject as it is on the hub. */
export interface Child {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly isBeingDeleted: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly OwnerReference[];
  /** The labels and annotations that our field manager has applied; undefined where it never applied anything. */
  readonly applied:
    | { readonly labels: readonly string[]; readonly annotations: readonly string[] }
    | undefined;
  readonly spec: unknown;
  readonly conditions: readonly ChildCondition[];
}

/** Never throws, whatever the object looks like. */
export function readChild(object: KubeObject, fieldManager: string): Child {
  const {
    uid = '',
    resourceVersion = '',
    labels = {},
    annotations = {},
    ownerReferences = [],
  } = object.metadata;
  const status = object['status'];
  const conditions: unknown = isRecord(status) ? status['conditions'] : undefined;
  return {
    uid,
    resourceVersion,
    createdAt: Date.parse(object.metadata.creationTimestamp ?? '') || 0,
    isBeingDeleted: object.metadata.deletionTimestamp !== undefined,
    labels,
    annotations,
    ownerReferences,
    applied: appliedKeys(object, fieldManager),
    spec: object['spec'],
    conditions: Array.isArray(conditions) ? conditions.filter(isCondition) : [],
  };
}

/**
 * Whether nothing of it must be written: the spec is ours as a whole; of labels, annotations and owners only what we
 * apply, so that others may add theirs.
 */
export function isAsWanted(child: Child, wanted: KubeObject): boolean {
  const { labels = {}, annotations = {}, ownerReferences = [] } = wanted.metadata;
  const { applied = { labels: [], annotations: [] } } = child;
  return (
    holds(child.labels, labels) &&
    holds(child.annotations, annotations) &&
    applied.labels.every((key) => key in labels) &&
    applied.annotations.every((key) => key in annotations) &&
    ownerReferences.every((owner) =>
      child.ownerReferences.some((other) => isDeepStrictEqual(owner, other)),
    ) &&
    mergePatch(withoutDefaults(child.spec), withoutDefaults(wanted['spec'])) === undefined
  );
}

/** Whether two states of it differ in nothing that anybody acts on: KEDA notes the time of each poll in the status. */
export function isSameChild(a: Child, b: Child): boolean {
  return isDeepStrictEqual({ ...a, resourceVersion: '' }, { ...b, resourceVersion: '' });
}

/**
 * KEDA writes a ScaledObject back as its Go types have it: with structures that are empty, and without a `false` and empty
 * lists. Nobody means anything by them.
 */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withoutDefaults(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => !saysNothing(member)));
}

function saysNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === false || (isRecord(value) && Object.keys(value).length === 0);
}

function holds(all: Readonly<Record<string, string>>, some: Readonly<Record<string, string>>): boolean {
  return Object.entries(some).every(([key, value]) => all[key] === value);
}

function appliedKeys({ metadata }: KubeObject, fieldManager: string): Child['applied'] {
  const entry = metadata.managedFields?.find(
    ({ manager, operation, subresource = '' }) =>
      manager === fieldManager && operation === 'Apply' && subresource === '',
  );
  if (entry === undefined) return undefined;
  const fields = entry.fieldsV1?.['f:metadata'];
  return { labels: keysBelow(fields, 'f:labels'), annotations: keysBelow(fields, 'f:annotations') };
}

/** fieldsV1 writes a key as `f:KEY`, and the map itself as `.`. */
function keysBelow(fields: unknown, map: string): readonly string[] {
  const tree = isRecord(fields) ? fields[map] : undefined;
  if (!isRecord(tree)) return [];
  return Object.keys(tree).flatMap((step) => (step.startsWith('f:') ? [step.slice(2)] : []));
}

function isCondition(value: unknown): value is ChildCondition {
  return isRecord(value) && typeof value['type'] === 'string' && typeof value['status'] === 'string';
}
