import { z } from 'zod';
import type { ObjectMeta } from '../object.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { knativeEventingSpec, type KnativeEventingSpec } from './knative-eventing.ts';
import { knativeServingSpec, type KnativeServingSpec } from './knative-serving.ts';
import { namespaceName, objectName } from './object-name.ts';
import { status } from './status.ts';

export type KnativeStatus = DeepReadonly<z.input<typeof status>>;

/** A KnativeServing or KnativeEventing whose known fields have the right types; unknown ones are still there. */
export interface KnativeResource<Spec> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
  readonly status?: KnativeStatus;
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

export type Parsed<Spec> =
  | { readonly ok: true; readonly resource: KnativeResource<Spec> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a KnativeServing from outside. An absent spec becomes an empty one; nothing else is added or dropped. */
export function parseKnativeServing(object: unknown): Parsed<KnativeServingSpec> {
  return parse(servingObject, object);
}

/** Reads a KnativeEventing from outside, like parseKnativeServing. */
export function parseKnativeEventing(object: unknown): Parsed<KnativeEventingSpec> {
  return parse(eventingObject, object);
}

const servingObject = resourceSchema('KnativeServing', knativeServingSpec);
const eventingObject = resourceSchema('KnativeEventing', knativeEventingSpec);

function resourceSchema(kind: string, spec: z.ZodType) {
  return z.object({
    apiVersion: z.literal('operator.knative.dev/v1beta1'),
    kind: z.literal(kind),
    metadata: z.object({ name: objectName, namespace: namespaceName }),
    spec: spec.optional(),
    status: status.optional(),
  });
}

/** The schema only judges: its output lacks unknown fields, so the object itself is passed on. */
function parse<Spec>(schema: z.ZodType, object: unknown): Parsed<Spec> {
  const result = schema.safeParse(object);
  if (!result.success)
    return { ok: false, problems: result.error.issues.map((issue) => problem(issue, object)) };
  const resource = object as KnativeResource<Spec> & { readonly spec?: Spec };
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
