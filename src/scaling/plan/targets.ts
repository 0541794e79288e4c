import { withCurrentNames } from './current-names.ts';
import { effectiveMembers } from './effective-members.ts';
import type { PlanState } from './member-row.ts';
import type { RegisteredMember } from './observation.ts';
import type { PlanSpec } from './plan-spec.ts';

/** One workload to look at: what is seen of it is told to the plan under this place. */
export interface Target {
  readonly place: string;
  /** Of a registered member, which is the one by this name. */
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * Every workload that the next plan asks about: those that are wanted, and those that still have to go or stay for a
 * while. Members that are listed but not registered have none. `now` is in milliseconds since 1970.
 */
export function targetsOf(
  spec: PlanSpec,
  members: readonly RegisteredMember[],
  previous: PlanState | undefined,
  now: number,
): readonly Target[] {
  const last = previous === undefined ? undefined : withCurrentNames(previous, members).state;
  const { wanted } = effectiveMembers(spec, members, last, now);
  const registered = new Set(members.map(({ id }) => id));
  return [...Object.entries(last?.rows ?? {}), ...wanted]
    .flatMap(([place, { id, name, namespace }]): readonly Target[] =>
      id === undefined || !registered.has(id) ? [] : [{ place, id, name, namespace }],
    )
    .filter(({ place }, index, all) => all.findLastIndex((other) => other.place === place) === index);
}
