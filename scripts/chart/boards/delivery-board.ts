import { type Board, ofCluster, ofJob, quantile } from './board.ts';

const requests = `rate(wheelwright_cluster_requests_total{${ofCluster}}[$__rate_interval])`;
const installs = `wheelwright_install_duration_seconds_bucket{${ofJob}}`;

/** How Knative gets to the clusters, and stays there as it is. */
export const deliveryBoard: Board = {
  uid: 'wheelwright-delivery',
  title: 'Wheelwright / Delivery',
  variables: ['job', 'target_cluster'],
  rows: [
    {
      title: 'Installing and mending',
      lines: [
        [
          {
            kind: 'timeseries',
            title: 'From creation to Ready',
            shows: 'Of 50 and of 99 in a hundred objects that became ready for the first time.',
            badIf: 'it is minutes while the clusters have room for the pods',
            unit: 's',
            queries: [
              { expr: quantile(0.5, installs, ['kind'], '30m'), legend: '{{kind}} 50 %' },
              { expr: quantile(0.99, installs, ['kind'], '30m'), legend: '{{kind}} 99 %' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Phases of deliveries',
            shows: 'Length of each phase, of 99 in a hundred.',
            badIf: 'one phase grows from day to day',
            unit: 's',
            queries: [
              {
                expr: quantile(
                  0.99,
                  `wheelwright_delivery_duration_seconds_bucket{${ofJob}}`,
                  ['phase'],
                  '30m',
                ),
                legend: '{{phase}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Time to mend',
            shows: 'From the notice of a change by others to its repair, of 99 in a hundred.',
            badIf: 'it is more than ten seconds',
            unit: 's',
            limit: 10,
            queries: [
              {
                expr: quantile(0.99, `wheelwright_drift_mend_duration_seconds_bucket{${ofJob}}`, [], '6h'),
                legend: 'mended',
              },
            ],
          },
        ],
        [
          {
            kind: 'timeseries',
            title: 'Writes',
            shows: 'Writes of managed objects by verb and outcome.',
            badIf: 'it is not 0 while nobody changes anything',
            unit: 'wps',
            queries: [
              {
                expr: `sum by (verb, outcome) (rate(wheelwright_delivery_writes_total{${ofJob}}[$__rate_interval]))`,
                legend: '{{verb}} {{outcome}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Objects kept',
            shows: 'Objects that are kept on each cluster.',
            badIf: 'it falls and nothing was removed',
            queries: [
              {
                expr: `sum by (target_cluster) (wheelwright_inventory_objects{${ofCluster}})`,
                legend: '{{target_cluster}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Of these not ready',
            shows: 'Objects that are not ready, such as Deployments with too few pods.',
            badIf: 'it is not 0 for longer than a rollout takes',
            limit: 1,
            queries: [
              {
                expr: `sum by (target_cluster) (wheelwright_inventory_not_ready{${ofCluster}})`,
                legend: '{{target_cluster}}',
              },
            ],
          },
        ],
        [
          {
            kind: 'timeseries',
            title: 'Removals that wait',
            shows: 'How long an object has waited for the removal of what it installed.',
            badIf: 'it is more than five minutes',
            unit: 's',
            limit: 300,
            queries: [
              {
                expr: `max by (kind, object_namespace, object_name) (wheelwright_resource_deletion_age_seconds{${ofJob}})`,
                legend: '{{kind}} {{object_namespace}}/{{object_name}}',
              },
            ],
          },
        ],
      ],
    },
    {
      title: 'Connections',
      lines: [
        [
          {
            kind: 'timeseries',
            title: 'Requests per cluster and minute',
            shows: 'A steady cluster gets about one.',
            badIf: 'one cluster gets many more than the others',
            unit: 'rpm',
            queries: [{ expr: `60 * sum by (target_cluster) (${requests})`, legend: '{{target_cluster}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Requests by outcome',
            shows: 'What API servers of clusters answered.',
            badIf: 'denied, throttled or error stay above 0',
            unit: 'reqps',
            queries: [{ expr: `sum by (outcome) (${requests})`, legend: '{{outcome}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Circuits open',
            shows: 'Clusters whose calls are held back after failures.',
            badIf: 'it is not 0',
            limit: 1,
            queries: [
              {
                expr: `sum(max by (target_cluster) (wheelwright_cluster_circuit_open{${ofCluster}}))`,
                legend: 'open',
              },
            ],
          },
        ],
        [
          {
            kind: 'timeseries',
            title: 'Open watches',
            shows: 'Watches on each cluster.',
            badIf: 'it grows without new objects',
            queries: [
              {
                expr: `sum by (target_cluster) (wheelwright_cluster_watches{${ofCluster}})`,
                legend: '{{target_cluster}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Watches that broke',
            shows: 'Watches that had to be opened again, by cause.',
            badIf: 'it goes on while the clusters answer',
            unit: 'ops',
            queries: [
              {
                expr: `sum by (cause) (rate(wheelwright_cluster_watch_restarts_total{${ofCluster}}[15m]))`,
                legend: '{{cause}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Credentials that access providers did not give',
            shows: 'Attempts by provider and kind of failure.',
            badIf: 'it is not 0 for long',
            unit: 'ops',
            queries: [
              {
                expr: `sum by (provider, outcome) (rate(wheelwright_credential_fetch_total{${ofJob},outcome!="ok"}[15m]))`,
                legend: '{{provider}} {{outcome}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Access providers take',
            shows: 'How long a credential takes, of 99 in a hundred.',
            badIf: 'it comes near the timeout of the plugins',
            unit: 's',
            queries: [
              {
                expr: quantile(
                  0.99,
                  `wheelwright_credential_fetch_duration_seconds_bucket{${ofJob}}`,
                  ['provider'],
                  '1h',
                ),
                legend: '{{provider}}',
              },
            ],
          },
        ],
      ],
    },
  ],
};
