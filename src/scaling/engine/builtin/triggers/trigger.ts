/** One metric of a trigger. */
export interface MetricSpec {
  /** Without the place of the trigger that KEDA puts before it. */
  readonly name: string;
  /** What the usage is divided by; above zero. */
  readonly target: number;
}

/** What a metric says now. */
export interface Reading {
  readonly value: number;
  /** Whether it asks for replicas at all: above the threshold of activation. */
  readonly isActive: boolean;
}

/** A trigger whose metadata has been read. Every method may throw TriggerError, and the reason of its signal. */
export interface Trigger {
  specs(signal: AbortSignal): Promise<readonly MetricSpec[]>;
  read(metric: string, signal: AbortSignal): Promise<Reading>;
  /**
   * Tells as soon as there is something new to read: `active` where it is known to ask for replicas. Ends with the signal.
   * Absent where a trigger has to be asked.
   */
  watch?(onNews: (news: 'changed' | 'active') => void, signal: AbortSignal): void;
  /** Ends its connections. */
  close?(): void;
}

/** What a trigger is made from. */
export interface TriggerSource {
  readonly type: string;
  /** Where it stands in the object, for messages: `triggers[0]`. */
  readonly place: string;
  /** Of the object that it is part of. */
  readonly namespace: string;
  readonly objectName: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** From its authentication; all of them may be secrets. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether it may ask servers on this machine. */
  readonly allowsLoopback: boolean;
  /** Under modifiers the target of a trigger may be absent. */
  readonly isPartOfFormula: boolean;
}

/** What kind of failure it is: a source that is not there, must not be asked, cannot be asked, or gave no number. */
export type FailureKind = 'config' | 'missing' | 'forbidden' | 'unreachable' | 'value';

/**
 * A source gave no value. The message says which and why, and what to do; it never has a credential in it, nor anything that
 * a server answered.
 */
export class TriggerError extends Error {
  override readonly name: string = 'TriggerError';
  readonly kind: FailureKind;

  constructor(
    message: string,
    { kind = 'value', cause }: { readonly kind?: FailureKind; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** The metadata of a trigger cannot be used: nothing changes before somebody changes them. */
export class TriggerConfigError extends TriggerError {
  override readonly name = 'TriggerConfigError';

  constructor(message: string) {
    super(message, { kind: 'config' });
  }
}
