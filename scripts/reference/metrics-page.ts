import { type MetricRow, metricTable } from '../../src/controller/metric-table.ts';
import { code, table } from '../markdown.ts';
import type { Page } from './page.ts';
import { processMetrics } from './process-metrics.ts';

const chapters: readonly (readonly [title: string, names: RegExp, about: string])[] = [
  [
    'Clusters',
    /^wheelwright_(cluster|credential|members|provider)/,
    'Series of a cluster end when nobody uses the cluster any more.',
  ],
  [
    'Delivery of Knative',
    /^wheelwright_(resource|inventory|drift|delivery|install)/,
    'Series of an object end with the object. A fleet at rest writes nothing.',
  ],
  ['Scaling', /^wheelwright_(dso|trigger)/, 'With `--enable-dso`.'],
  [
    'Scaling, by the names of Kedify',
    /^kube_kedify_/,
    'Boards and alerts made for Kedify, which has these from kube-state-metrics, go on. Their labels `namespace` and `name` are those of the object.',
  ],
  [
    'Controllers',
    /^(controller_runtime|workqueue|leader_election)_/,
    'Names and meaning are those of operators in Go. A controller is `knativeserving`, `knativeeventing` or `distributedscaledobject`.',
  ],
  ['Requests to API servers', /^rest_client_/, 'No address is ever a label.'],
  ['The program', /^wheelwright_(build|buckets)/, 'One process each; sum over the replicas.'],
];

/** Labels with a closed set of values, or a meaning that their names do not tell. */
const labels: readonly (readonly [name: string, meaning: string])[] = [
  ['target_cluster', 'The cluster: `NAMESPACE/NAME` of its ClusterProfile.'],
  [
    'object_namespace, object_name',
    'The object on the hub. Never `namespace` or `name`, which Prometheus sets itself.',
  ],
  ['state', 'Of a cluster: `Connecting`, `Ready`, `Unreachable` or `Removing`.'],
  ['outcome', 'Of requests: `ok`, `throttled`, `denied`, `refused` or `error`.'],
  ['host', '`hub` or `spokes`.'],
  ['result', '`success`, `requeue_after` or `error`.'],
  ['reason', 'A [reason](reasons.md); empty while the object is ready.'],
  ['action', 'Of drift: `recreated`, `reverted`, `left` or `reported`.'],
];

export function metricsPage(): Page {
  const rows = Object.entries<MetricRow>(metricTable);
  const left = rows.filter(([name]) => !chapters.some(([, names]) => names.test(name)));
  if (left.length > 0)
    throw new Error(`no chapter of metrics.md has ${left.map(([name]) => name).join(', ')}`);
  const own = chapters.map(([title, names, about]) => {
    const entries = rows.filter(([name]) => names.test(name)).map(([name, row]) => ({ name, ...row }));
    return `## ${title}\n\n${about}\n\n${metricsTable(entries)}`;
  });
  return {
    file: 'metrics.md',
    title: 'Metrics',
    summary: 'Every metric with its type, labels and meaning.',
    body: [
      '`/metrics` is served on `--metrics-bind-address`, in the text format of Prometheus. Durations are in seconds, times in seconds',
      'since 1970. A metric that is not on this page does not exist: a test compares the two.',
      '',
      ...own.flatMap((chapter) => [chapter, '']),
      '## The process',
      '',
      'From Node.js and the operating system; those of files and of virtual memory are there on Linux only.',
      '',
      metricsTable(processMetrics),
      '',
      '## Labels',
      '',
      table(
        ['label', 'values'],
        labels.map(([name, meaning]) => [name.split(', ').map(code).join(', '), meaning]),
      ),
    ].join('\n'),
  };
}

type NamedMetric = Pick<MetricRow, 'type' | 'labels' | 'help'> & { readonly name: string };

function metricsTable(metrics: readonly NamedMetric[]): string {
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    metrics.map(({ name, type, labels: names, help }) => [
      code(name),
      type,
      names.map(code).join(', '),
      help,
    ]),
  );
}
