import { type Board, ofJob, ofKedifyObject, ofObject, quantile } from './board.ts';

const ofMember = 'object_namespace, object_name, member';
const member = '{{object_namespace}}/{{object_name}} {{member}}';
const replicas = (state: 'current' | 'desired'): string =>
  `max by (${ofMember}) (wheelwright_dso_member_replicas{${ofObject},state="${state}"})`;
const kedify = (name: string): string =>
  `max by (namespace, name) (kube_kedify_distributedscaledobject_${name}{${ofKedifyObject}})`;
const arrivals = `wheelwright_dso_write_duration_seconds_bucket{${ofJob}}`;

/** How workloads are spread over members. */
export const scalingBoard: Board = {
  uid: 'wheelwright-scaling',
  title: 'Wheelwright / Scaling',
  variables: ['job', 'object_namespace', 'object_name'],
  rows: [
    {
      title: 'Objects',
      lines: [
        [
          {
            kind: 'timeseries',
            title: 'Wanted, running and ready',
            shows: 'Replicas on all members together.',
            badIf: 'ready stays below wanted',
            queries: [
              { expr: kedify('spec_total_target_replicas'), legend: '{{namespace}}/{{name}} wanted' },
              { expr: kedify('status_total_current_replicas'), legend: '{{namespace}}/{{name}} running' },
              {
                expr: `max by (object_namespace, object_name) (wheelwright_dso_ready_replicas{${ofObject}})`,
                legend: '{{object_namespace}}/{{object_name}} ready',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Replicas by member',
            shows: 'What each member is asked to run.',
            badIf: 'a member has far from its share',
            stacked: true,
            queries: [{ expr: replicas('desired'), legend: member }],
          },
          {
            kind: 'timeseries',
            title: 'Missing by member',
            shows: 'What a member is asked to run and does not; below 0 it runs too many.',
            badIf: 'it stays away from 0',
            queries: [{ expr: `${replicas('desired')} - ${replicas('current')}`, legend: member }],
          },
        ],
        [
          {
            kind: 'state-timeline',
            title: 'Members excluded',
            shows: '1 while others have the replicas of a member.',
            badIf: 'it is 1 for longer than an outage should take',
            queries: [
              {
                expr: `max by (${ofMember}) (wheelwright_dso_member_excluded{${ofObject}})`,
                legend: member,
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Members that are ready',
            shows: 'Share of the members that an object wants.',
            badIf: 'it is less than all',
            unit: 'percentunit',
            queries: [
              {
                expr: `${kedify('status_members_healthy_count')} / ${kedify('status_members_total_count')}`,
                legend: '{{namespace}}/{{name}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Unplaced',
            shows: 'Replicas of the total that no member is asked to run.',
            badIf: 'it is not 0',
            limit: 1,
            queries: [
              {
                expr: `max by (object_namespace, object_name) (wheelwright_dso_unplaced_replicas{${ofObject}})`,
                legend: '{{object_namespace}}/{{object_name}}',
              },
            ],
          },
          {
            kind: 'table',
            title: 'Conditions',
            shows: 'Status and reason of each condition.',
            badIf: 'Ready is False',
            queries: [
              {
                expr: `max by (namespace, name, type, status, reason) (kube_kedify_distributedscaledobject_status_condition_info{${ofKedifyObject}})`,
                legend: '',
              },
            ],
          },
        ],
      ],
    },
    {
      title: 'All objects together',
      lines: [
        [
          {
            kind: 'timeseries',
            title: 'From decision to arrival',
            shows: 'Until a number has arrived on its member, of 50 and of 99 in a hundred.',
            badIf: 'it is more than half a second while the members answer',
            unit: 's',
            limit: 0.5,
            queries: [
              { expr: quantile(0.5, arrivals), legend: '50 %' },
              { expr: quantile(0.99, arrivals), legend: '99 %' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Numbers that did not arrive',
            shows: 'Writes that failed; refused is true where trying again does not help.',
            badIf: 'refused is above 0',
            unit: 'ops',
            queries: [
              {
                expr: `sum by (refused) (rate(wheelwright_dso_write_failures_total{${ofJob}}[15m]))`,
                legend: 'refused {{refused}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Trigger reads',
            shows: 'Of the builtin engine, by outcome. The engine keda reads its triggers itself.',
            badIf: 'errors go on',
            unit: 'ops',
            queries: [
              {
                expr: `sum by (trigger_type, outcome) (rate(wheelwright_trigger_reads_total{${ofJob}}[$__rate_interval]))`,
                legend: '{{trigger_type}} {{outcome}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Planning takes',
            shows: 'How long it takes to decide who runs how many, of 99 in a hundred.',
            badIf: 'it is more than a tenth of a second',
            unit: 's',
            limit: 0.1,
            queries: [
              {
                expr: quantile(0.99, `wheelwright_dso_plan_duration_seconds_bucket{${ofJob}}`),
                legend: '99 %',
              },
            ],
          },
        ],
      ],
    },
  ],
};
