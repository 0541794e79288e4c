import { isSuccessor } from './current-ids.ts';
import type { Finding } from './finding.ts';
import { MemberDirectory } from './member-directory.ts';
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
  /** Which cluster it is; undefined where that is not known now. */
  readonly cluster: string | undefined;
  /** Since when what the spec calls it leads to another member. */
  readonly retargetedAt: number | undefined;
}

export interface EffectiveMembers {
  /** By place. */
  readonly wanted: ReadonlyMap<string, EffectiveMember>;
  readonly findings: readonly Finding[];
}

/**
 * The listed members, or all. Drained ones have no weight; one listed twice has the weight of both, and is drained only
 * where both are.
 */
export function effectiveMembers(
  spec: PlanSpec,
  registered: readonly RegisteredMember[],
  last: PlanState | undefined,
  now: number,
): EffectiveMembers {
  const wanted = new Map<string, EffectiveMember>();
  const findings: Finding[] = [];
  const isListed = spec.members.length > 0;
  const directory = new MemberDirectory(registered);
  const meant = rowsByReference(last);
  const listed = isListed ? spec.members : unlistedMembers(spec, registered, meant, directory);
  for (const given of listed) {
    let found = directory.find(given.name);
    let retargetedAt: number | undefined;
    const givenPlace = placeOf(given);
    const before = retargeted(found, meant.get(givenPlace), directory);
    // Without a list, who has another alias by now is wanted under that.
    if (before !== undefined && (isListed || before.member.onlyIfListed === true)) {
      findings.push(movesTo(given, before.member, found));
      retargetedAt = before.row.retargetedAt ?? now;
      if (now < retargetedAt + spec.policy.gracePeriod) found = before.member;
    }
    if (found === undefined && !isListed) continue;
    const { namespace, weight, least, most, priority } = given;
    const member = drainedIf(found?.isDrained === true, {
      name: found?.name ?? given.name,
      namespace,
      weight,
      least,
      most,
      priority,
      reference: found === undefined || found.name === given.name ? undefined : given.name,
      id: found?.id,
      cluster: found?.cluster,
      retargetedAt: found === before?.member ? retargetedAt : undefined,
    });
    const place = member.name === given.name ? givenPlace : placeOf(member);
    const other = wanted.get(place);
    if (other !== undefined) findings.push(listedTwice(other, given));
    wanted.set(place, other === undefined ? member : withWeightOf(other, member));
  }
  return { wanted, findings };
}

/** The first one with the weight of both; its limits count, but for one that may have nothing. */
export function withWeightOf(first: EffectiveMember, second: EffectiveMember): EffectiveMember {
  const { least, most, priority } = first.most === 0 ? second : first;
  return { ...first, weight: first.weight + second.weight, least, most, priority };
}

/** Whether replicas can go there by its weight. */
export function takesPart({ weight, most }: Pick<EffectiveMember, 'weight' | 'most'>): boolean {
  return weight > 0 && most > 0;
}

/** By the namespace, and what the spec calls the member. */
function rowsByReference(last: PlanState | undefined): ReadonlyMap<string, MemberRow> {
  const rows = new Map<string, MemberRow>();
  for (const [place, row] of Object.entries(last?.rows ?? {})) {
    const { namespace, reference, phase } = row;
    if (phase.name === 'leaving' || phase.name === 'duplicate') continue;
    rows.set(reference === undefined ? place : placeOf({ namespace, name: reference }), row);
  }
  return rows;
}

/**
 * The member that the spec meant by a reference until now, if it is still registered and something else is meant now:
 * its replicas would move to another cluster although nobody asked for that, as when an alias gets another owner.
 */
function retargeted(
  found: RegisteredMember | undefined,
  row: MemberRow | undefined,
  directory: MemberDirectory,
): { readonly row: MemberRow; readonly member: RegisteredMember } | undefined {
  const member = directory.withId(row?.id);
  if (row === undefined || member === undefined || member.id === found?.id) return undefined;
  return found !== undefined && isSuccessor(row, found, directory) ? undefined : { row, member };
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

/** All that have an alias, and whose alias leads nowhere now, so that they are not dropped at once. */
function unlistedMembers(
  { namespace }: PlanSpec,
  registered: readonly RegisteredMember[],
  meant: ReadonlyMap<string, MemberRow>,
  directory: MemberDirectory,
): readonly ListedMember[] {
  const names = new Set(
    registered.filter(({ onlyIfListed }) => onlyIfListed !== true).map(({ name }) => name),
  );
  for (const row of meant.values()) {
    const name = row.reference ?? row.name;
    const isMasked = directory.withId(row.id)?.onlyIfListed === true;
    if (isMasked && row.namespace === namespace && directory.find(name) === undefined) names.add(name);
  }
  return [...names].map((name) => unlisted(name, namespace));
}

function unlisted(name: string, namespace: string): ListedMember {
  return { name, namespace, weight: 1, least: 0, most: Number.POSITIVE_INFINITY, priority: 0 };
}

function drainedIf(isDrained: boolean, member: EffectiveMember): EffectiveMember {
  return isDrained ? { ...member, weight: 0, least: 0, most: 0 } : member;
}
