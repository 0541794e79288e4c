import type { RunningOperator } from '../fleet/index.ts';
import { victim } from './cast.ts';
import { install } from './install.ts';
import { mend } from './mend.ts';
import type { DemoOptions } from './options.ts';
import { remove } from './remove.ts';
import { restart } from './restart.ts';
import { endSpread, spread, type SpreadFigures } from './spread/spread.ts';
import { openStage, type Stage } from './stage.ts';
import { counted, inSeconds, type Story } from './story.ts';
import { tryLines } from './try-lines.ts';

/** What a run measured; a figure is missing where its step did not get that far. */
export interface DemoFigures {
  /** By spoke: from the creation of the object on the hub until it says Ready. */
  servingReadySeconds?: Readonly<Record<string, number>>;
  /** From the deletion of a Deployment on a spoke until it is back and available. */
  driftMendedSeconds?: number;
  /** From the deletion of all objects on the hub until they are gone. */
  deleteSeconds?: number;
  /** Objects left on all spokes. */
  leftOnSpoke?: number;
  /** Resident memory of the operator with all spokes installed. */
  operatorRssMb?: number;
  dso?: SpreadFigures;
}

export interface DemoResult {
  readonly figures: DemoFigures;
  /** What did not hold; empty is well. */
  readonly failures: readonly string[];
}

/**
 * Plays the demo. With `once` to its end; otherwise it leaves everything running until the signal aborts, and removes it
 * then. Throws what hindered the start, or the signal's reason where it came before anything ran.
 */
export async function runDemo(options: DemoOptions, story: Story, signal: AbortSignal): Promise<DemoResult> {
  await using stage = await openStage(options, signal);
  const play = new Play(stage, story);
  await play.attempt(() => play.show(signal), signal);
  if (!options.once && !signal.aborted) await play.leaveRunning(signal);
  await play.attempt(() => play.clear());
  return play.result;
}

/** One performance: who is on the stage now, and how it went. */
class Play {
  readonly #stage: Stage;
  readonly #story: Story;
  readonly #figures: DemoFigures = {};
  readonly #failures: string[] = [];
  #operator: RunningOperator | undefined;

  constructor(stage: Stage, story: Story) {
    this.#stage = stage;
    this.#story = story;
  }

  get result(): DemoResult {
    return { figures: this.#figures, failures: this.#failures };
  }

  /** A step that fails is told and remembered; one that was interrupted is neither. */
  async attempt(step: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (signal?.aborted !== true) this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  async show(signal: AbortSignal): Promise<void> {
    this.#operator = await this.#stage.startOperator();
    await this.#install(signal);
    await this.#mend(signal);
    await this.#restart(signal);
    this.#figures.dso = { splits: {} };
    await spread(this.#stage, this.#story, this.#figures.dso, signal);
  }

  async leaveRunning(signal: AbortSignal): Promise<void> {
    if (this.#operator === undefined) return;
    const { fleet, spokes, kubectl, wheelwright } = this.#stage;
    this.#story.act('Everything keeps running. Try, in another terminal:');
    const lines = tryLines({
      wheelwright,
      kubectl: kubectl ?? 'kubectl',
      hub: fleet.bed.hub.kubeconfig,
      spokes: spokes.map(({ spoke }) => ({ name: spoke.profile, kubeconfig: spoke.cluster.kubeconfig })),
      providerFile: this.#operator.providerFile ?? '',
      metricsUrl: this.#operator.metricsUrl,
    });
    for (const line of lines) this.#story.line(line);
    this.#story.act('Ctrl-C removes it all.');
    await aborted(signal);
  }

  async clear(): Promise<void> {
    if (this.#operator === undefined) return;
    this.#story.act('The KnativeServing objects are deleted, and nginx with what spreads it.');
    await endSpread(this.#stage);
    const { seconds, left } = await remove(this.#stage);
    this.#figures.deleteSeconds = seconds;
    this.#figures.leftOnSpoke = [...left.values()].flat().length;
    this.#story.outcome('ok', `they are gone after ${inSeconds(seconds)}`);
    for (const [spoke, objects] of left) {
      if (objects.length === 0) this.#story.outcome('ok', `${spoke} is empty`);
      else
        this.#fail(
          `${counted(objects.length, 'object')} left on ${spoke}: ${objects.slice(0, 5).join(', ')}`,
        );
    }
  }

  async #install(signal: AbortSignal): Promise<void> {
    this.#story.act('KnativeServing objects are created on the hub, one for each spoke:');
    this.#figures.servingReadySeconds = await install(this.#stage, this.#story, signal);
    const bytes = await this.#operator?.process.residentBytes();
    if (bytes !== undefined) this.#figures.operatorRssMb = Math.round(bytes / 1e6);
  }

  async #mend(signal: AbortSignal): Promise<void> {
    const [spoke] = this.#stage.spokes;
    if (spoke === undefined) return;
    this.#story.act(`Somebody deletes Deployment ${victim.name} on ${spoke.spoke.profile}.`);
    const { seconds, event } = await mend(this.#stage, spoke, signal);
    this.#figures.driftMendedSeconds = seconds;
    this.#story.outcome(
      'ok',
      `it is back and available after ${inSeconds(seconds)}; an event on the hub says:`,
    );
    this.#story.line(`     ${event}`);
  }

  async #restart(signal: AbortSignal): Promise<void> {
    if (this.#operator === undefined) return;
    this.#story.act(
      'The operator is killed (SIGKILL), its Leases are deleted to save their 15 seconds, and another one is started.',
    );
    const { operator, seconds, objects, rewritten, writes } = await restart(
      this.#stage,
      this.#operator,
      signal,
    );
    this.#operator = operator;
    if (rewritten === 0 && writes === 0)
      this.#story.outcome(
        'ok',
        `it has looked at everything after ${inSeconds(seconds)} and written nothing: all ${counted(objects, 'object')} are as they were`,
      );
    else
      this.#fail(
        `it made ${counted(writes, 'write')} and changed ${rewritten} of ${counted(objects, 'object')}`,
      );
  }

  #fail(what: string): void {
    this.#failures.push(what);
    this.#story.outcome('failed', what);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
