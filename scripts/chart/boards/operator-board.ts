import { type Board, ofJob, quantile } from './board.ts';

const rate = (metric: string, more = ''): string => `rate(${metric}{${ofJob}${more}}[$__rate_interval])`;
const reconciles = `controller_runtime_reconcile_time_seconds_bucket{${ofJob}}`;

/** How the operator itself does. */
export const operatorBoard: Board = {
  uid: 'wheelwright-operator',
  title: 'Wheelwright / Operator',
  variables: ['job'],
  rows: [
    {
      title: 'Work',
      lines: [
        [
          {
            kind: 'timeseries',
            title: 'Reconciles',
            shows: 'By controller and result.',
            badIf: 'error stays above 0',
            unit: 'ops',
            queries: [
              {
                expr: `sum by (controller, result) (${rate('controller_runtime_reconcile_total')})`,
                legend: '{{controller}} {{result}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Share of errors',
            shows: 'Reconciles that ended in an error.',
            badIf: 'it stays near 1',
            unit: 'percentunit',
            queries: [
              {
                expr: `sum by (controller) (${rate('controller_runtime_reconcile_errors_total')}) / sum by (controller) (${rate('controller_runtime_reconcile_total')})`,
                legend: '{{controller}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Reconciles take',
            shows: 'Of 50 and of 99 in a hundred.',
            badIf: 'it comes near the deadline of a minute',
            unit: 's',
            limit: 60,
            queries: [
              { expr: quantile(0.5, reconciles, ['controller']), legend: '{{controller}} 50 %' },
              { expr: quantile(0.99, reconciles, ['controller']), legend: '{{controller}} 99 %' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Defects and deadlines',
            shows: 'Reconciles in an hour that ended in a defect of the program, or at their deadline.',
            badIf: 'it is not 0',
            limit: 1,
            queries: [
              {
                expr: `sum by (controller) (increase(controller_runtime_reconcile_panics_total{${ofJob}}[1h]))`,
                legend: '{{controller}} defects',
              },
              {
                expr: `sum by (controller) (increase(controller_runtime_reconcile_timeouts_total{${ofJob}}[1h]))`,
                legend: '{{controller}} deadlines',
              },
            ],
          },
        ],
        [
          {
            kind: 'timeseries',
            title: 'Queues',
            shows: 'Keys that wait for a worker.',
            badIf: 'it grows',
            queries: [{ expr: `max by (name) (workqueue_depth{${ofJob}})`, legend: '{{name}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Time in the queue',
            shows: 'How long a key waits for a worker, of 99 in a hundred.',
            badIf: 'it is more than half a minute',
            unit: 's',
            limit: 30,
            queries: [
              {
                expr: quantile(0.99, `workqueue_queue_duration_seconds_bucket{${ofJob}}`, ['name']),
                legend: '{{name}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Longest work',
            shows: 'Time that the longest running key has taken so far.',
            badIf: 'it is more than five minutes',
            unit: 's',
            limit: 300,
            queries: [
              {
                expr: `max by (name) (workqueue_longest_running_processor_seconds{${ofJob}})`,
                legend: '{{name}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Workers busy',
            shows: 'Share of the workers of a controller that are in a reconcile.',
            badIf: 'it stays at all',
            unit: 'percentunit',
            queries: [
              {
                expr: `max by (controller) (controller_runtime_active_workers{${ofJob}} / controller_runtime_max_concurrent_reconciles{${ofJob}})`,
                legend: '{{controller}}',
              },
            ],
          },
        ],
        [
          {
            kind: 'timeseries',
            title: 'Buckets led',
            shows: 'By each replica; together they lead all of them.',
            badIf: 'the sum is not the line of all',
            queries: [
              { expr: `sum by (pod) (leader_election_master_status{${ofJob}})`, legend: '{{pod}}' },
              { expr: `max(wheelwright_buckets{${ofJob}})`, legend: 'all' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Requests to the hub',
            shows: 'By answer.',
            badIf: '429, 5xx or error stay above 0',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (code) (${rate('rest_client_requests_total', ',host="hub"')})`,
                legend: '{{code}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'The hub takes',
            shows: 'Length of requests to the hub, of 99 in a hundred.',
            badIf: 'it is more than a second',
            unit: 's',
            limit: 1,
            queries: [
              {
                expr: quantile(0.99, `rest_client_request_duration_seconds_bucket{${ofJob},host="hub"}`, [
                  'verb',
                ]),
                legend: '{{verb}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Access provider files that could not be used',
            shows: 'In an hour; the last good one stays in force.',
            badIf: 'it is not 0',
            limit: 1,
            queries: [
              {
                expr: `sum(increase(wheelwright_provider_file_reload_failures_total{${ofJob}}[1h]))`,
                legend: 'files',
              },
            ],
          },
        ],
      ],
    },
    {
      title: 'Process',
      lines: [
        [
          {
            kind: 'timeseries',
            title: 'Memory',
            shows: 'Resident memory of each replica.',
            badIf: 'it is above 400 MB, or grows from day to day',
            unit: 'bytes',
            limit: 400_000_000,
            queries: [{ expr: `process_resident_memory_bytes{${ofJob}}`, legend: '{{pod}}' }],
          },
          {
            kind: 'timeseries',
            title: 'CPU',
            shows: 'Seconds of a core in a second.',
            badIf: 'it stays near 1: the program runs on one core',
            unit: 'short',
            queries: [{ expr: rate('process_cpu_seconds_total'), legend: '{{pod}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Lateness of the event loop',
            shows: 'Of 99 in a hundred turns.',
            badIf: 'it is more than a tenth of a second for long',
            unit: 's',
            limit: 0.1,
            queries: [{ expr: `nodejs_eventloop_lag_p99_seconds{${ofJob}}`, legend: '{{pod}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Open files and sockets',
            shows: 'Of each replica.',
            badIf: 'it grows without more clusters',
            queries: [{ expr: `process_open_fds{${ofJob}}`, legend: '{{pod}}' }],
          },
        ],
      ],
    },
  ],
};
