import { readFile } from 'node:fs/promises';
import { isRecord } from '../../src/api/index.ts';
import {
  customResourceDefinition,
  type KindDefinition,
  kindsWithoutKeda,
  servedKinds,
  type StructuralSchema,
} from '../../src/api/crd/index.ts';
import { code, table } from '../markdown.ts';
import type { Page } from './page.ts';
import { type SchemaField, schemaFields } from './schema-fields.ts';

const examples = new URL('examples/', import.meta.url);

export const documentedKinds = [...servedKinds, ...kindsWithoutKeda];

/** The list of kinds, and a page for each. */
export async function kindPages(): Promise<readonly Page[]> {
  return [kindsPage(), ...(await Promise.all(documentedKinds.map(kindPage)))];
}

/** The schema of a part of the objects of a kind. */
export function schemaOf(definition: KindDefinition, part: 'spec' | 'status'): StructuralSchema {
  const { spec } = customResourceDefinition(definition);
  const versions = isRecord(spec) ? spec['versions'] : undefined;
  const schema = Array.isArray(versions) ? versions[0]?.schema?.openAPIV3Schema : undefined;
  if (!isRecord(schema)) throw new Error(`${definition.kind} has no schema`);
  const { properties } = schema;
  const node = isRecord(properties) ? properties[part] : undefined;
  return isRecord(node) ? node : {};
}

function fileOf({ kind }: Pick<KindDefinition, 'kind'>): string {
  return `crds/${kind.toLowerCase()}.md`;
}

function kindsPage(): Page {
  const rows = documentedKinds.map((definition) => [
    `[${definition.kind}](${fileOf(definition)})`,
    `${definition.group}/${definition.version}`,
    definition.shortNames.map(code).join(', '),
    definition.categories.map(code).join(', '),
    definition.description,
  ]);
  return {
    file: 'crds.md',
    title: 'Custom resources',
    summary: 'Every field of every kind, with its type, default and limits, and an example of each.',
    body: [
      'The chart installs the first four, and upgrades them with the release; `wheelwright crds` prints them. The kinds of KEDA come with',
      'KEDA; a hub without it takes them from `wheelwright crds --for triggers`. DistributedScaledJob has its flags already, and its',
      'kind comes with its controller in a later release.',
      '',
      table(['kind', 'apiVersion', 'short names', 'categories', 'what it is'], rows),
      '',
      '`kubectl get wheelwright -A` lists the objects of all kinds of that category. `kubectl explain KIND.spec` tells the same as these',
      'pages.',
    ].join('\n'),
  };
}

async function kindPage(definition: KindDefinition): Promise<Page> {
  const {
    kind,
    group,
    version,
    scope = 'Namespaced',
    shortNames,
    categories,
    plural,
    description,
  } = definition;
  const example = await readFile(new URL(`${kind}.yaml`, examples), 'utf8');
  const rules = (definition.validations ?? []).map(({ message }) => `- ${message}.`);
  return {
    file: fileOf(definition),
    title: kind,
    summary: description,
    body: [
      description,
      '',
      table(
        ['', ''],
        [
          ['apiVersion', code(`${group}/${version}`)],
          ['scope', scope],
          ['plural', code(plural)],
          ['short names', shortNames.map(code).join(', ')],
          ['categories', categories.map(code).join(', ')],
        ].filter(([, value]) => value !== ''),
      ),
      '',
      '```yaml',
      example.trimEnd(),
      '```',
      '',
      ...(rules.length === 0
        ? []
        : ['The API server refuses a change that breaks one of these rules:', '', ...rules, '']),
      '## Spec',
      '',
      fieldsTable(schemaFields(schemaOf(definition, 'spec'), 'spec')),
      '',
      '## Status',
      '',
      fieldsTable(schemaFields(schemaOf(definition, 'status'), 'status')),
      '',
      '## Columns',
      '',
      'What `kubectl get` shows.',
      '',
      columnsTable(definition),
    ].join('\n'),
  };
}

function fieldsTable(fields: readonly SchemaField[]): string {
  const rows = fields.map(({ path, type, isRequired, default: fallback, limits, description, sameAs }) => [
    code(path),
    isRequired ? `${type}, required` : type,
    fallback === undefined ? '' : code(JSON.stringify(fallback)),
    limits.join('; '),
    sameAs === undefined ? description : `${description} Its fields are those of ${code(sameAs)}.`,
  ]);
  return table(['field', 'type', 'default', 'limits', 'meaning'], rows);
}

function columnsTable({ printerColumns }: KindDefinition): string {
  const rows = printerColumns
    .toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0))
    .map(({ name, jsonPath, priority = 0, description = '' }) => [
      name,
      code(jsonPath),
      priority > 0 ? 'with `-o wide`' : 'always',
      description,
    ]);
  return table(['column', 'field', 'shown', 'meaning'], rows);
}
