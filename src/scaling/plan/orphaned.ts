import { reliedOn } from './counted.ts';
import type { Finding } from './finding.ts';
import type { MemberRow } from './member-row.ts';

/** What nobody can scale any more, if anything runs there. */
export function orphaned(row: MemberRow): readonly Finding[] {
  const { name, namespace, desired, phase } = row;
  const left = phase.name === 'lost' || phase.name === 'excluded' ? reliedOn(row) : desired;
  if (left === 0) return [];
  return [
    {
      reason: 'MemberOrphaned',
      message: `${name} is not registered any more; ${left} replicas in its namespace '${namespace}' stay as they are.`,
    },
  ];
}
