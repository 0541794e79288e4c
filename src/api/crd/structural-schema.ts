import { z } from 'zod';
import { isRecord } from '../is-record.ts';

/** A node of an OpenAPI v3 schema in the form that CustomResourceDefinitions allow. */
export type StructuralSchema = Readonly<Record<string, unknown>>;

/** The schema says something that a structural schema cannot say, so the API server would not check it. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';

  constructor(path: string, problem: string) {
    super(`cannot make a structural schema of '${path}': ${problem}`);
  }
}

/**
 * Turns a zod schema into a structural schema (Kubernetes API reference, JSONSchemaProps; structural as in
 * KEP-1111). What zod writes but the API server refuses is rewritten; what would silently check less than zod does
 * throws a SchemaError naming `path` and the field.
 */
export function structuralSchema(schema: z.ZodType, path: string): StructuralSchema {
  const json = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'throw',
    reused: 'inline',
    cycles: 'throw',
    override: ({ zodSchema, path: below }) => refuseUnwritable(zodSchema, [path, ...below].join('.')),
  });
  return node(json, path);
}

/** Formats that the API server checks itself (k8s.io/kube-openapi/pkg/validation/strfmt). */
const checkedFormats = new Set([
  'date',
  'date-time',
  'email',
  'ipv4',
  'ipv6',
  'uri',
  'uuid',
  'byte',
  'int32',
  'int64',
]);

/** Kept as they are, in the order in which they are written. */
const plainKeywords = [
  'type',
  'format',
  'nullable',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
  'required',
] as const;

/** Rewritten below, or without meaning for the API server. */
const otherKeywords = new Set([
  'description',
  'properties',
  'items',
  'additionalProperties',
  'anyOf',
  'readOnly',
]);

function node(schema: unknown, path: string): StructuralSchema {
  if (!isRecord(schema)) throw new SchemaError(path, 'it allows anything or nothing');
  if (schema['x-kubernetes-int-or-string'] === true) return intOrString(schema);
  const normal = withPlainFormat(withPlainBounds(schema), path);
  for (const keyword of Object.keys(normal)) {
    if (otherKeywords.has(keyword) && keyword !== 'anyOf') continue;
    if ((plainKeywords as readonly string[]).includes(keyword)) continue;
    throw new SchemaError(path, `'${keyword}' has no structural form`);
  }
  if (normal['type'] === undefined && normal['x-kubernetes-preserve-unknown-fields'] !== true) {
    throw new SchemaError(path, 'it has no type; allow unknown fields explicitly');
  }
  const result = {
    ...pick(normal, ['description']),
    ...pick(normal, plainKeywords),
    ...children(normal, path),
  };
  requireListKeys(result, path);
  return result;
}

function children(schema: StructuralSchema, path: string): StructuralSchema {
  const { properties, items, additionalProperties } = schema;
  if (isRecord(properties) && Object.keys(properties).length > 0) {
    const names = Object.keys(properties).sort();
    return {
      ...(isOpen(additionalProperties) ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
      properties: Object.fromEntries(names.map((name) => [name, node(properties[name], `${path}.${name}`)])),
    };
  }
  if (items !== undefined) return { items: node(items, `${path}[]`) };
  if (isOpen(additionalProperties)) return { 'x-kubernetes-preserve-unknown-fields': true };
  if (isRecord(additionalProperties))
    return { additionalProperties: node(additionalProperties, `${path}.*`) };
  return {};
}

/** `z.looseObject`, and records of unknown values, accept fields that they do not name. */
function isOpen(additionalProperties: unknown): boolean {
  return (
    additionalProperties === true ||
    (isRecord(additionalProperties) && Object.keys(additionalProperties).length === 0)
  );
}

/** The only union that a structural schema may contain. */
function intOrString(schema: StructuralSchema): StructuralSchema {
  return {
    ...pick(schema, ['description', 'default']),
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    ...pick(schema, ['pattern', 'x-kubernetes-int-or-string']),
  };
}

/** Zod gives every integer the bounds of its type; as formats they are shorter and mean the same. */
function withPlainBounds(schema: StructuralSchema): StructuralSchema {
  if (schema['type'] !== 'integer') return schema;
  const { minimum, maximum, ...rest } = schema;
  const format = maximum === 2 ** 31 - 1 ? 'int32' : 'int64';
  return {
    format,
    ...rest,
    ...(minimum === -(2 ** 31) || minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === 2 ** 31 - 1 || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
  };
}

/** Patterns that zod writes for its formats look ahead, which RE2 in the API server does not know. */
function withPlainFormat(schema: StructuralSchema, path: string): StructuralSchema {
  const { pattern, ...rest } = schema;
  const { format } = rest;
  if (typeof format === 'string') {
    if (!checkedFormats.has(format))
      throw new SchemaError(path, `the format '${format}' is not checked; use a pattern`);
    return rest;
  }
  if (typeof pattern === 'string' && /\(\?[=!<]/.test(pattern)) {
    throw new SchemaError(path, `the pattern '${pattern}' looks ahead or behind`);
  }
  return schema;
}

function requireListKeys(schema: StructuralSchema, path: string): void {
  const { 'x-kubernetes-list-map-keys': keys, items } = schema;
  if (!Array.isArray(keys)) return;
  const item = isRecord(items) ? items : {};
  for (const key of keys) {
    const property = isRecord(item['properties']) ? item['properties'][String(key)] : undefined;
    const required = Array.isArray(item['required']) && item['required'].includes(key);
    if (required || (isRecord(property) && property['default'] !== undefined)) continue;
    throw new SchemaError(path, `the list key '${String(key)}' must be required or have a default`);
  }
}

/** What `toJSONSchema` would leave out without a word. */
function refuseUnwritable({ _zod: { def } }: z.core.$ZodTypes, path: string): void {
  if (def.checks?.some(({ _zod: { def: check } }) => check.check === 'custom') === true) {
    throw new SchemaError(path, 'a refinement cannot be written down; use a validation rule');
  }
  if (def.type === 'record' && !isPlainKey(def.keyType)) {
    throw new SchemaError(path, 'the keys of a record cannot be limited');
  }
}

function isPlainKey({ _zod: { def } }: z.core.$ZodType): boolean {
  return def.type === 'string';
}

function pick(schema: StructuralSchema, keywords: readonly string[]): StructuralSchema {
  return Object.fromEntries(
    keywords.filter((keyword) => schema[keyword] !== undefined).map((keyword) => [keyword, schema[keyword]]),
  );
}
