import type { Observation } from '../plan/observation.ts';

export interface SimulatedMemberOptions {
  /** Tells its workload from those of others. */
  readonly name: string;
  readonly replicas?: number;
  readonly isUp?: boolean;
  readonly isStuck?: boolean;
  /** So much later its status tells what is there; what was asked for is seen at once. */
  readonly lagMs?: number;
}

/** One workload on one member: as many pods as were asked for, each ready after its time. */
export class SimulatedMember {
  /** When each pod becomes ready, the earliest first. */
  #readyAt: readonly number[];
  /** The pods that there were from each time on, as far as the status has yet to tell. */
  #past: { readonly since: number; readonly readyAt: readonly number[] }[];
  readonly #name: string;
  readonly #lagMs: number;
  /** How many workloads were created here after each other. */
  #created = 1;
  #isUp: boolean;
  #isGone = false;
  #isStuck: boolean;

  constructor({ name, replicas = 0, isUp = true, isStuck = false, lagMs = 0 }: SimulatedMemberOptions) {
    this.#name = name;
    this.#readyAt = Array.from({ length: replicas }, () => 0);
    this.#past = [{ since: Number.NEGATIVE_INFINITY, readyAt: this.#readyAt }];
    this.#isUp = isUp;
    this.#isStuck = isStuck;
    this.#lagMs = lagMs;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get replicas(): number {
    return this.#readyAt.length;
  }

  /** Pods that serve; those of a member that is down do not. */
  ready(now: number): number {
    return this.#isUp && !this.#isGone ? this.#readyAt.filter((at) => at <= now).length : 0;
  }

  /** `startMs` is how long the next pod takes. As in a ReplicaSet, pods that are not ready go first. */
  scale(replicas: number, now: number, startMs: () => number): void {
    const added = Math.max(0, replicas - this.replicas);
    const pods = [...this.#readyAt, ...Array.from({ length: added }, () => this.#starts(now, startMs))];
    this.#have(pods.sort((a, b) => a - b).slice(0, replicas), now);
  }

  /** The whole cluster is lost, its pods with it. */
  goDown(): void {
    this.#isUp = false;
  }

  /** It is back, and every pod starts again. */
  comeUp(now: number, startMs: () => number): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#have(
      this.#readyAt.map(() => this.#starts(now, startMs)).sort((a, b) => a - b),
      now,
    );
  }

  /** Pods that are not ready by now do not become it, and none that come do. */
  stick(now: number): void {
    this.#isStuck = true;
    this.#have(
      this.#readyAt.map((at) => (at <= now ? at : Number.POSITIVE_INFINITY)),
      now,
    );
  }

  /** All that could not start do so now. */
  free(now: number, startMs: () => number): void {
    if (!this.#isStuck) return;
    this.#isStuck = false;
    this.#have(
      this.#readyAt
        .map((at) => (Number.isFinite(at) ? at : this.#starts(now, startMs)))
        .sort((a, b) => a - b),
      now,
    );
  }

  /** Somebody deletes the workload. */
  lose(): void {
    this.#isGone = true;
    this.#readyAt = [];
    // Another one has a status of its own.
    this.#past = [{ since: Number.NEGATIVE_INFINITY, readyAt: [] }];
  }

  /** Somebody creates the workload again. */
  find(replicas: number, now: number, startMs: () => number): void {
    if (!this.#isGone) return;
    this.#isGone = false;
    this.#created++;
    this.scale(replicas, now, startMs);
  }

  /** When something else will be seen, if nothing happens. */
  nextChangeAt(now: number): number | undefined {
    if (!this.#isUp) return undefined;
    const times = [...this.#past.map(({ since }) => since), ...this.#readyAt].flatMap((at) => [
      at,
      at + this.#lagMs,
    ]);
    const next = Math.min(...times.filter((at) => at > now));
    return Number.isFinite(next) ? next : undefined;
  }

  observe(now: number): Observation {
    if (!this.#isUp) return { state: 'notReady', why: 'out of reach' };
    if (this.#isGone) return { state: 'notReady', why: 'workload not found', isGone: true };
    const told = now - this.#lagMs;
    const index = this.#past.findLastIndex(({ since }) => since <= told);
    this.#past = this.#past.slice(Math.max(0, index));
    const readyAt = this.#past[0]?.readyAt ?? [];
    return {
      state: 'ready',
      asked: this.replicas,
      replicas: readyAt.length,
      readyReplicas: readyAt.filter((at) => at <= told).length,
      uid: `${this.#name} ${this.#created}`,
    };
  }

  #starts(now: number, startMs: () => number): number {
    return this.#isStuck ? Number.POSITIVE_INFINITY : now + startMs();
  }

  #have(readyAt: readonly number[], now: number): void {
    this.#readyAt = readyAt;
    // A status that comes later tells one after the other, even of what happened at one time.
    const last = this.#past.at(-1)?.since ?? now;
    this.#past.push({ since: this.#lagMs === 0 ? now : Math.max(now, last + 1), readyAt });
  }
}
