import type { PrinterColumn } from '../crd/definition.ts';

/** What `kubectl get` shows for both kinds; priority 1 needs `-o wide`. */
export const printerColumns: readonly PrinterColumn[] = [
  { name: 'Version', type: 'string', jsonPath: '.status.version' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
  { name: 'Target Cluster', type: 'string', jsonPath: '.spec.clusterProfileRef.name' },
  { name: 'Target Namespace', type: 'string', jsonPath: '.status.target.namespace', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];
