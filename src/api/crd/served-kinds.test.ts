import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crdFile } from './crd-file.ts';
import { customResourceDefinition } from './custom-resource-definition.ts';
import { folderWithoutKeda, kindsWithoutKeda, servedKinds } from './served-kinds.ts';
import type { StructuralSchema } from './structural-schema.ts';

const allKinds = [...servedKinds, ...kindsWithoutKeda];
const folder = new URL('../../../crds/', import.meta.url);

describe('the folder crds', () => {
  it('holds one file for each served kind and nothing else', () => {
    const filesOf = (kinds: typeof servedKinds): string[] => kinds.map((kind) => crdFile(kind).name);
    expect(readdirSync(folder).sort()).toEqual([...filesOf(servedKinds), folderWithoutKeda].sort());
    // One folder further down, so that whoever applies the whole folder never replaces what KEDA has.
    expect(readdirSync(new URL(folderWithoutKeda, folder)).sort()).toEqual(filesOf(kindsWithoutKeda).sort());
  });

  it.each(allKinds)('is up to date for $kind', (definition) => {
    const file = crdFile(definition);
    const { text } = file;
    const name = servedKinds.includes(definition) ? file.name : `${folderWithoutKeda}/${file.name}`;
    expect(readFileSync(new URL(name, folder), 'utf8') === text, `crds/${name} is stale: npm run crds`).toBe(
      true,
    );
  });
});

describe.each(allKinds)('the schema of $kind', (definition) => {
  it('describes every field of spec and status', () => {
    const root = rootSchema(definition);
    expect(undescribed(root['spec'], 'spec')).toEqual([]);
    expect(undescribed(root['status'], 'status')).toEqual([]);
  });

  it('is the same whenever it is made', () => {
    expect(crdFile(definition).text).toBe(crdFile(definition).text);
  });

  it('has one version without conversion', () => {
    const { spec } = customResourceDefinition(definition) as unknown as {
      spec: { conversion: object; versions: readonly object[] };
    };
    expect(spec.conversion).toEqual({ strategy: 'None' });
    expect(spec.versions).toHaveLength(1);
    expect(spec.versions[0]).toMatchObject({ served: true, storage: true, subresources: { status: {} } });
  });
});

function rootSchema(definition: (typeof servedKinds)[number]): Record<string, StructuralSchema> {
  const { spec } = customResourceDefinition(definition) as unknown as {
    spec: {
      versions: readonly [{ schema: { openAPIV3Schema: { properties: Record<string, StructuralSchema> } } }];
    };
  };
  return spec.versions[0].schema.openAPIV3Schema.properties;
}

function undescribed(schema: unknown, path: string): readonly string[] {
  const {
    properties = {},
    items,
    additionalProperties,
  } = schema as {
    readonly properties?: Record<string, { readonly description?: string }>;
    readonly items?: unknown;
    readonly additionalProperties?: unknown;
  };
  return [
    ...Object.entries(properties).flatMap(([name, property]) => [
      ...(property.description === undefined || property.description === '' ? [`${path}.${name}`] : []),
      ...undescribed(property, `${path}.${name}`),
    ]),
    ...(items === undefined ? [] : undescribed(items, `${path}[]`)),
    ...(additionalProperties === undefined ? [] : undescribed(additionalProperties, `${path}.*`)),
  ];
}
