import { type Observation, type Plan, plan, placeOf } from '../../scaling/index.ts';
import type { ScaledObject, ScaledObjectRow } from '../hub/scaled-object.ts';
import type { GivenObject } from '../simulate/given-object.ts';

/** An object on the hub, as it is planned and as it tells of itself. */
export interface PlannedObject {
  readonly given: GivenObject;
  readonly object: ScaledObject;
}

/** A plan by places. */
export interface PlannedAgain {
  readonly planned: Plan;
  readonly observed: ReadonlyMap<string, Observation>;
  /** What the status tells of the member there. */
  readonly rows: ReadonlyMap<string, ScaledObjectRow>;
}

/**
 * Plans once more from what the operator keeps of its last plan and what the status says. Nothing is asked of members.
 * `now` is milliseconds since the epoch.
 */
export function planAgain({ given, object }: PlannedObject, now: number): PlannedAgain {
  const { spec, begin } = given;
  const pending = begin?.state?.rows ?? {};
  const observed = new Map(
    [...(begin?.workloads ?? [])].map(([place, { replicas, isUp }]): [string, Observation] => [
      place,
      isUp
        ? { state: 'ready', replicas, readyReplicas: Math.max(0, replicas - (pending[place]?.pending ?? 0)) }
        : { state: 'notReady', why: 'out of reach' },
    ]),
  );
  return {
    planned: plan(spec, given.members ?? [], observed, begin?.state, now),
    observed,
    rows: new Map(object.rows.flatMap((row) => placesOf(row, given).map((place) => [place, row] as const))),
  };
}

/** Where a row stands in the plan, by the names that it may have there. */
function placesOf({ member }: ScaledObjectRow, { spec, members, begin }: GivenObject): readonly string[] {
  const names = [
    member,
    ...(members ?? []).filter(({ references = [] }) => references.includes(member)).map(({ name }) => name),
  ];
  const namespace = spec.members.find(({ name }) => name === member)?.namespace ?? spec.namespace;
  const known = begin?.state?.rows ?? {};
  return [...new Set(names)].flatMap((name) => {
    const place = placeOf({ name, namespace });
    return Object.hasOwn(known, place) || begin?.workloads.has(place) === true || name === member
      ? [place]
      : [];
  });
}
