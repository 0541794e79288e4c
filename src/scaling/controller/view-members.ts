import type { Member } from '../../clusters/index.ts';
import { effectiveMembers } from '../plan/effective-members.ts';
import type { PlanState } from '../plan/member-row.ts';
import type { Observation } from '../plan/observation.ts';
import { nothingSeen, type Sight, type WorkloadReference } from '../workload/workload.ts';
import type { WorkloadOnMember } from '../workload/workload-observer.ts';
import type { AskedScaling } from './asked-scaling.ts';
import { observeMember } from './observe-member.ts';
import type { ScalingServices } from './scaling-services.ts';
import { duplicatePlaces, type Selection, selectMembers } from './selected-members.ts';

/** Members as a pass sees them; every map is by place. */
export interface MemberView {
  readonly selection: Selection;
  /** Places that the spec wants. */
  readonly wanted: ReadonlySet<string>;
  readonly sights: ReadonlyMap<string, Sight>;
  readonly observed: ReadonlyMap<string, Observation>;
  /** Where a workload can be asked for and written. */
  readonly reachable: ReadonlyMap<string, WorkloadOnMember>;
  /** The plan so far, without places that turned out to be duplicates. */
  readonly state: PlanState | undefined;
}

interface Place {
  readonly place: string;
  readonly name: string;
  readonly namespace: string;
}

/** Begins to follow what the object concerns, and tells what is known of it now. Asks nobody, waits for nobody. */
export function viewMembers(
  { members: registry, workloads, writers }: Pick<ScalingServices, 'members' | 'workloads' | 'writers'>,
  key: string,
  { spec, target }: Pick<AskedScaling, 'spec' | 'target'>,
  state: PlanState | undefined,
): MemberView {
  registry.use(
    key,
    spec.members.map(({ name }) => name),
  );
  const known = { members: registry.members, find: (reference: string) => registry.find(reference) };
  const first = selectMembers(spec, known);
  const places = placesOf(first, state);
  const reachable = new Map(
    places.flatMap(({ place, name, namespace }) => {
      const cluster = first.members.get(name)?.cluster;
      const workload: WorkloadReference = { ...target, namespace };
      return cluster === undefined ? [] : [[place, { cluster, workload }] as const];
    }),
  );
  workloads.use(key, [...reachable.values()]);
  const sights = new Map([...reachable].map(([place, where]) => [place, workloads.sight(where)] as const));
  const duplicates = duplicatePlaces(uidsOf(places, sights));
  const selection = duplicates.size === 0 ? first : selectMembers(spec, known, duplicates);
  const observed = new Map(
    places
      .filter(({ place }) => !duplicates.has(place))
      .map(({ place, name }) => {
        const sight = sights.get(place) ?? nothingSeen;
        return [place, observeMember(member(first, name), sight, writers.refusal(key, place))] as const;
      }),
  );
  return {
    selection,
    wanted: new Set(effectiveMembers(selection.spec, selection.registered).keys()),
    sights,
    observed,
    reachable,
    state: state === undefined ? undefined : withoutPlaces(state, duplicates),
  };
}

function member({ members }: Selection, name: string): Member | undefined {
  return members.get(name);
}

/** What the spec wants, and what is still to be brought to zero. */
function placesOf({ spec, registered }: Selection, state: PlanState | undefined): readonly Place[] {
  const wanted = effectiveMembers(spec, registered);
  const left = Object.entries(state?.rows ?? {}).filter(([place]) => !wanted.has(place));
  return [...wanted, ...left].map(([place, { name, namespace }]) => ({ place, name, namespace }));
}

function uidsOf(
  places: readonly Place[],
  sights: ReadonlyMap<string, Sight>,
): readonly (readonly [string, string])[] {
  return places.flatMap(({ place }) => {
    const sight = sights.get(place);
    return sight?.seen === 'workload' ? [[place, sight.uid] as const] : [];
  });
}

/** They are let go, not scaled to zero: their workload is that of the place that stays. */
function withoutPlaces(state: PlanState, places: ReadonlyMap<string, string>): PlanState {
  if (places.size === 0) return state;
  return {
    ...state,
    rows: Object.fromEntries(Object.entries(state.rows).filter(([place]) => !places.has(place))),
  };
}
