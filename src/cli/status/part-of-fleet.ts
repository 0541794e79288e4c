import type { Answer } from '../hub/answer.ts';
import { isAbout } from '../hub/scaled-object.ts';
import type { FleetFacts } from './fleet-facts.ts';

export interface FleetLimits {
  /** Of the hub; undefined for all. */
  readonly namespace: string | undefined;
  /** The objects are not all that there are: what none of them names is left out, wherever it is. */
  readonly isSelected: boolean;
}

/** The part of the fleet that is meant: its objects, and the clusters and members that they, or the namespace, name. */
export function partOfFleet(facts: FleetFacts, { namespace, isSelected }: FleetLimits): FleetFacts {
  const here = (item: { readonly namespace: string }): boolean =>
    namespace === undefined || item.namespace === namespace;
  const servings = select(facts.servings, here);
  const eventings = select(facts.eventings, here);
  const named = new Set(
    [servings, eventings].flatMap((answer) =>
      answer.state === 'answered' ? answer.value.map(({ cluster }) => cluster) : [],
    ),
  );
  const profiles = select(
    facts.profiles,
    (profile) => named.has(profile.key) || (!isSelected && here(profile)),
  );
  const scaledObjects = select(facts.scaledObjects, here);
  const rows = scaledObjects.state === 'answered' ? scaledObjects.value.flatMap((object) => object.rows) : [];
  const members = select(
    facts.members,
    (member) => (!isSelected && here(member.configuration)) || rows.some((row) => isAbout(row, member)),
  );
  return { ...facts, servings, eventings, profiles, members, scaledObjects };
}

function select<T>(answer: Answer<readonly T[]>, wanted: (item: T) => boolean): Answer<readonly T[]> {
  return answer.state === 'answered' ? { ...answer, value: answer.value.filter(wanted) } : answer;
}
