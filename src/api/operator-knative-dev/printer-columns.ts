import type { PrinterColumn } from '../crd/definition.ts';

/** What `kubectl get` shows for both kinds; priority 1 needs `-o wide`, which shows them last. */
export const printerColumns: readonly PrinterColumn[] = [
  {
    name: 'Version',
    type: 'string',
    jsonPath: '.status.version',
    description: 'The version that last became available',
  },
  {
    name: 'Ready',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].status',
    description: 'Whether it is installed and works',
  },
  {
    name: 'Reason',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
    description: 'Why it does not, in one word',
  },
  {
    name: 'Target Cluster',
    type: 'string',
    jsonPath: '.spec.clusterProfileRef.name',
    description: 'The cluster; empty for the hub itself',
  },
  {
    name: 'Target Namespace',
    type: 'string',
    jsonPath: '.status.target.namespace',
    priority: 1,
    description: 'The namespace on that cluster',
  },
  {
    name: 'Age',
    type: 'date',
    jsonPath: '.metadata.creationTimestamp',
    description: 'Time since creation',
  },
  {
    name: 'Next Version',
    type: 'string',
    jsonPath: '.status.nextVersion',
    priority: 1,
    description: 'The version to choose next',
  },
  {
    name: 'Message',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].message',
    priority: 1,
    description: 'Why it does not work, and what to do',
  },
];
