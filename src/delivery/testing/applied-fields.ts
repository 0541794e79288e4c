import { isRecord, type KubeObject } from '../../api/index.ts';

type Tree = Readonly<Record<string, unknown>>;

/** FieldsV1 of what a manager has applied: lists count as one field each. */
export function appliedFields({ metadata, apiVersion: _apiVersion, kind: _kind, ...rest }: KubeObject): Tree {
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  return fieldsOf({ metadata: { labels, annotations, ownerReferences, finalizers }, ...rest });
}

/** What is left to a manager when somebody else writes `patch`. */
export function withoutPatched(fields: Tree, patch: unknown): Tree {
  if (!isRecord(patch)) return fields;
  const left = new Map(Object.entries(fields));
  for (const [name, change] of Object.entries(patch)) {
    const field = left.get(`f:${name}`);
    if (field === undefined) continue;
    if (isRecord(change) && isRecord(field)) left.set(`f:${name}`, withoutPatched(field, change));
    else left.delete(`f:${name}`);
  }
  return Object.fromEntries(left);
}

function fieldsOf(value: unknown): Tree {
  if (!isRecord(value)) return {};
  const fields = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(fields.map(([name, child]) => [`f:${name}`, fieldsOf(child)]));
}
