import { objectKey } from '../src/api/index.ts';
import { Fleet, type LogLine } from '../test/fleet/index.ts';
import type { Benchmark } from './benchmark.ts';
import { buildBundle } from './bundle.ts';
import { knative, knativeNote } from './knative.ts';
import { machineNote } from './machine.ts';
import { medianOf } from './report.ts';
import { wholeNumber } from './whole-number.ts';

interface StartFlags {
  readonly runs: number;
}

interface Run {
  /** Process started → the first pass over the KnativeServing begins. */
  readonly begins: number;
  /** Process started → that pass is over: the spoke has been compared with what must be on it. */
  readonly ends: number;
}

export const start: Benchmark<StartFlags> = {
  name: 'start',
  about: 'from the start of the process until it begins to reconcile a KnativeServing that is there already',
  flags: (command) => command.option('--runs <count>', 'how many starts', wholeNumber(1, 1_000), 10),
  run: async ({ runs }, tell) => {
    await using bundle = await buildBundle();
    await using fleet = await Fleet.start();
    const { manifests, spec } = await knative();
    const options = { command: bundle.command, manifests, flags: ['--log-level=debug'] };
    const first = await fleet.startOperator(options);
    const name = await fleet.createServing({ profile: fleet.spoke(0).profile, spec });
    await fleet.waitForReady(name);
    await first.process.stop();
    const found: Run[] = [];
    for (let run = 1; run <= runs; run++) {
      tell(`start: run ${run} of ${runs}`);
      const { process } = await fleet.startOperator(options);
      const passed = await process.waitForLog('its first pass', isPassOver(objectKey(name)));
      found.push(runOf(passed, process.startedAt));
      // It gives its Leases back, so that the next one need not wait for them.
      await process.stop();
    }
    const begins = found.map((run) => run.begins);
    return {
      measures: [
        { what: 'started to first reconcile begins', unit: 's', values: begins, goal: 0.6 },
        { what: 'started to first reconcile ends', unit: 's', values: found.map(({ ends }) => ends) },
      ],
      figures: { seconds: medianOf(begins) },
      notes: [
        `${await knativeNote()}, installed on one spoke; by the operator's own log, whose line about a pass has its end and its length`,
        machineNote(),
      ],
    };
  },
};

/** Every pass over an object ends in one line with its length, whatever came of it. */
function isPassOver(key: string): (line: LogLine) => boolean {
  return (line) => line['key'] === key && typeof line['durationMs'] === 'number';
}

/** `startedAt` and the times in the log are of the same machine's clock. */
export function runOf(line: Readonly<Record<string, unknown>>, startedAt: number): Run {
  const endedAt = Date.parse(String(line['time']));
  return {
    begins: (endedAt - Number(line['durationMs']) - startedAt) / 1_000,
    ends: (endedAt - startedAt) / 1_000,
  };
}
