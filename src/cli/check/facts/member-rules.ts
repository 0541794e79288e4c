import type { Rule } from './rule.ts';

const read = ['get', 'list', 'watch'] as const;

/** What the operator does on a member to scale there: the ClusterRole that members are set up with, and no more. */
export const memberRules: readonly Rule[] = [
  { group: '*', resources: ['*/scale'], verbs: [...read, 'update', 'patch'] },
  { group: 'apps', resources: ['deployments'], verbs: [...read, 'update', 'patch'] },
  { group: '', resources: ['pods'], verbs: read },
  { group: 'batch', resources: ['jobs'], verbs: [...read, 'create', 'update', 'patch', 'delete'] },
];
