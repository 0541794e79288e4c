import { reliedOn } from './counted.ts';
import type { Finding } from './finding.ts';
import type { MemberRow } from './member-row.ts';
import type { RegisteredMember } from './observation.ts';

/**
 * What nobody can scale any more, if anything runs there. `successor` is what its member has become: the same id may lead
 * to another cluster now.
 */
export function orphaned(
  row: MemberRow,
  successor?: { readonly id: RegisteredMember['id'] | undefined },
): readonly Finding[] {
  const { name, namespace, desired, phase } = row;
  const left = phase.name === 'lost' || phase.name === 'excluded' ? reliedOn(row) : desired;
  if (left === 0) return [];
  const message =
    successor?.id === row.id
      ? `${name} leads to another cluster now; ${left} replicas in namespace '${namespace}' of the one before stay as they are.`
      : `${name} is not registered any more; ${left} replicas in its namespace '${namespace}' stay as they are.`;
  return [{ reason: 'MemberOrphaned', message }];
}
