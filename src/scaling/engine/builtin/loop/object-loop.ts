import type { DistributedScaledObject, Problem } from '../../../../api/index.ts';
import { type Clock, KubeError, type KubeClient, type Resource } from '../../../../kube/index.ts';
import { steadyTime } from '../../../plan/steady-time.ts';
import { type Decision, decide, isAboveRest, isCooledDown } from '../executor/decide.ts';
import { DirectiveError, type Directives, readDirectives } from '../executor/directives.ts';
import { noHealth } from '../executor/fallback.ts';
import { readSettings, type Settings, SettingsError } from '../executor/settings.ts';
import { specWarnings } from '../executor/spec-warnings.ts';
import { type Weighed, weigh } from '../executor/weigh.ts';
import { behaviorUnder } from '../executor/behavior-under.ts';
import { type History, noHistory } from '../hpa/history.ts';
import { rescaled, sync } from '../hpa/sync.ts';
import type { EngineReport, FleetView, Verdict } from '../../scaling-engine.ts';
import { Alarm } from './alarm.ts';
import { type EngineState, eventsAtStart, lastActiveAtStart } from './engine-state.ts';
import { NotOwned } from './not-owned.ts';
import { ObjectOnHub } from './object-on-hub.ts';
import { failureVerdict, fallbackVerdict, notYet, pausedVerdict, refusedReport } from './report.ts';
import {
  afterWork,
  type Due,
  dueAt,
  newsPauseMs,
  type Schedule,
  sooner,
  syncPeriodMs,
  wakeAt,
} from './schedule.ts';
import type { TriggerSet } from './trigger-set.ts';

export interface ObjectLoopOptions {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly clock: Clock;
  /** The right to write; undefined while another replica of the operator has it. */
  readonly owned: () => AbortSignal | undefined;
  readonly triggers: (
    object: DistributedScaledObject,
    settings: Settings,
    onNews: (news: 'changed' | 'active') => void,
  ) => TriggerSet;
  /** The report is another one. */
  readonly onReport: () => void;
  /** A defect: anything that is neither the hub nor a trigger. */
  readonly onDefect: (error: unknown) => void;
}

/** What an object orders, as long as it says the same. */
interface Orders {
  readonly settings: Settings;
  readonly triggers: TriggerSet;
}

/** Others may change the total while it is decided about. */
const mostDecisions = 3;

/**
 * Scales one object: polls its triggers, decides between zero and the least number, and lets the autoscaler decide about
 * the rest. Everything happens one after the other, so that there is one decision at a time; nothing is asked of the hub
 * unless something is to be written.
 */
export class ObjectLoop {
  readonly #options: ObjectLoopOptions;
  readonly #life = new AbortController();
  /** Windows and cooldowns are about what passes, whatever becomes of the wall clock. */
  readonly #now: () => number;
  #object: DistributedScaledObject;
  #fleet: FleetView;
  #spec = '';
  #directives = '';
  #warnings: readonly Problem[] = [];
  #orders: Orders | undefined;
  /** Why there are no orders. */
  #refusal: string | undefined;
  #order: Directives | undefined;
  readonly #hub: ObjectOnHub;
  readonly #alarm: Alarm;
  #schedule: Schedule;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isActivePushed = false;
  #health = noHealth;
  #history: History;
  #lastActiveAt: number | undefined;
  #isActive = false;
  #report = notYet;

  constructor(options: ObjectLoopOptions, object: DistributedScaledObject, fleet: FleetView) {
    this.#options = options;
    this.#now = steadyTime(options.clock);
    this.#object = object;
    this.#fleet = fleet;
    const { client, resource, clock, owned } = options;
    this.#hub = new ObjectOnHub({ client, resource, owned }, object);
    this.#alarm = new Alarm(clock);
    const now = clock.monotonic();
    this.#schedule = { pollAt: now, syncAt: now, newsAt: undefined, rescaledAt: Number.NEGATIVE_INFINITY };
    const { state } = this.#hub;
    this.#isActive = state?.isActive ?? false;
    this.#history = { ...noHistory, events: eventsAtStart(state, this.#now()) };
    this.#read(object);
    this.#lastActiveAt = this.#lastActiveAtStart(state);
    void this.#run(this.#life.signal);
  }

  get uid(): string | undefined {
    return this.#object.metadata.uid;
  }

  get report(): EngineReport {
    const warnings = [...this.#warnings, ...(this.#orders?.triggers.warnings ?? [])];
    return warnings.length === 0 ? this.#report : { ...this.#report, warnings };
  }

  /** Takes the object as it is now. */
  update(object: DistributedScaledObject, fleet: FleetView): void {
    this.#object = object;
    this.#fleet = fleet;
    this.#hub.sees(object, this.#now());
    if (this.#read(object)) this.#lookSoon();
  }

  close(): void {
    this.#life.abort();
    this.#orders?.triggers.close();
    this.#orders = undefined;
  }

  #lastActiveAtStart(state: EngineState | undefined): number | undefined {
    const [now, settings] = [this.#now(), this.#orders?.settings];
    const lastActiveAt = lastActiveAtStart(state, createdAt(this.#object), now);
    if (state === undefined || settings === undefined) return lastActiveAt;
    const moment = { settings, lastActiveAt, createdAt: createdAt(this.#object), now };
    // It would be at rest if this engine had been at work since: somebody else was, and knows better when it was active.
    return isAboveRest(settings, this.#hub.current) && isCooledDown(moment) ? now : lastActiveAt;
  }

  /** Whether it orders something else than before. */
  #read(object: DistributedScaledObject): boolean {
    // Credentials may be read from the workload, where it is on the hub.
    const spec = JSON.stringify([object.spec.scaledObjectSpec, object.spec.workload?.fromHub === true]);
    const directives = directivesText(object);
    if (spec === this.#spec && directives === this.#directives) return false;
    this.#directives = directives;
    this.#refusal = undefined;
    try {
      this.#order = readDirectives(object.metadata.annotations);
      if (spec === this.#spec && this.#orders !== undefined) return true;
      this.#spec = spec;
      this.#warnings = specWarnings(object.spec.scaledObjectSpec);
      this.#orders?.triggers.close();
      this.#orders = undefined;
      this.#health = noHealth;
      const settings = readSettings(object.spec.scaledObjectSpec);
      const triggers = this.#options.triggers(object, settings, (news) => this.#heard(news));
      this.#orders = { settings, triggers };
      this.#schedule = sooner(this.#schedule, settings.pollingMs, this.#options.clock.monotonic());
    } catch (error) {
      if (!(error instanceof SettingsError) && !(error instanceof DirectiveError)) throw error;
      this.#refusal = error.message;
    }
    return true;
  }

  #heard(news: 'changed' | 'active'): void {
    if (news === 'active') this.#isActivePushed = true;
    this.#lookSoon();
  }

  #lookSoon(): void {
    const newsAt = Math.max(this.#options.clock.monotonic(), this.#lookedAt + newsPauseMs);
    this.#schedule = { ...this.#schedule, newsAt: Math.min(this.#schedule.newsAt ?? newsAt, newsAt) };
    this.#alarm.ring();
  }

  /** Ends with the signal; never rejects. */
  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const now = clock.monotonic();
      const due = dueAt(this.#schedule, now);
      if (due.poll || due.sync) {
        this.#lookedAt = now;
        this.#schedule = afterWork(
          this.#schedule,
          due,
          this.#orders?.settings.pollingMs ?? syncPeriodMs,
          now,
        );
        try {
          await this.#look(due, signal);
        } catch (error) {
          if (signal.aborted || error instanceof NotOwned) return;
          this.#failed(error);
        }
      }
      await this.#alarm.sleep(wakeAt(this.#schedule) - clock.monotonic(), signal);
    }
  }

  async #look(due: Due, signal: AbortSignal): Promise<void> {
    const [orders, directives] = [this.#orders, this.#order];
    if (orders === undefined || directives === undefined || this.#refusal !== undefined) {
      this.#tell(refusedReport(this.#refusal ?? ''));
      return;
    }
    if (directives.paused !== undefined) {
      await this.#holdPaused(orders.settings, directives, signal);
      return;
    }
    // At zero an autoscaler asks nothing: only polls activate.
    if (!due.poll && this.#hub.current === 0) return;
    const measurements = await orders.triggers.measure(due.poll ? 'poll' : 'sync', signal);
    const isPushed = this.#isActivePushed;
    this.#isActivePushed = false;
    // What was measured is of orders that may have changed in the meantime; then it is measured again at once.
    if (orders !== this.#orders || directives !== this.#order) return;
    const { settings } = orders;
    let weighed = this.#weigh(measurements, settings);
    this.#health = weighed.health;
    if (isPushed) weighed = { ...weighed, isActive: true };
    const decision = await this.#activate(weighed, settings, directives, signal);
    const trouble = due.sync ? await this.#autoscale(weighed, settings, directives, signal) : undefined;
    this.#tell({
      ready: trouble !== undefined && decision.ready.status === 'True' ? trouble : decision.ready,
      active: decision.active,
      paused: pausedVerdict(directives),
      fallback: fallbackVerdict(settings.fallback !== undefined, weighed.fallenBack),
    });
  }

  #weigh(measurements: Parameters<typeof weigh>[0], settings: Settings): Weighed {
    return weigh(measurements, settings, this.#replicas(), this.#health);
  }

  #replicas(): { readonly current: number; readonly observed: number; readonly ready: number } {
    return { current: this.#hub.current, observed: this.#hub.observed, ready: this.#fleet.readyReplicas };
  }

  async #holdPaused(settings: Settings, directives: Directives, signal: AbortSignal): Promise<void> {
    const decision = this.#decide(
      { isActive: false, isError: false, problem: undefined },
      settings,
      directives,
    );
    if (decision.write !== undefined) await this.#hub.write(decision.write, signal);
    this.#tell({
      ready: decision.ready,
      active: decision.active,
      paused: pausedVerdict(directives),
      fallback: fallbackVerdict(settings.fallback !== undefined, []),
    });
  }

  /** Between zero and the least number. */
  async #activate(
    weighed: Weighed,
    settings: Settings,
    directives: Directives,
    signal: AbortSignal,
  ): Promise<Decision> {
    for (let round = 1; ; round++) {
      const decision = this.#decide(weighed, settings, directives);
      const isActive = weighed.isActive || directives.isActivationForced;
      if (isActive || !weighed.isError) this.#isActive = isActive;
      this.#lastActiveAt = decision.lastActiveAt;
      await this.#store(this.#history, signal);
      if (
        decision.write === undefined ||
        (await this.#hub.write(decision.write, signal)) ||
        round === mostDecisions
      )
        return decision;
    }
  }

  #decide(
    { isActive, isError, problem }: Pick<Weighed, 'isActive' | 'isError' | 'problem'>,
    settings: Settings,
    directives: Directives,
  ): Decision {
    return decide({
      settings,
      directives,
      current: this.#hub.current,
      isActive,
      isError,
      problem,
      lastActiveAt: this.#lastActiveAt,
      createdAt: createdAt(this.#object),
      now: this.#now(),
    });
  }

  /** Beyond the least number. What it returns is why it cannot decide. */
  async #autoscale(
    weighed: Weighed,
    settings: Settings,
    directives: Directives,
    signal: AbortSignal,
  ): Promise<Verdict | undefined> {
    const { clock } = this.#options;
    const behavior = behaviorUnder(directives, settings.behavior);
    const bounds = { min: Math.max(settings.min, 1), max: settings.max };
    // What no policy counts need not be kept.
    const before = behavior === undefined ? { ...this.#history, events: [] } : this.#history;
    for (let round = 1; round <= mostDecisions; round++) {
      const now = this.#now();
      const { metrics } = weighed;
      const { tolerance } = settings;
      const input = { metrics, replicas: this.#replicas(), bounds, behavior, tolerance };
      const result = sync(input, before, now);
      this.#history = result.history;
      if (result.kind === 'error')
        return { status: 'Unknown', reason: 'FailedGetExternalMetric', message: result.message };
      if (result.kind === 'disabled' || result.replicas === this.#hub.current) return undefined;
      const change = result.replicas - this.#hub.current;
      // First what must not be forgotten: a change that is counted and never made slows down, one not counted would hurry.
      const after = rescaled(result.history, behavior, change, now);
      await this.#store(after, signal);
      if (!(await this.#hub.write(result.replicas, signal))) continue;
      this.#history = after;
      this.#schedule = { ...this.#schedule, rescaledAt: clock.monotonic() };
      return undefined;
    }
    return undefined;
  }

  #store({ events }: Pick<History, 'events'>, signal: AbortSignal): Promise<void> {
    return this.#hub.store({ isActive: this.#isActive, lastActiveAt: this.#lastActiveAt, events }, signal);
  }

  #failed(error: unknown): void {
    if (!(error instanceof KubeError)) this.#options.onDefect(error);
    this.#tell({ ...this.#report, ready: failureVerdict(error) });
  }

  #tell(report: EngineReport): void {
    if (this.#life.signal.aborted || JSON.stringify(report) === JSON.stringify(this.#report)) return;
    this.#report = report;
    this.#options.onReport();
  }
}

function createdAt(object: DistributedScaledObject): number {
  return Date.parse(object.metadata.creationTimestamp ?? '') || 0;
}

function directivesText({ metadata }: DistributedScaledObject): string {
  const entries = Object.entries(metadata.annotations ?? {});
  return JSON.stringify(
    entries
      .filter(([name]) => name.startsWith('autoscaling.keda.sh/'))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
