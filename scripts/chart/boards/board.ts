/** One query of a panel, in PromQL, and what its series are called. */
export interface Query {
  readonly expr: string;
  /** With `{{label}}` for labels; empty in tables. */
  readonly legend: string;
}

export interface Panel {
  readonly kind: 'stat' | 'table' | 'bargauge' | 'piechart' | 'timeseries' | 'state-timeline';
  readonly title: string;
  /** What it shows. */
  readonly shows: string;
  /** When to worry, after "Bad if". */
  readonly badIf: string;
  /** Grafana's name of the unit; default: a plain number. */
  readonly unit?: string;
  /** A value from which on it is red. */
  readonly limit?: number;
  readonly stacked?: boolean;
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  /** Those in one list are side by side. */
  readonly lines: readonly (readonly Panel[])[];
}

export interface Board {
  /** Never changes, so that links stay. */
  readonly uid: string;
  readonly title: string;
  readonly variables: readonly VariableName[];
  readonly rows: readonly Row[];
}

export type VariableName = keyof typeof variables;

/** What each variable may be, as Grafana asks Prometheus for it. */
const variables = {
  job: { label: 'Job', query: 'label_values(wheelwright_build_info, job)' },
  target_cluster: {
    label: 'Cluster',
    query: 'label_values(wheelwright_cluster_state{job=~"$job"}, target_cluster)',
  },
  object_namespace: {
    label: 'Namespace',
    query: 'label_values(wheelwright_dso_ready_replicas{job=~"$job"}, object_namespace)',
  },
  object_name: {
    label: 'Name',
    query:
      'label_values(wheelwright_dso_ready_replicas{job=~"$job",object_namespace=~"$object_namespace"}, object_name)',
  },
} as const;

/** Matchers of every query: the job is chosen at the top of a board, and so is what it is about. */
export const ofJob = 'job=~"$job"';
export const ofCluster = `${ofJob},target_cluster=~"$target_cluster"`;
export const ofObject = `${ofJob},object_namespace=~"$object_namespace",object_name=~"$object_name"`;
/** The same of metrics that have Kedify's labels. */
export const ofKedifyObject = `${ofJob},namespace=~"$object_namespace",name=~"$object_name"`;

/** So many of a hundred took no longer; `by` are labels that are told apart. */
export function quantile(
  share: number,
  histogram: string,
  by: readonly string[] = [],
  window = '$__rate_interval',
): string {
  return `histogram_quantile(${share}, sum by (${['le', ...by].join(', ')}) (rate(${histogram}[${window}])))`;
}

const width = 24;
const datasource = { type: 'prometheus', uid: '${datasource}' };
/** Of its latest values, in place of a course. */
const momentary = new Set<Panel['kind']>(['stat', 'table', 'bargauge', 'piechart']);

/** The JSON that Grafana imports. */
export function boardJson(board: Board): string {
  const { uid, title } = board;
  const content = {
    uid,
    title,
    tags: ['wheelwright'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    timezone: '',
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    links: [
      { type: 'dashboards', title: 'Wheelwright', tags: ['wheelwright'], keepTime: true, includeVars: true },
    ],
    annotations: { list: [] },
    templating: { list: [dataSourceVariable, ...board.variables.map(variable)] },
    panels: layOut(board),
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}

const dataSourceVariable = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
};

function variable(name: VariableName): object {
  const { label, query } = variables[name];
  return {
    name,
    label,
    type: 'query',
    datasource,
    query: { query, refId: 'variable' },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  };
}

function layOut({ rows }: Board): readonly object[] {
  const placed: object[] = [];
  let y = 0;
  for (const row of rows) {
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { h: 1, w: width, x: 0, y },
      panels: [],
    });
    y += 1;
    for (const line of row.lines) {
      const h = line.every(({ kind }) => kind === 'stat') ? 4 : 8;
      const w = Math.floor(width / line.length);
      for (const [index, panel] of line.entries())
        placed.push(panelJson(panel, placed.length + 1, { h, w, x: index * w, y }));
      y += h;
    }
  }
  return placed;
}

function panelJson(panel: Panel, id: number, gridPos: object): object {
  const { kind, title, shows, badIf, unit = 'none', limit, stacked = false, queries } = panel;
  const isMomentary = momentary.has(kind);
  const steps = [
    { color: 'green', value: null },
    ...(limit === undefined ? [] : [{ color: 'red', value: limit }]),
  ];
  return {
    id,
    type: kind,
    title,
    description: `${shows} Bad if ${badIf}.`,
    datasource,
    gridPos,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource,
      expr,
      legendFormat: legend,
      instant: isMomentary,
      range: !isMomentary,
      format: kind === 'table' ? 'table' : 'time_series',
    })),
    fieldConfig: {
      defaults: {
        unit,
        thresholds: { mode: 'absolute', steps },
        ...(kind === 'timeseries'
          ? {
              custom: {
                stacking: { mode: stacked ? 'normal' : 'none' },
                thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' },
              },
            }
          : {}),
      },
      overrides: [],
    },
    options: optionsOf(kind),
    ...(kind === 'table'
      ? {
          transformations: [
            { id: 'organize', options: { excludeByName: { Time: true, Value: true, __name__: true } } },
          ],
        }
      : {}),
  };
}

function optionsOf(kind: Panel['kind']): object {
  switch (kind) {
    case 'timeseries':
      return { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } };
    case 'bargauge':
      return { orientation: 'horizontal' };
    default:
      return {};
  }
}
