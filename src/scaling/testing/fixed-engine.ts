import type { EngineReport, ScalingEngine } from '../engine/scaling-engine.ts';

const isActive = { status: 'True', reason: 'Fixed', message: 'The total is written by hand.' } as const;
const isNot = { status: 'False', reason: 'Fixed', message: 'The total is written by hand.' } as const;

/** Evaluates nothing: for tests that write totals themselves. */
export class FixedEngine implements ScalingEngine {
  readonly name = 'builtin';
  /** Keys of the objects it was asked for, in the order in which it was. */
  readonly asked: string[] = [];
  readonly forgotten: string[] = [];
  /** What it throws instead of a report. */
  failure: Error | undefined;
  report: EngineReport = { ready: isActive, active: isActive, paused: isNot };

  start(): void {
    // Nothing runs.
  }

  async ensure({ metadata }: { readonly metadata: { readonly name: string } }): Promise<EngineReport> {
    this.asked.push(metadata.name);
    if (this.failure !== undefined) throw this.failure;
    return this.report;
  }

  forget(key: string): void {
    this.forgotten.push(key);
  }
}
