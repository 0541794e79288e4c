import type { PrinterColumn } from '../crd/definition.ts';

/** As Kedify has them, Age before Paused included: scripts count columns. */
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
];
