import type { PlanState } from '../plan/member-row.ts';
import type { Observations, RegisteredMember } from '../plan/observation.ts';
import { placeOf } from '../plan/place.ts';
import { plan, type Plan } from '../plan/plan.ts';
import type { PlanSpec } from '../plan/plan-spec.ts';
import { type Target, targetsOf } from '../plan/targets.ts';
import { SimulatedMember } from './simulated-member.ts';

/** Something that happens at a time; times are milliseconds since the start. */
export type SimulatedEvent = { readonly at: number } & (
  | {
      /** Where it is stuck, no more pods become ready until it is freed. */
      readonly what: 'down' | 'up' | 'deleted' | 'stuck' | 'freed' | 'drained' | 'undrained';
      readonly member: string;
    }
  | { readonly what: 'created'; readonly member: string; readonly replicas: number }
  | { readonly what: 'spec'; readonly spec: PlanSpec }
  /** Others are registered from now on. */
  | { readonly what: 'registered'; readonly members: readonly RegisteredMember[] }
);

/** What is there when a simulation goes on from how things are. */
export interface Beginning {
  /** Milliseconds since 1970, as all times of the simulation are then. */
  readonly at: number;
  readonly state: PlanState | undefined;
  /** By place; all of the replicas of members that are up serve. */
  readonly workloads: ReadonlyMap<string, { readonly replicas: number; readonly isUp: boolean }>;
}

export interface SimulationOptions {
  readonly spec: PlanSpec;
  readonly members: readonly RegisteredMember[];
  /** Which cluster an id leads to, by the name that events have for it; default: one of its own, named as the member. */
  readonly clusterOf?: (member: Pick<RegisteredMember, 'id' | 'name'>) => string;
  readonly events: readonly SimulatedEvent[];
  readonly until: number;
  /** Default: at 0, with everybody up and the first split running. */
  readonly begin?: Beginning;
  /** How long the next pod takes to become ready. */
  readonly startMs: () => number;
  /** So much later the status of a workload tells what is there; default: at once. */
  readonly lagMs?: number;
  /** What is left of the state when the next plan begins, as after a restart; default: all of it. */
  readonly carry?: (state: PlanState) => PlanState | undefined;
}

/** What is known after everything of one time has been done. */
export interface Moment {
  readonly at: number;
  readonly happened: readonly SimulatedEvent[];
  readonly spec: PlanSpec;
  readonly members: readonly RegisteredMember[];
  readonly plan: Plan;
  readonly observed: Observations;
  /** Places whose number was changed now. */
  readonly written: readonly string[];
  /** What the next plan took for what autoscalers had been told, after each of the plans that were made now. */
  readonly told: readonly number[];
  /** Pods that serve, wherever they are. */
  readonly ready: number;
}

/**
 * Plays a schedule against the plan, without a clock: time goes from one event to the next.
 */
export function* simulate(options: SimulationOptions): Generator<Moment, void, undefined> {
  const events = options.events.toSorted((a, b) => a.at - b.at);
  let { spec, members } = options;
  const { begin, lagMs = 0, carry = (last: PlanState) => last } = options;
  const { clusterOf = ({ name }) => name } = options;
  const world = new Map<string, SimulatedMember>();
  for (const [place, workload] of begin?.workloads ?? [])
    world.set(place, new SimulatedMember({ ...workload, name: place, lagMs }));
  // The workload is wherever it may be wanted, with nothing running.
  const clusters = { down: new Set<string>(), stuck: new Set<string>() };
  const workloadAt = (target: Target): SimulatedMember => {
    const cluster = clusterOf(target);
    const name = placeOf({ name: cluster, namespace: target.namespace });
    const isUp = !clusters.down.has(cluster);
    const isStuck = clusters.stuck.has(cluster);
    const workload = world.get(name) ?? new SimulatedMember({ name, isUp, isStuck, lagMs });
    world.set(name, workload);
    return workload;
  };
  let state = begin?.state;
  let hasBegun = begin !== undefined;
  let done = 0;
  for (let now = begin?.at ?? 0; now <= options.until;) {
    const startMs = hasBegun ? options.startMs : () => 0;
    hasBegun = true;
    const happened: SimulatedEvent[] = [];
    for (let event = events[done]; event !== undefined && event.at <= now; event = events[++done]) {
      happened.push(event);
      if (event.what === 'spec') ({ spec } = event);
      else if (event.what === 'registered') ({ members } = event);
      else members = afterEvent(event, members);
      happen(event, world, now, startMs);
      remember(event, clusters);
    }
    const written = new Set<string>();
    const told: number[] = [];
    let current: Plan;
    let observed: Observations;
    // Every write is seen at once, and may be what the next number waits for.
    for (let round = 0; ; round++) {
      const workloads = new Map(
        targetsOf(spec, members, state, now).map((target) => [target.place, workloadAt(target)]),
      );
      observed = new Map([...workloads].map(([place, workload]) => [place, workload.observe(now)]));
      current = plan(spec, members, observed, state, now);
      state = carry(current.state);
      if (state !== undefined) told.push(state.published);
      const writes = current.assignments.filter(
        ({ place, replicas }) => workloads.get(place)?.replicas !== replicas,
      );
      if (writes.length === 0) break;
      if (round > mostRounds) throw new Error(`the plan does not settle at ${now} ms`);
      for (const { place, replicas } of writes) {
        workloads.get(place)?.scale(replicas, now, startMs);
        written.add(place);
      }
    }
    const ready = [...world.values()].reduce((sum, member) => sum + member.ready(now), 0);
    yield { at: now, happened, spec, members, plan: current, observed, written: [...written], told, ready };
    now = Math.min(
      events[done]?.at ?? Number.POSITIVE_INFINITY,
      state === undefined || state.published === current.currentReplicas
        ? Number.POSITIVE_INFINITY
        : now + restartMs,
      current.nextCheckAt ?? Number.POSITIVE_INFINITY,
      ...[...world.values()].map((member) => member.nextChangeAt(now) ?? Number.POSITIVE_INFINITY),
    );
  }
}

const mostRounds = 100;

/** So much later the next process plans, where one has ended before it told its number. */
const restartMs = 1_000;

function afterEvent(
  event: SimulatedEvent,
  members: readonly RegisteredMember[],
): readonly RegisteredMember[] {
  if (event.what !== 'drained' && event.what !== 'undrained') return members;
  return members.map((member) =>
    member.name === event.member ? { ...member, isDrained: event.what === 'drained' } : member,
  );
}

function happen(
  event: SimulatedEvent,
  world: ReadonlyMap<string, SimulatedMember>,
  now: number,
  startMs: () => number,
): void {
  if (event.what === 'spec' || event.what === 'registered') return;
  for (const [place, member] of world) {
    if (place !== event.member && !place.endsWith(`/${event.member}`)) continue;
    if (event.what === 'down') member.goDown();
    else if (event.what === 'up') member.comeUp(now, startMs);
    else if (event.what === 'deleted') member.lose();
    else if (event.what === 'stuck') member.stick(now);
    else if (event.what === 'freed') member.free(now, startMs);
    else if (event.what === 'created') member.find(event.replicas, now, startMs);
  }
}

/** So that it happens to workloads that are only looked at later, too. */
function remember(
  event: SimulatedEvent,
  { down, stuck }: { readonly down: Set<string>; readonly stuck: Set<string> },
): void {
  if (event.what === 'down') down.add(event.member);
  else if (event.what === 'up') down.delete(event.member);
  else if (event.what === 'stuck') stuck.add(event.member);
  else if (event.what === 'freed') stuck.delete(event.member);
}
