import type { Finding } from './finding.ts';
import type { MemberRow, PlanState } from './member-row.ts';
import type { RegisteredMember } from './observation.ts';
import { placeOf } from './place.ts';
import type { ListedMember, PlanSpec } from './plan-spec.ts';

/** A member that the spec wants, as far as it is there. */
export interface EffectiveMember extends ListedMember {
  /** The alias, whatever the spec calls it. */
  readonly name: string;
  /** What the spec calls it, where that is not the alias. */
  readonly reference: string | undefined;
  /** Undefined where no such member is registered. */
  readonly id: string | undefined;
  /** Since when what the spec calls it leads to another member. */
  readonly retargetedAt: number | undefined;
}

export interface EffectiveMembers {
  /** By place. */
  readonly wanted: ReadonlyMap<string, EffectiveMember>;
  readonly findings: readonly Finding[];
}

/** The listed members, or all. Drained ones have no weight; one listed twice has the weight of both. */
export function effectiveMembers(
  spec: PlanSpec,
  registered: readonly RegisteredMember[],
  last: PlanState | undefined,
  now: number,
): EffectiveMembers {
  const wanted = new Map<string, EffectiveMember>();
  const findings: Finding[] = [];
  const isListed = spec.members.length > 0;
  const listed = isListed ? spec.members : registered.map(({ name }) => unlisted(name, spec.namespace));
  for (const given of listed) {
    let found = findMember(given.name, registered);
    let retargetedAt: number | undefined;
    const before = isListed ? retargeted(given, found, registered, last) : undefined;
    if (before !== undefined) {
      findings.push(movesTo(given, before.member, found));
      retargetedAt = before.row.retargetedAt ?? now;
      if (now < retargetedAt + spec.policy.gracePeriod) found = before.member;
    }
    const member = drainedIf(found?.isDrained === true, {
      ...given,
      name: found?.name ?? given.name,
      reference: found === undefined || found.name === given.name ? undefined : given.name,
      id: found?.id,
      retargetedAt: found === before?.member ? retargetedAt : undefined,
    });
    const place = placeOf(member);
    const other = wanted.get(place);
    if (other !== undefined) findings.push(listedTwice(other, given));
    wanted.set(place, other === undefined ? member : { ...other, weight: other.weight + member.weight });
  }
  return { wanted, findings };
}

function findMember(name: string, registered: readonly RegisteredMember[]): RegisteredMember | undefined {
  return (
    registered.find((member) => member.name === name) ??
    registered.find(({ references = [] }) => references.includes(name))
  );
}

/**
 * The member that the spec meant by this until now, if it is still registered and something else is meant now: its
 * replicas would move to another cluster although nobody asked for that, as when an alias gets another owner.
 */
function retargeted(
  { name, namespace }: ListedMember,
  found: RegisteredMember | undefined,
  registered: readonly RegisteredMember[],
  last: PlanState | undefined,
): { readonly row: MemberRow; readonly member: RegisteredMember } | undefined {
  const row = Object.values(last?.rows ?? {}).find(
    (row) =>
      (row.reference ?? row.name) === name &&
      row.namespace === namespace &&
      row.phase.name !== 'leaving' &&
      row.phase.name !== 'duplicate',
  );
  const member = registered.find(({ id }) => id === row?.id);
  return row === undefined || member === undefined || member.id === found?.id ? undefined : { row, member };
}

function movesTo({ name }: ListedMember, from: RegisteredMember, to: RegisteredMember | undefined): Finding {
  const means = to === undefined ? `'${name}' means no member any more` : `'${name}' now means ${to.id}`;
  return {
    reason: 'ReferenceRetargeted',
    message: `${means}, and meant ${from.id}: its replicas move away after one grace period.`,
  };
}

function listedTwice({ name, reference }: EffectiveMember, again: ListedMember): Finding {
  const first = reference ?? name;
  const names =
    first === again.name ? `'${first}' is listed twice` : `'${first}' and '${again.name}' are one member`;
  return { reason: 'DuplicateMember', message: `${names}, which has the weight of both.` };
}

function unlisted(name: string, namespace: string): ListedMember {
  return { name, namespace, weight: 1, least: 0, most: Number.POSITIVE_INFINITY, priority: 0 };
}

function drainedIf(isDrained: boolean, member: EffectiveMember): EffectiveMember {
  return isDrained ? { ...member, weight: 0, least: 0 } : member;
}
