import type { PlanState } from '../plan/member-row.ts';
import type { Observation, RegisteredMember } from '../plan/observation.ts';
import { type Plan, plan } from '../plan/plan.ts';
import type { PlanSpec } from '../plan/plan-spec.ts';
import { targetsOf } from '../plan/targets.ts';

export const down: Observation = { state: 'notReady', why: 'out of reach' };
export const gone: Observation = { state: 'notReady', why: 'workload not found', isGone: true };

/** So many replicas, all of which serve unless it says how many. */
export function up(replicas: number, readyReplicas = replicas): Observation & { readonly state: 'ready' } {
  return { state: 'ready', replicas, readyReplicas };
}

/** Plans for workloads of which a test says how they are; what is written there is there, and serves, at once. */
export class TestFleet {
  spec: PlanSpec;
  members: readonly RegisteredMember[];
  state: PlanState | undefined;
  /** Milliseconds since 1970. */
  now = 1_800_000_000_000;
  /** Ids of members on which nothing becomes ready any more. */
  readonly stuck = new Set<string>();
  /** By the id of the member; all else has not been asked. */
  readonly #workloads = new Map<string, Observation>();

  constructor(spec: PlanSpec, members: readonly RegisteredMember[]) {
    this.spec = spec;
    this.members = members;
  }

  set(id: string, observation: Observation): this {
    this.#workloads.set(id, observation);
    return this;
  }

  get(id: string): Observation | undefined {
    return this.#workloads.get(id);
  }

  /** The plan so much later, after everything that could be written at once was, with all that was found meanwhile. */
  after(milliseconds: number): Plan {
    this.now += milliseconds;
    const findings = new Map<string, Plan['findings'][number]>();
    for (let round = 0; ; round++) {
      const current = this.#plan();
      this.state = current.state;
      for (const finding of current.findings) findings.set(finding.message, finding);
      const changed = current.assignments.filter(({ id, replicas }) => this.#scale(id, replicas));
      if (changed.length === 0) return { ...current, findings: [...findings.values()] };
      if (round > 20) throw new Error('the plan does not settle');
    }
  }

  /** The numbers by name, after all of them: `m1 4 m2 (3)`, in brackets where nothing is written. */
  numbers(current: Plan): string {
    const written = new Set(current.assignments.map(({ place }) => place));
    return current.reasons
      .map(({ place, name, desired }) => `${name} ${written.has(place) ? desired : `(${desired})`}`)
      .join(' ');
  }

  #plan(): Plan {
    const { spec, members, state, now } = this;
    const observed = new Map(
      targetsOf(spec, members, state, now).flatMap(({ place, id }) => {
        const seen = this.#workloads.get(id);
        return seen === undefined ? [] : [[place, seen] as const];
      }),
    );
    return plan(spec, members, observed, state, now);
  }

  #scale(id: string, replicas: number): boolean {
    const seen = this.#workloads.get(id);
    if (seen?.state !== 'ready' || seen.replicas === replicas) return false;
    const same = [...this.#workloads].filter(
      ([other, one]) =>
        other === id || (one.state === 'ready' && one.uid !== undefined && one.uid === seen.uid),
    );
    const ready = this.stuck.has(id) ? Math.min(seen.readyReplicas, replicas) : replicas;
    for (const [other, one] of same) this.#workloads.set(other, { ...one, ...up(replicas, ready) });
    return true;
  }
}
