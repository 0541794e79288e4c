import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { definitionTemplate } from './definition-template.ts';
import { clusterRoleFile, rulesTable } from './rights-document.ts';
import { rulesTemplate } from './rules-template.ts';
import { jsonSchema, type SchemaNode } from './schema-node.ts';
import { chartValues } from './values.ts';
import { valuesFile } from './values-file.ts';
import { valuesTable } from './values-table.ts';
import { wrapWords } from './wrap-words.ts';

const chart = new URL('../../charts/wheelwright/', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, chart), 'utf8');

function nodesOf({ properties = {} }: SchemaNode, path: string): readonly (readonly [string, SchemaNode])[] {
  return Object.entries(properties).flatMap(([name, node]) => [
    [`${path}.${name}`, node] as const,
    ...nodesOf(node, `${path}.${name}`),
    ...nodesOf(node.items ?? {}, `${path}.${name}[]`),
  ]);
}

describe('values', () => {
  const schema = jsonSchema(chartValues);

  it('are all described, and objects of ours are closed', () => {
    const all = [['', schema] as const, ...nodesOf(schema, '')];
    expect(all.filter(([path, { description = '' }]) => path !== '' && description === '')).toEqual([]);
    const open = all.filter(
      ([path, { properties, additionalProperties }]) =>
        properties !== undefined &&
        additionalProperties !== false &&
        !/^\.(agent|global|knative_operator)|accessProvidersConfig/.test(path),
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it('of other charts are all told, with those of ours that mean the same', () => {
    const others = valuesTable(schema)
      .split('\n')
      .filter((row) => /^\| `(knative_operator|agent|global)\./.test(row));
    for (const name of [
      'knative_operator.multicluster.accessProvidersConfig',
      'knative_operator.multicluster.plugins',
      'knative_operator.knative_operator.containerSecurityContext',
      'knative_operator.operator_webhook',
      'knative_operator.kubernetes_min_version',
      'agent.features.distributedScaledJobsEnabled',
      'agent.multicluster.localCluster.name',
      'global.features.multicluster.type',
    ])
      expect(others.some((row) => row.startsWith(`| \`${name}\` |`))).toBe(true);
    expect(others.filter((row) => row.endsWith('|  |'))).toEqual([]);
  });

  it('have defaults that they take themselves', () => {
    const defaults = load(valuesFile(schema));
    expect(chartValues.safeParse(defaults).error).toBe(undefined);
    expect(defaults).toMatchObject({ replicas: 2, crds: { keep: true }, multicluster: { plugins: [] } });
  });

  it('are shown with their comments, those without a default as comments', () => {
    const small = z.strictObject({
      size: z.enum(['s', 'm']).default('s').describe('How big.'),
      part: z.strictObject({ ready: z.boolean().default(false).describe('Whether.') }).describe('A part.'),
      other: z.string().optional().describe('Unset.'),
    });
    expect(valuesFile(jsonSchema(small)).split('\n').slice(2)).toEqual([
      '# How big. One of s, m.',
      'size: s',
      '',
      '# A part.',
      'part:',
      '  # Whether.',
      '  ready: false',
      '',
      '# Unset.',
      '# other:',
      '',
    ]);
    expect(valuesTable(jsonSchema(small)).split('\n').slice(2)).toEqual([
      '| `size` | `s` | How big. One of `s`, `m`. |',
      '| `part.ready` | `false` | Whether. |',
      '| `other` |  | Unset. |',
    ]);
  });
});

describe('rules', () => {
  const rules = [
    { group: '', resources: ['secrets'], verbs: ['get'], names: ['a'], why: 'It is | read.' },
    {
      group: 'rbac.authorization.k8s.io',
      resources: ['clusterroles'],
      verbs: ['escalate'],
      names: ['b'],
      why: 'It is given away.',
      isOptional: true,
    },
  ] as const;

  it('become templates that take further names', () => {
    const text = rulesTemplate([{ name: 'x', scope: 'own', about: 'About.', rules }]);
    expect(text.split('\n').slice(2)).toEqual([
      '{{- define "wheelwright.rules.x" -}}',
      '# About.',
      '# It is | read.',
      '- apiGroups: [""]',
      '  resources: ["secrets"]',
      '  resourceNames:',
      '    - a',
      '  verbs: [get]',
      '# It is given away. Optional.',
      '- apiGroups: ["rbac.authorization.k8s.io"]',
      '  resources: ["clusterroles"]',
      '  resourceNames:',
      '    - b',
      '{{- range .Values.rbac.extraClusterRoles }}',
      '    - {{ . | quote }}',
      '{{- end }}',
      '  verbs: [escalate]',
      '{{- end }}',
      '',
    ]);
  });

  it('become a ClusterRole', () => {
    expect(load(clusterRoleFile('r', 'About.', rules))).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'r' },
      rules: [
        { apiGroups: [''], resources: ['secrets'], resourceNames: ['a'], verbs: ['get'] },
        {
          apiGroups: ['rbac.authorization.k8s.io'],
          resources: ['clusterroles'],
          resourceNames: ['b'],
          verbs: ['escalate'],
        },
      ],
    });
  });

  it('become a table', () => {
    expect(rulesTable(rules).split('\n')[2]).toBe('| `secrets` named `a` | get | It is \\| read. |');
  });
});

it('definitions become templates that mean the same', () => {
  const text = '# Generated.\n---\nkind: X\nmetadata:\n  name: x\nspec:\n  description: uses {{ braces }}\n';
  const template = definitionTemplate({ name: 'x.yaml', text }).text;
  expect(template).toContain('metadata:\n{{- if .Values.crds.keep }}\n  annotations:\n');
  expect(template).toContain('description: uses {{ "{{" }} braces }}');
  expect(() => definitionTemplate({ name: 'y.yaml', text: '---\nkind: X\n' })).toThrow("'y.yaml'");
});

it('words are wrapped', () => {
  expect(wrapWords('a bb ccc dddd e', 4)).toEqual(['a bb', 'ccc', 'dddd', 'e']);
});

describe('the chart', () => {
  it('has the version of the program', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as {
      readonly version: string;
    };
    expect(load(await read('Chart.yaml'))).toMatchObject({ version, appVersion: version });
  });
});
