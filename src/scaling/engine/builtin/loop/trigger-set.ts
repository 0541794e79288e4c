import type { Problem } from '../../../../api/index.ts';
import type { Clock } from '../../../../kube/index.ts';
import type { Authenticated, LeftOut } from '../authentication/authenticate.ts';
import type { Measurement } from '../executor/measurement.ts';
import type { ScaledObjectSpec } from '../executor/settings.ts';
import { type Trigger, TriggerConfigError, type TriggerSource } from '../triggers/trigger.ts';
import { TriggerSlot } from './trigger-slot.ts';

type GivenTrigger = ScaledObjectSpec['triggers'][number];

export interface TriggerSetOptions {
  readonly namespace: string;
  readonly objectName: string;
  readonly spec: ScaledObjectSpec;
  readonly allowsLoopback: boolean;
  readonly isFormula: boolean;
  /** Credentials of a trigger; throws TriggerError. */
  readonly authenticate: (
    trigger: GivenTrigger,
    place: string,
    namespace: string,
    signal: AbortSignal,
  ) => Promise<Authenticated>;
  readonly make: (source: TriggerSource) => Promise<Trigger>;
  readonly onNews: (news: 'changed' | 'active') => void;
  readonly clock: Clock;
  readonly onRead: (type: string, outcome: 'value' | 'error', durationMs: number) => void;
}

/** All triggers of one object. */
export class TriggerSet {
  readonly #slots: readonly TriggerSlot[];
  readonly #cached: ReadonlySet<number>;
  /**
   * What the last poll found for those that autoscalers must not ask. A failure too: it counts for the fallback whenever it
   * is handed out, as with KEDA.
   */
  #kept = new Map<number, readonly Measurement[]>();

  /** Parameters that authentications could not give, by trigger. */
  readonly #leftOut = new Map<number, readonly LeftOut[]>();

  constructor(options: TriggerSetOptions) {
    const { triggers } = options.spec;
    const onLeftOut = (index: number, leftOut: readonly LeftOut[]): void => {
      if (leftOut.length === 0) this.#leftOut.delete(index);
      else this.#leftOut.set(index, leftOut);
    };
    this.#slots = triggers.map((trigger, index) =>
      slotOf(options, trigger, index, (leftOut) => onLeftOut(index, leftOut)),
    );
    this.#cached = new Set(
      triggers.flatMap(({ useCachedMetrics }, index) => (useCachedMetrics === true ? [index] : [])),
    );
  }

  /** What is left out of authentications, as far as they were read. */
  get warnings(): readonly Problem[] {
    return [...this.#leftOut].flatMap(([index, leftOut]) =>
      [...Map.groupBy(leftOut, ({ why }) => why)].map(([why, parameters]) => ({
        field: `spec.scaledObjectSpec.triggers[${index}].authenticationRef`,
        message: `reads ${parameters.map(({ parameter }) => parameter).join(', ')} from variables of the workload, but ${why}; use secretTargetRef or configMapTargetRef`,
      })),
    );
  }

  /** Reads all, at once. Those with `useCachedMetrics` are read when polled only. */
  async measure(why: 'poll' | 'sync', signal: AbortSignal): Promise<readonly Measurement[]> {
    const all = await Promise.all(
      this.#slots.map(async (slot, index) => {
        const kept = why === 'sync' && this.#cached.has(index) ? this.#kept.get(index) : undefined;
        if (kept !== undefined) return kept;
        const measured = await slot.measure(signal);
        if (this.#cached.has(index)) this.#kept.set(index, measured);
        return measured;
      }),
    );
    return all.flat();
  }

  close(): void {
    for (const slot of this.#slots) slot.close();
  }
}

function slotOf(
  options: TriggerSetOptions,
  trigger: GivenTrigger,
  index: number,
  onLeftOut: (leftOut: readonly LeftOut[]) => void,
): TriggerSlot {
  const { namespace, objectName, allowsLoopback, isFormula } = options;
  const place = `triggers[${index}]`;
  return new TriggerSlot({
    index,
    type: trigger.type,
    name: trigger.name === '' ? undefined : trigger.name,
    metricType: trigger.metricType === 'Value' ? 'Value' : 'AverageValue',
    dependsOnOthers: trigger.authenticationRef !== undefined,
    make: async (signal) => {
      check(trigger, place);
      const { parameters, leftOut } = await options.authenticate(trigger, place, namespace, signal);
      onLeftOut(leftOut);
      return options.make({
        type: trigger.type,
        place,
        namespace,
        objectName,
        metadata: trigger.metadata,
        parameters,
        allowsLoopback,
        isPartOfFormula: isFormula,
      });
    },
    onNews: options.onNews,
    clock: options.clock,
    onRead: (...read) => options.onRead(trigger.type, ...read),
  });
}

const metricTypes = new Set(['', 'AverageValue', 'Value']);

function check({ type, metricType = '', useCachedMetrics }: GivenTrigger, place: string): void {
  if (type === 'cpu' || type === 'memory')
    throw new TriggerConfigError(
      `${place}.type is '${type}': it needs the pods of a workload, which the hub does not have; use a trigger whose source the hub can ask`,
    );
  if (!metricTypes.has(metricType))
    throw new TriggerConfigError(`${place}.metricType is '${metricType}': it must be AverageValue or Value`);
  if (type === 'cron' && useCachedMetrics === true)
    throw new TriggerConfigError(`${place}.useCachedMetrics is true: it must be absent for the type cron`);
}
