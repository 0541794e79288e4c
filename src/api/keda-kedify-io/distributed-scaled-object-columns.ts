import type { PrinterColumn } from '../crd/definition.ts';

/** As Kedify has them, Age before Paused included: scripts count columns. What is ours comes after them, with `-o wide`. */
export const distributedScaledObjectColumns: readonly PrinterColumn[] = [
  {
    name: 'TotalReplicas',
    type: 'string',
    jsonPath: '.status.print.totalReplicas',
    description: 'Replicas: current/desired',
  },
  {
    name: 'Members',
    type: 'string',
    jsonPath: '.status.print.membersCount',
    description: 'Members: healthy/all',
  },
  {
    name: 'Ready',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].status',
    description: 'Whether the total is served',
  },
  {
    name: 'Active',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="ScaledObjectActive")].status',
    description: 'Whether a trigger asks for replicas',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation' },
  {
    name: 'Paused',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Paused")].status',
    description: 'Whether scaling is paused',
  },
  {
    name: 'Target',
    type: 'string',
    jsonPath: '.spec.scaledObjectSpec.scaleTargetRef.name',
    priority: 1,
    description: 'The workload on members',
  },
  {
    name: 'Rebalancing',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Rebalancing")].status',
    priority: 1,
    description: 'Whether replicas move because of an outage or a return',
  },
  {
    name: 'Reason',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
    priority: 1,
    description: 'Why the total is served, or not, in one word',
  },
  {
    name: 'Message',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].message',
    priority: 1,
    description: 'The same in a sentence',
  },
];
