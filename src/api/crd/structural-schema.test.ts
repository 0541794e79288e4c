import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { structuralSchema } from './structural-schema.ts';

describe('a structural schema', () => {
  const cases: readonly { readonly what: string; readonly schema: z.ZodType; readonly expected: object }[] = [
    {
      what: 'an object keeps its optional fields optional and forbids nothing',
      schema: z.object({ b: z.string(), a: z.boolean().optional() }),
      expected: {
        type: 'object',
        required: ['b'],
        properties: { a: { type: 'boolean' }, b: { type: 'string' } },
      },
    },
    {
      what: 'a default makes a field optional',
      schema: z.object({ mode: z.enum(['Apply', 'Report']).default('Apply') }),
      expected: {
        type: 'object',
        properties: { mode: { type: 'string', default: 'Apply', enum: ['Apply', 'Report'] } },
      },
    },
    { what: 'an int32 is a format', schema: z.int32(), expected: { type: 'integer', format: 'int32' } },
    { what: 'an integer is an int64', schema: z.int(), expected: { type: 'integer', format: 'int64' } },
    {
      what: 'bounds that were asked for stay',
      schema: z.int32().min(1).max(100),
      expected: { type: 'integer', format: 'int64', minimum: 1, maximum: 100 },
    },
    {
      what: 'a map is additionalProperties',
      schema: z.record(z.string(), z.string()),
      expected: { type: 'object', additionalProperties: { type: 'string' } },
    },
    {
      what: 'a map of anything preserves unknown fields',
      schema: z.record(z.string(), z.unknown()),
      expected: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
    {
      what: 'a loose object preserves unknown fields beside its own',
      schema: z.looseObject({ a: z.string() }),
      expected: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        required: ['a'],
        properties: { a: { type: 'string' } },
      },
    },
    {
      what: 'a strict object loses its additionalProperties, which exclude properties',
      schema: z.strictObject({ a: z.string().optional() }),
      expected: { type: 'object', properties: { a: { type: 'string' } } },
    },
    {
      what: 'int-or-string is the one union that is allowed',
      schema: z
        .union([z.int(), z.string()])
        .meta({ 'x-kubernetes-int-or-string': true, pattern: '^[0-9]+%?$' }),
      expected: {
        anyOf: [{ type: 'integer' }, { type: 'string' }],
        pattern: '^[0-9]+%?$',
        'x-kubernetes-int-or-string': true,
      },
    },
    {
      what: 'a format that the API server checks needs no pattern',
      schema: z.iso.datetime(),
      expected: { type: 'string', format: 'date-time' },
    },
    {
      what: 'a description survives the wrapping by optional',
      schema: z.object({
        a: z.string().optional().describe('The a.'),
        b: z.string().describe('The b.').optional(),
      }),
      expected: {
        type: 'object',
        properties: {
          a: { description: 'The a.', type: 'string' },
          b: { description: 'The b.', type: 'string' },
        },
      },
    },
    {
      what: 'list keys may have a default instead of being required',
      schema: z
        .array(z.object({ name: z.string().default('') }))
        .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
      expected: {
        type: 'array',
        'x-kubernetes-list-map-keys': ['name'],
        'x-kubernetes-list-type': 'map',
        items: { type: 'object', properties: { name: { type: 'string', default: '' } } },
      },
    },
  ];

  it.each(cases)('$what', ({ schema, expected }) => {
    expect(structuralSchema(schema, 'spec')).toEqual(expected);
  });

  const refused: readonly { readonly what: string; readonly schema: z.ZodType; readonly says: string }[] = [
    { what: 'a union', schema: z.union([z.string(), z.boolean()]), says: "'anyOf' has no structural form" },
    { what: 'a tuple', schema: z.tuple([z.string()]), says: 'has no structural form' },
    { what: 'anything', schema: z.unknown(), says: 'no type' },
    {
      what: 'a refinement',
      schema: z.string().refine((s) => s !== ''),
      says: 'a refinement cannot be written',
    },
    {
      what: 'limited record keys',
      schema: z.record(z.enum(['a']), z.string()),
      says: 'the keys of a record',
    },
    { what: 'a format nobody checks', schema: z.string().startsWith('a'), says: "'starts_with'" },
    { what: 'a look-ahead', schema: z.string().regex(/^(?!a)/), says: 'looks ahead' },
    {
      what: 'a list key that may be absent',
      schema: z
        .array(z.object({ name: z.string().optional() }))
        .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
      says: "the list key 'name'",
    },
  ];

  it.each(refused)('refuses $what and names the field', ({ schema, says }) => {
    const attempt = (): unknown => structuralSchema(z.object({ inner: schema }), 'Kind.spec');
    expect(attempt).toThrow(/cannot make a structural schema of 'Kind\.spec/);
    expect(attempt).toThrow(says);
  });

  it('refuses schemas that contain themselves', () => {
    const tree = z.object({
      get child() {
        return tree.optional();
      },
    });
    expect(() => structuralSchema(tree, 'spec')).toThrow(/[Cc]ycle/);
  });
});
