import { type Board, ofCluster, ofJob } from './board.ts';

const states = `wheelwright_cluster_state{${ofCluster}}`;
const ready = `wheelwright_cluster_state{${ofCluster},state="Ready"}`;
const unreachable = `wheelwright_cluster_state{${ofCluster},state="Unreachable"}`;

/** What needs somebody now. Replicas report what each of them sees, so that queries take one value of all. */
export const fleetBoard: Board = {
  uid: 'wheelwright-fleet',
  title: 'Wheelwright / Fleet',
  variables: ['job', 'target_cluster'],
  rows: [
    {
      title: 'Now',
      lines: [
        [
          {
            kind: 'stat',
            title: 'Clusters that answer',
            shows: 'Share of all clusters.',
            badIf: 'it is less than all for longer than an upgrade takes',
            unit: 'percentunit',
            queries: [
              {
                expr: `(count(max by (target_cluster) (${ready})) or vector(0)) / count(max by (target_cluster) (${states}))`,
                legend: 'answer',
              },
            ],
          },
          {
            kind: 'stat',
            title: 'Clusters unreachable',
            shows: 'Clusters whose connection is lost.',
            badIf: 'it is not 0',
            limit: 1,
            queries: [
              {
                expr: `count(max by (target_cluster) (${unreachable})) or vector(0)`,
                legend: 'unreachable',
              },
            ],
          },
          {
            kind: 'stat',
            title: 'Objects not ready',
            shows: 'KnativeServing and KnativeEventing objects whose Ready is not True.',
            badIf: 'it is not 0 and nothing is being installed',
            limit: 1,
            queries: [
              {
                expr: `count(max by (kind, object_namespace, object_name) (wheelwright_resource_status{${ofCluster},reason!=""})) or vector(0)`,
                legend: 'not ready',
              },
            ],
          },
          {
            kind: 'stat',
            title: 'Replicas that report',
            shows: 'Replicas of the operator.',
            badIf: 'they are fewer than the Deployment asks for',
            queries: [{ expr: `count(wheelwright_build_info{${ofJob}})`, legend: 'replicas' }],
          },
        ],
        [
          {
            kind: 'table',
            title: 'Alerts',
            shows: 'Alerts of Wheelwright that fire.',
            badIf: 'there is any',
            queries: [{ expr: 'ALERTS{alertname=~"Wheelwright.*",alertstate="firing"}', legend: '' }],
          },
          {
            kind: 'table',
            title: 'Objects not ready, and why',
            shows: 'The reason of the condition Ready.',
            badIf: 'an object stays here for a quarter of an hour',
            queries: [
              {
                expr: `max by (kind, object_namespace, object_name, target_cluster, reason) (wheelwright_resource_status{${ofCluster},reason!=""})`,
                legend: '',
              },
            ],
          },
        ],
      ],
    },
    {
      title: 'Clusters',
      lines: [
        [
          {
            kind: 'timeseries',
            title: 'Clusters by state',
            shows: 'How many clusters are in each state.',
            badIf: 'anything but Ready stays',
            stacked: true,
            queries: [
              { expr: `count by (state) (max by (target_cluster, state) (${states}))`, legend: '{{state}}' },
            ],
          },
          {
            kind: 'state-timeline',
            title: 'State of each cluster',
            shows: 'One line for each state that a cluster was in.',
            badIf: 'a line breaks again and again',
            queries: [
              {
                expr: `max by (target_cluster, state) (${states})`,
                legend: '{{target_cluster}} {{state}}',
              },
            ],
          },
          {
            kind: 'piechart',
            title: 'Versions of Kubernetes',
            shows: 'What the clusters run.',
            badIf: 'there is one that Knative does not accept any more',
            queries: [
              {
                expr: `count by (server_version) (max by (target_cluster, server_version) (wheelwright_cluster_info{${ofCluster}}))`,
                legend: '{{server_version}}',
              },
            ],
          },
        ],
        [
          {
            kind: 'bargauge',
            title: 'Silent for longest',
            shows: 'Time since a cluster has answered last.',
            badIf: 'it is more than five minutes',
            unit: 's',
            limit: 300,
            queries: [
              {
                expr: `topk(10, time() - max by (target_cluster) (wheelwright_cluster_last_contact_timestamp_seconds{${ofCluster}}))`,
                legend: '{{target_cluster}}',
              },
            ],
          },
          {
            kind: 'bargauge',
            title: 'Credentials end in',
            shows:
              'Time until the credential for a cluster ends. Those that a provider renews are short at all times.',
            badIf: 'one goes towards 0 and is not renewed',
            unit: 's',
            queries: [
              {
                expr: `sort(max by (target_cluster) (wheelwright_cluster_credential_expiry_timestamp_seconds{${ofCluster}}) - time())`,
                legend: '{{target_cluster}}',
              },
            ],
          },
          {
            kind: 'bargauge',
            title: 'Certificate authorities end in',
            shows: 'Time until the first certificate of the CA bundle of a cluster ends.',
            badIf: 'it is less than a month',
            unit: 's',
            queries: [
              {
                expr: `sort(max by (target_cluster) (wheelwright_cluster_authority_expiry_timestamp_seconds{${ofCluster}}) - time())`,
                legend: '{{target_cluster}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Members',
            shows: 'Members by where they come from and how they are.',
            badIf: 'some stay NotReady',
            queries: [
              {
                expr: `max by (provider, state) (wheelwright_members{${ofJob}})`,
                legend: '{{provider}} {{state}}',
              },
            ],
          },
        ],
      ],
    },
    {
      title: 'Drift',
      lines: [
        [
          {
            kind: 'timeseries',
            title: 'Changes by others in an hour',
            shows: 'What was done about them: recreated, reverted, left or only reported.',
            badIf: 'it goes on for hours: two manage the same object',
            queries: [
              {
                expr: `sum by (action) (increase(wheelwright_drift_total{${ofCluster}}[1h]))`,
                legend: '{{action}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Changes by others in six hours, by cluster',
            shows: 'The ten clusters with most of them.',
            badIf: 'one cluster has far more than the others',
            queries: [
              {
                expr: `topk(10, sum by (target_cluster) (increase(wheelwright_drift_total{${ofCluster}}[6h])))`,
                legend: '{{target_cluster}}',
              },
            ],
          },
        ],
      ],
    },
  ],
};
