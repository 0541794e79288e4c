import type { Member } from '../../clusters/index.ts';
import { effectiveMembers } from '../plan/effective-members.ts';
import { fullShares } from '../plan/full-shares.ts';
import type { PlanState } from '../plan/member-row.ts';
import type { Observation } from '../plan/observation.ts';
import { nothingSeen, type Sight, type WorkloadReference } from '../workload/workload.ts';
import type { WorkloadOnMember } from '../workload/workload-observer.ts';
import type { AskedScaling } from './asked-scaling.ts';
import type { FirstNumber } from './first-numbers.ts';
import type { HubRival, HubRivals } from './hub-rivals.ts';
import { observeMember } from './observe-member.ts';
import type { ScalingServices } from './scaling-services.ts';
import { type Selection, selectMembers } from './selected-members.ts';

/** Members as a pass sees them; every map is by place. */
export interface MemberView {
  readonly selection: Selection;
  /** Places that the spec wants. */
  readonly wanted: ReadonlySet<string>;
  readonly sights: ReadonlyMap<string, Sight>;
  readonly observed: ReadonlyMap<string, Observation>;
  /** Where a workload can be asked for and written. */
  readonly reachable: ReadonlyMap<string, WorkloadOnMember>;
  /** What the object scaled before, and is to give first numbers back to. */
  readonly former: readonly FirstNumber[];
}

interface Place {
  readonly place: string;
  readonly name: string;
  readonly namespace: string;
}

/** Begins to follow what the object concerns, and what it scaled before, and tells what is known of it now. Asks nobody, waits for nobody. */
export function viewMembers(
  services: Pick<ScalingServices, 'members' | 'workloads' | 'writers' | 'rivals' | 'now'>,
  key: string,
  { spec, target }: Pick<AskedScaling, 'spec' | 'target'>,
  state: PlanState | undefined,
  former: readonly FirstNumber[],
): MemberView {
  const { members: registry, workloads, writers, rivals, now } = services;
  const references = spec.members.map(({ name }) => name);
  // Whoever is not listed any more is worked with until nothing of the object runs there, nor is to be given back.
  const known = Object.values(state?.rows ?? {}).flatMap(({ id }) => id ?? []);
  registry.use(key, [...new Set([...references, ...known, ...former.map(({ member }) => member)])]);
  const find = (reference: string) => registry.find(reference);
  const selection = selectMembers(spec, { members: registry.members, find });
  const { wanted } = effectiveMembers(spec, selection.registered, state, now());
  // What the spec wants, and what is still to be brought to zero.
  const left = Object.entries(state?.rows ?? {}).filter(([place]) => !wanted.has(place));
  const places = [...wanted, ...left].map(([place, { name, namespace }]): Place => ({
    place,
    name,
    namespace,
  }));
  const reachable = new Map(
    places.flatMap(({ place, name, namespace }) => {
      const cluster = selection.members.get(name)?.cluster;
      const workload: WorkloadReference = { ...target, namespace };
      return cluster === undefined ? [] : [[place, { cluster, workload }] as const];
    }),
  );
  workloads.use(key, [...reachable.values(), ...former.flatMap(({ where }) => where ?? [])]);
  const sights = new Map([...reachable].map(([place, where]) => [place, workloads.sight(where)] as const));
  let shares: ReadonlyMap<string, number> | undefined;
  const shareOf = (place: string): number => (shares ??= fullShares(spec, wanted)).get(place) ?? 0;
  const observed = new Map(
    places.map(({ place, name }) => {
      const member = selection.members.get(name);
      const where = reachable.get(place);
      const sight = sights.get(place) ?? nothingSeen;
      const rival = rivalOf(rivals, key, { member, sight, workload: where?.workload });
      const refusal =
        rival.found === 'rival' ? scaledTwice(rival.name) : writers.refusal(key, place, () => shareOf(place));
      // Nothing is written before it is known whether somebody on the hub writes as well.
      return [
        place,
        observeMember(member, rival.found === 'unknown' ? nothingSeen : sight, refusal),
      ] as const;
    }),
  );
  return { selection, wanted: new Set(wanted.keys()), sights, observed, reachable, former };
}

interface MemberWorkload {
  readonly member: Member | undefined;
  readonly sight: Sight;
  readonly workload: WorkloadReference | undefined;
}

function rivalOf(rivals: HubRivals, key: string, { member, sight, workload }: MemberWorkload): HubRival {
  if (workload === undefined || sight.seen !== 'workload') return { found: 'none' };
  return member?.provider === 'hub'
    ? rivals.ofHub(key, workload)
    : rivals.ofWorkload(key, workload, sight.uid);
}

function scaledTwice(rival: string): string {
  return `scaled by HorizontalPodAutoscaler '${rival}' of the hub as well, which would undo every number`;
}
