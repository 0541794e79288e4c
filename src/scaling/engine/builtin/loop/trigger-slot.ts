import { type Clock, DeadlineExceeded, withDeadline } from '../../../../kube/index.ts';
import type { Measurement } from '../executor/measurement.ts';
import { indexed } from '../triggers/metric-name.ts';
import { type MetricSpec, type Trigger, TriggerConfigError, TriggerError } from '../triggers/trigger.ts';

/** One trigger as the object has it. */
export interface SlotOptions {
  readonly index: number;
  readonly type: string;
  readonly name: string | undefined;
  readonly metricType: 'AverageValue' | 'Value';
  /** Whether something outside of the object, such as a Secret, is part of what it is made from. */
  readonly dependsOnOthers: boolean;
  readonly make: (signal: AbortSignal) => Promise<Trigger>;
  readonly onNews: (news: 'changed' | 'active') => void;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly onRead: (outcome: 'value' | 'error', durationMs: number) => void;
}

/**
 * After so many looks in a row that reached nobody a trigger is made anew, with connections of its own: those it has may lead
 * to a machine that is gone without a word.
 */
const mostUnreached = 3;

/** For one trigger, with everything that it asks. */
const deadlineMs = 10_000;

/** The place of a trigger: makes it when it is needed, and again after a failure where another outcome is possible. */
export class TriggerSlot {
  readonly #options: SlotOptions;
  #made: { readonly trigger: Trigger; readonly life: AbortController } | undefined;
  /** As it told them last: while it fails, the fallback needs to know its metrics. */
  #specs: readonly MetricSpec[] | undefined;

  #unreached = 0;
  #isClosed = false;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** Reads every metric of the trigger. A failure is a measurement too; rejects with the reason of the signal only. */
  async measure(signal: AbortSignal): Promise<readonly Measurement[]> {
    const { clock, onRead } = this.#options;
    const startedAt = clock.monotonic();
    const tell = (outcome: 'value' | 'error'): void => onRead(outcome, clock.monotonic() - startedAt);
    try {
      const measured = await withDeadline(deadlineMs, signal, (limited) => this.#read(limited));
      tell('value');
      this.#unreached = 0;
      return measured;
    } catch (error) {
      signal.throwIfAborted();
      tell('error');
      this.#unreached = isUnreached(error) ? this.#unreached + 1 : 0;
      if (this.#options.dependsOnOthers || this.#unreached >= mostUnreached) this.#dismiss();
      return this.#failed(this.#told(error));
    }
  }

  /** For good: one that is being made ends as soon as it is there. */
  close(): void {
    this.#isClosed = true;
    this.#dismiss();
  }

  #dismiss(): void {
    this.#unreached = 0;
    this.#made?.life.abort();
    this.#made?.trigger.close?.();
    this.#made = undefined;
  }

  async #read(signal: AbortSignal): Promise<readonly Measurement[]> {
    const trigger = await this.#trigger(signal);
    const specs = await trigger.specs(signal);
    if (specs.length === 0) throw new TriggerError(`triggers[${this.#options.index}] has no metric`);
    this.#specs = specs;
    return Promise.all(
      specs.map(async (spec) => ({
        ...this.#identity(spec),
        outcome: { kind: 'value' as const, ...(await trigger.read(spec.name, signal)) },
      })),
    );
  }

  async #trigger(signal: AbortSignal): Promise<Trigger> {
    if (this.#made !== undefined) return this.#made.trigger;
    const trigger = await this.#options.make(signal);
    if (signal.aborted || this.#isClosed) {
      trigger.close?.();
      signal.throwIfAborted();
      throw new TriggerError(`triggers[${this.#options.index}] is asked for no more`);
    }
    const life = new AbortController();
    this.#made = { trigger, life };
    trigger.watch?.(this.#options.onNews, life.signal);
    return trigger;
  }

  #failed(message: string): readonly Measurement[] {
    const outcome = { kind: 'error' as const, message };
    const { index, type, name: triggerName, metricType } = this.#options;
    if (this.#specs === undefined)
      return [{ metricName: indexed(index, type), triggerName, metricType, target: undefined, outcome }];
    return this.#specs.map((spec) => ({ ...this.#identity(spec), outcome }));
  }

  #identity({ name, target }: MetricSpec): Omit<Measurement, 'outcome'> {
    const { index, name: triggerName, metricType } = this.#options;
    return { metricName: indexed(index, name), triggerName, metricType, target };
  }

  #told(error: unknown): string {
    const place = `triggers[${this.#options.index}]`;
    if (error instanceof TriggerConfigError || error instanceof TriggerError) return error.message;
    if (error instanceof DeadlineExceeded) return `${place}: ${error.message}`;
    // Whatever it is may have a secret in its message.
    return `${place}: failed with ${error instanceof Error ? error.name : 'an unknown failure'}`;
  }
}

function isUnreached(error: unknown): boolean {
  return error instanceof DeadlineExceeded || (error instanceof TriggerError && error.kind === 'unreachable');
}
