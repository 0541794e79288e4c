import type { Answer } from '../hub/answer.ts';
import { isAbout } from '../hub/scaled-object.ts';
import type { FleetFacts } from './fleet-facts.ts';
import type { Installation } from './installation.ts';

/** The part of the fleet that a namespace of the hub has to do with: its objects, and the clusters that they or it name. */
export function inNamespace(facts: FleetFacts, namespace: string): FleetFacts {
  const here = (item: Installation): boolean => item.namespace === namespace;
  const servings = select(facts.servings, here);
  const eventings = select(facts.eventings, here);
  const named = new Set(
    [servings, eventings].flatMap((answer) =>
      answer.state === 'answered' ? answer.value.map(({ cluster }) => cluster) : [],
    ),
  );
  const profiles = select(facts.profiles, ({ key }) => named.has(key) || key.startsWith(`${namespace}/`));
  const scaledObjects = select(facts.scaledObjects, (item) => item.namespace === namespace);
  const rows = scaledObjects.state === 'answered' ? scaledObjects.value.flatMap((object) => object.rows) : [];
  const members = select(
    facts.members,
    (member) => member.configuration.namespace === namespace || rows.some((row) => isAbout(row, member)),
  );
  return { ...facts, servings, eventings, profiles, members, scaledObjects };
}

function select<T>(answer: Answer<readonly T[]>, wanted: (item: T) => boolean): Answer<readonly T[]> {
  return answer.state === 'answered' ? { ...answer, value: answer.value.filter(wanted) } : answer;
}
