import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { unknownIn } from '../../src/cli/render/unknown-fields.ts';
import { documentedKinds, schemaOf } from './kind-pages.ts';
import { schemaFields } from './schema-fields.ts';

describe.each(documentedKinds)('the page of $kind', (definition) => {
  it('has an example that the definition takes as it is', async () => {
    const file = new URL(`examples/${definition.kind}.yaml`, import.meta.url);
    const example = load(await readFile(file, 'utf8'));
    const { apiVersion, kind, metadata, spec } = z.record(z.string(), z.unknown()).parse(example);
    expect({ apiVersion, kind }).toEqual({
      apiVersion: `${definition.group}/${definition.version}`,
      kind: definition.kind,
    });
    expect(metadata).toMatchObject({ name: expect.any(String) });
    expect(definition.spec.safeParse(spec).error?.issues ?? []).toEqual([]);
    expect(unknownIn(spec, schemaOf(definition, 'spec'), 'spec')).toEqual([]);
  });
});

describe('the fields of a schema', () => {
  const leaf = { type: 'string', description: 'A leaf.' };
  const many = {
    type: 'object',
    properties: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, leaf])),
  };

  it('are told with what limits them', () => {
    const schema = {
      type: 'object',
      required: ['list'],
      properties: {
        list: {
          type: 'array',
          items: { type: 'string', enum: ['x', 'y'] },
          minItems: 1,
          description: 'A list.',
        },
        map: {
          type: 'object',
          additionalProperties: { type: 'integer' },
          default: {},
          description: 'A map.',
        },
      },
    };
    expect(schemaFields(schema, 'spec')).toMatchObject([
      {
        path: 'spec.list',
        type: 'list of string',
        isRequired: true,
        limits: ['items: at least 1', '`x`, `y`'],
      },
      { path: 'spec.map', type: 'map of integer', isRequired: false, default: {}, description: 'A map.' },
    ]);
  });

  it('are listed once where two fields have the same, below the one that is not deprecated', () => {
    const schema = {
      type: 'object',
      properties: {
        former: { ...many, description: 'Deprecated: use `now`.' },
        now: { ...many, description: 'Many.' },
      },
    };
    const fields = schemaFields(schema, 'spec');
    expect(fields.map(({ path, sameAs }) => [path, sameAs])).toEqual([
      ['spec.now', undefined],
      ...['a', 'b', 'c', 'd', 'e'].map((name) => [`spec.now.${name}`, undefined]),
      ['spec.former', 'spec.now'],
    ]);
  });
});
