import { z } from 'zod';
import type { ObjectMeta } from './object.ts';
import { namespaceName, objectName } from './object-name.ts';

/** A custom resource whose known fields have the right types; unknown ones are still there. */
export interface Resource<Spec, Status> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
  readonly status?: Status;
}

/** One thing wrong with an object. */
export interface Problem {
  /** `spec.workloads[0].replicas`. */
  readonly field: string;
  /** What stands there, where it can be shown: a short scalar that cannot be a secret. */
  readonly value?: string;
  /** What must stand there instead. */
  readonly message: string;
}

export type ParsedResource<Spec, Status> =
  | { readonly ok: true; readonly resource: Resource<Spec, Status> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ResourceSchemas {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
}

/** The schema of whole namespaced objects of one kind. */
export function resourceSchema({ apiVersion, kind, spec, status }: ResourceSchemas): z.ZodType {
  return z.object({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(kind),
    metadata: z.object({ name: objectName, namespace: namespaceName }),
    spec: spec.optional(),
    status: status.optional(),
  });
}

/**
 * Reads an object from outside. The schema only judges: its output lacks unknown fields, so the object itself is passed
 * on. An absent spec becomes an empty one; nothing else is added or dropped.
 */
export function parseResource<Spec, Status>(
  schema: z.ZodType,
  object: unknown,
): ParsedResource<Spec, Status> {
  const result = schema.safeParse(object);
  if (!result.success)
    return { ok: false, problems: result.error.issues.map((issue) => problem(issue, object)) };
  const resource = object as Resource<Spec, Status> & { readonly spec?: Spec };
  return { ok: true, resource: resource.spec === undefined ? { ...resource, spec: {} as Spec } : resource };
}

function problem(issue: z.core.$ZodIssue, object: unknown): Problem {
  const value = shown(issue, object);
  return { field: fieldPath(issue.path), ...(value === undefined ? {} : { value }), message: remedy(issue) };
}

function remedy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => `'${String(value)}'`).join(' or ')}`;
    case 'too_small':
      return isNumeric(issue.origin) ? `must be at least ${issue.minimum}` : 'must not be empty';
    case 'too_big':
      return isNumeric(issue.origin) ? `must be at most ${issue.maximum}` : 'must be shorter';
    default:
      return issue.message;
  }
}

function isNumeric(origin: string): boolean {
  return ['number', 'int', 'bigint'].includes(origin);
}

function article(type: string): string {
  const names: Readonly<Record<string, string>> = {
    array: 'a list',
    boolean: 'true or false',
    int: 'an integer',
    number: 'an integer',
    object: 'an object',
    record: 'an object',
    string: 'a string',
  };
  return names[type] ?? type;
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

/** Fields below which users keep secrets, for all that they should not. */
const mayHoldSecrets = new Set<PropertyKey>([
  'env',
  'envVars',
  'config',
  'annotations',
  'manifests',
  'additionalManifests',
]);
const longestValue = 80;
/** What stands where one of these belongs was meant to be all of it, or anything else. */
const structures = new Set(['array', 'object', 'record']);

function shown(issue: z.core.$ZodIssue, object: unknown): string | undefined {
  if (issue.path.some((step) => mayHoldSecrets.has(step))) return undefined;
  if (issue.code === 'invalid_type' && structures.has(issue.expected)) return undefined;
  const value = issue.path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
    object,
  );
  if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
  const text = String(value);
  // A URL has room for a password and for tokens.
  if (text.includes('://')) return undefined;
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
