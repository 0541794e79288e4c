import { InvalidArgumentError } from 'commander';
import type { NamespacedName } from '../src/api/index.ts';
import { NotFoundError, systemClock } from '../src/kube/index.ts';
import { conditionOf, Fleet, type OperatorProcess, type Spoke } from '../test/fleet/index.ts';
import type { Benchmark } from './benchmark.ts';
import { buildBundle } from './bundle.ts';
import { type Contender, other, wheelwright } from './contender.ts';
import { knative, knativeNote } from './knative.ts';
import { machineNote } from './machine.ts';
import { type Measure, medianOf, type Report } from './report.ts';
import { secondsUntil } from './seconds-until.ts';
import { splitCommand } from './split-command.ts';
import { wholeNumber } from './whole-number.ts';

interface InstallFlags {
  readonly runs: number;
  readonly reference?: readonly string[];
}

interface Run {
  /** The first KnativeServing that the operator ever saw: created on the hub → Ready. */
  readonly readySeconds: number;
  /** Three more at once, each for a spoke of its own: created → the last one Ready. */
  readonly threeMoreSeconds: number;
  /** Deleted on the hub → gone from the hub. */
  readonly deleteSeconds: number;
  /** Deleted on the hub → nothing that was delivered is on the spoke; definitions of kinds and the namespace do not count. */
  readonly emptySeconds: number;
}

const limitMs = 300_000;
/** An operator that has just become leader may still be busy with its start. */
const settleMs = 2_000;

export const install: Benchmark<InstallFlags> = {
  name: 'install',
  about:
    'Knative Serving with Kourier from KnativeServing created to Ready, on one spoke and on three more at once; and its removal',
  flags: (command) =>
    command
      .option('--runs <count>', 'how often, each time on fresh clusters', wholeNumber(1, 50), 3)
      .option(
        '--reference <command>',
        'measure another operator too, in turn on clusters of its own: program and arguments, no shell',
        commandWords,
      ),
  run: async ({ runs, reference }, tell) => {
    await using bundle = await buildBundle();
    const contenders = [wheelwright(bundle.command), ...(reference === undefined ? [] : [other(reference)])];
    const found = new Map<Contender, Run[]>(contenders.map((contender) => [contender, []]));
    for (let run = 1; run <= runs; run++) {
      for (const contender of contenders) {
        tell(`install: run ${run} of ${runs}, ${contender.name}`);
        found.get(contender)?.push(await measure(contender));
      }
    }
    return report(found);
  },
};

function commandWords(text: string): readonly string[] {
  try {
    return splitCommand(text);
  } catch (error) {
    throw new InvalidArgumentError(`It must be a command: ${messageOf(error)}.`);
  }
}

async function measure(contender: Contender): Promise<Run> {
  await using fleet = await Fleet.start({ spokes: 4 });
  const { manifests, spec } = await knative();
  const operator = await contender.start(fleet, manifests);
  try {
    await systemClock.sleep(settleMs);
    const [first, ...others] = fleet.spokes;
    if (first === undefined) throw new Error('the fleet has no spoke');
    const readySeconds = await secondsToReady(fleet, [first], spec);
    const threeMoreSeconds = await secondsToReady(fleet, others, spec);
    return { readySeconds, threeMoreSeconds, ...(await removal(fleet, first)) };
  } catch (error) {
    throw new Error(`${contender.name}: ${messageOf(error)}\n${lastLines(operator)}`, { cause: error });
  } finally {
    await operator.kill();
  }
}

async function secondsToReady(
  fleet: Fleet,
  spokes: readonly Spoke[],
  spec: Readonly<Record<string, unknown>>,
): Promise<number> {
  await fleet.namespace(servingOf('').namespace);
  const since = systemClock.monotonic();
  const each = spokes.map(async ({ profile }) => {
    const name = await fleet.createServing({ ...servingOf(profile), profile, spec });
    const what = `KnativeServing ${name.name} is ready`;
    return await secondsUntil({ what, since, timeoutMs: limitMs }, async (saw) => {
      const ready = conditionOf(await fleet.serving(name), 'Ready');
      saw(ready ?? 'no condition Ready');
      return ready?.status === 'True';
    });
  });
  return Math.max(...(await Promise.all(each)));
}

async function removal(fleet: Fleet, spoke: Spoke): Promise<Pick<Run, 'deleteSeconds' | 'emptySeconds'>> {
  const name = servingOf(spoke.profile);
  spoke.client.invalidateDiscovery();
  const since = systemClock.monotonic();
  await fleet.deleteServing(name);
  const deleteSeconds = await secondsUntil(
    { what: `${name.name} is gone`, since, timeoutMs: limitMs },
    async (saw) => {
      try {
        saw((await fleet.serving(name))['status'] ?? 'no status');
        return false;
      } catch (error) {
        return error instanceof NotFoundError;
      }
    },
  );
  const emptySeconds = await secondsUntil(
    { what: `${spoke.profile} is empty`, since, timeoutMs: limitMs },
    async (saw) => {
      // The reference operator leaves the namespace for good.
      const left = (await fleet.leftOn(spoke)).filter((place) => !place.startsWith('Namespace.'));
      saw(left);
      return left.length === 0;
    },
  );
  return { deleteSeconds, emptySeconds };
}

function servingOf(profile: string): NamespacedName & { readonly namespace: string } {
  return { namespace: 'knative-serving', name: profile };
}

const rows = [
  { key: 'readySeconds', what: 'created to Ready', goal: 2 },
  { key: 'threeMoreSeconds', what: '3 more at once, to the last Ready', goal: 3.5 },
  { key: 'deleteSeconds', what: 'deleted to gone', goal: 2 },
  { key: 'emptySeconds', what: 'deleted to spoke empty', goal: 2 },
] as const;

async function report(found: ReadonlyMap<Contender, readonly Run[]>): Promise<Report> {
  const [ours = [], theirs] = [...found.values()];
  const valuesOf = (runs: readonly Run[], key: keyof Run): readonly number[] => runs.map((run) => run[key]);
  const measures = rows.map(({ key, what, goal }): Measure => ({
    what,
    unit: 's',
    values: valuesOf(ours, key),
    goal,
    ...(theirs === undefined ? {} : { reference: valuesOf(theirs, key) }),
  }));
  const figuresOf = (runs: readonly Run[]): Record<string, number> =>
    Object.fromEntries(rows.map(({ key }) => [key, medianOf(valuesOf(runs, key))]));
  return {
    measures,
    figures: { ...figuresOf(ours), ...(theirs === undefined ? {} : { reference: figuresOf(theirs) }) },
    notes: [
      `${await knativeNote()}; operator running and leading, first KnativeServing that it ever saw`,
      machineNote(),
    ],
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function lastLines(operator: OperatorProcess): string {
  return operator.output.split('\n').slice(-10).join('\n');
}
