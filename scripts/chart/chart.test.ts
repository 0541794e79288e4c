import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { metricTable } from '../../src/controller/metric-table.ts';
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

  /** Metrics with labels of Go's libraries and of Node end differently. */
  const known = Object.keys(metricTable);
  const metricsIn = (expression: string): readonly string[] =>
    [
      ...expression.matchAll(
        /\b(?:wheelwright|kube_kedify|workqueue|controller_runtime|rest_client|leader_election)_\w+/g,
      ),
    ].map(([name]) => name.replace(/_(bucket|sum|count)$/, (suffix) => (known.includes(name) ? suffix : '')));

  it('has alerts about metrics that there are, each with what is wrong and what to do', async () => {
    const alerts = load(await read('files/alerts.yaml')) as readonly {
      readonly alert: string;
      readonly expr: string;
      readonly labels: { readonly severity: string };
      readonly annotations: { readonly summary: string; readonly description: string };
    }[];
    for (const { alert, expr, labels, annotations } of alerts) {
      expect(alert).toMatch(/^Wheelwright[A-Z]/);
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\.$/);
      expect(annotations.description).toMatch(/\S/);
      expect(metricsIn(expr)).not.toEqual([]);
      for (const name of metricsIn(expr)) expect(known).toContain(name);
    }
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  it('has a dashboard about metrics that there are', async () => {
    const { panels } = JSON.parse(await read('files/dashboard.json')) as {
      readonly panels: readonly {
        readonly title: string;
        readonly description?: string;
        readonly targets?: readonly { readonly expr: string }[];
      }[];
    };
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(20);
    for (const query of queries) for (const name of metricsIn(query)) expect(known).toContain(name);
    const shown = panels.filter(({ targets }) => targets !== undefined);
    for (const { description } of shown) expect(description).toMatch(/\.$/);
  });

  /** Labels in a query of a metric that does not have them select nothing, and say nothing. */
  it('selects by labels that the metrics have', async () => {
    const text =
      (await read('files/alerts.yaml')) + (await read('files/dashboard.json')).replaceAll('\\"', '"');
    const selections = [...text.matchAll(/\b([a-z_]+)\{([a-z_]+)=~?"/g)];
    expect(selections.length).toBeGreaterThan(5);
    for (const [, name = '', label = ''] of selections)
      expect(
        (metricTable as Readonly<Record<string, { readonly labels: readonly string[] }>>)[name]?.labels,
      ).toContain(label);
  });
});
