import type { RegisteredMember } from './observation.ts';
import { placeOf } from './place.ts';
import type { ListedMember, PlanSpec } from './plan-spec.ts';

/** A member that the spec wants, as far as it is there. */
export interface EffectiveMember extends ListedMember {
  /** The alias, whatever the spec calls it. */
  readonly name: string;
  /** Undefined where no such member is registered. */
  readonly id: string | undefined;
}

/** By place: the listed members, or all. Drained ones have no weight; one listed twice has the weight of both. */
export function effectiveMembers(
  spec: PlanSpec,
  registered: readonly RegisteredMember[],
): ReadonlyMap<string, EffectiveMember> {
  const listed =
    spec.members.length > 0 ? spec.members : registered.map(({ name }) => unlisted(name, spec.namespace));
  const members = new Map<string, EffectiveMember>();
  for (const wanted of listed) {
    const found = findMember(wanted.name, registered);
    const member = drainedIf(found?.isDrained === true, {
      ...wanted,
      name: found?.name ?? wanted.name,
      id: found?.id,
    });
    const place = placeOf(member);
    const before = members.get(place);
    members.set(place, before === undefined ? member : { ...before, weight: before.weight + member.weight });
  }
  return members;
}

function findMember(name: string, registered: readonly RegisteredMember[]): RegisteredMember | undefined {
  return (
    registered.find((member) => member.name === name) ??
    registered.find(({ references = [] }) => references.includes(name))
  );
}

function unlisted(name: string, namespace: string): ListedMember {
  return { name, namespace, weight: 1, least: 0, most: Number.POSITIVE_INFINITY, priority: 0 };
}

function drainedIf(isDrained: boolean, member: EffectiveMember): EffectiveMember {
  return isDrained ? { ...member, weight: 0, least: 0 } : member;
}
