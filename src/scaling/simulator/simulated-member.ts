import type { Observation } from '../plan/observation.ts';

/** One workload on one member: as many pods as were asked for, each ready after its time. */
export class SimulatedMember {
  /** When each pod becomes ready, the earliest first. */
  #readyAt: number[] = [];
  #isUp: boolean;
  #isGone = false;

  constructor({ replicas = 0, isUp = true }: { readonly replicas?: number; readonly isUp?: boolean } = {}) {
    this.#readyAt = Array.from({ length: replicas }, () => 0);
    this.#isUp = isUp;
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
    while (this.#readyAt.length < replicas) this.#readyAt.push(now + startMs());
    this.#readyAt = this.#readyAt.sort((a, b) => a - b).slice(0, replicas);
  }

  /** The whole cluster is lost, its pods with it. */
  goDown(): void {
    this.#isUp = false;
  }

  /** It is back, and every pod starts again. */
  comeUp(now: number, startMs: () => number): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#readyAt = this.#readyAt.map(() => now + startMs()).sort((a, b) => a - b);
  }

  /** Somebody deletes the workload. */
  lose(): void {
    this.#isGone = true;
    this.#readyAt = [];
  }

  /** Somebody creates the workload again. */
  find(replicas: number, now: number, startMs: () => number): void {
    if (!this.#isGone) return;
    this.#isGone = false;
    this.scale(replicas, now, startMs);
  }

  nextReadyAt(now: number): number | undefined {
    return this.#isUp ? this.#readyAt.find((at) => at > now) : undefined;
  }

  observe(now: number): Observation {
    if (!this.#isUp) return { state: 'notReady', why: 'out of reach' };
    if (this.#isGone) return { state: 'notReady', why: 'workload not found', isGone: true };
    return { state: 'ready', replicas: this.replicas, readyReplicas: this.ready(now) };
  }
}
