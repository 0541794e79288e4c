import { type Command, InvalidArgumentError } from 'commander';
import { resources, systemClock } from '../src/kube/index.ts';
import { kubeconfigYaml, waitFor } from '../test/bed/index.ts';
import {
  conditionOf,
  Fleet,
  fleetNamespace,
  kubeconfigSecret,
  type RunningOperator,
} from '../test/fleet/index.ts';
import type { Benchmark } from './benchmark.ts';
import { buildBundle } from './bundle.ts';
import { inBatches } from './in-batches.ts';
import { knative, knativeNote } from './knative.ts';
import { machineNote } from './machine.ts';
import { processUsage } from './process-usage.ts';
import { type Measure, medianOf } from './report.ts';
import { SimulatedSpokes } from './simulated-spokes/simulated-spokes.ts';

interface MemoryFlags {
  readonly spokes: readonly number[];
}

interface Sample {
  readonly spokes: number;
  /** Several readings, megabytes. */
  readonly resident: readonly number[];
  readonly peak: number;
}

const goals: Readonly<Record<number, number>> = { 0: 90, 100: 160, 1_000: 400 };
const servingNamespace = 'knative-serving';
/** Until what follows an installation is over and the collector has had reason to run. */
const settleMs = 30_000;
const readings = { count: 10, everyMs: 1_000 };
/** Installations that are begun at once. */
const batch = 20;
const millisecondsPerSpoke = 5_000;

export const memory: Benchmark<MemoryFlags> = {
  name: 'memory',
  about:
    'resident memory of the operator: with a hub alone, then with spokes that are simulated in another process',
  flags: (command: Command) =>
    command.option(
      '--spokes <counts>',
      'numbers of spokes with Knative Serving installed, rising, separated by commas',
      risingNumbers,
      [100, 1_000],
    ),
  run: async ({ spokes }, tell) => {
    await using bundle = await buildBundle();
    await using fleet = await Fleet.start({ spokes: 0 });
    await using simulated = await SimulatedSpokes.start(await fleet.hub.resources());
    const { manifests } = await knative();
    const operator = await fleet.startOperator({ command: bundle.command, manifests });
    const samples: Sample[] = [];
    for (const count of [0, ...spokes]) {
      tell(`memory: ${count} spokes`);
      await engage(fleet, simulated, { from: samples.at(-1)?.spokes ?? 0, to: count }, tell);
      samples.push(await sample(operator, count));
    }
    return {
      measures: samples.flatMap(measuresOf),
      figures: Object.fromEntries(
        samples.flatMap(({ spokes: count, resident, peak }) => [
          [count === 0 ? 'idleMb' : `spokes${count}Mb`, medianOf(resident)],
          [count === 0 ? 'idlePeakMb' : `spokes${count}PeakMb`, medianOf([peak])],
        ]),
      ),
      notes: [
        `${await knativeNote()} on every spoke; one process that grows; ${settleMs / 1_000} s of rest before each row`,
        'simulated spokes answer over TLS and HTTP/2 as API servers do, each on connections of its own, and hold objects, not Pods',
        machineNote(),
      ],
    };
  },
};

/** Registers spokes and installs on each, until all of them are Ready. */
async function engage(
  fleet: Fleet,
  simulated: SimulatedSpokes,
  { from, to }: { readonly from: number; readonly to: number },
  tell: (what: string) => void,
): Promise<void> {
  const { spec } = await knative();
  const names = Array.from({ length: to - from }, (_, index) => `spoke-${from + index + 1}`);
  await inBatches(names, batch, (name) => register(fleet, simulated, name, spec));
  let told = from;
  await waitFor(
    `${to} spokes are ready`,
    async (saw) => {
      const ready = await readyServings(fleet);
      saw(`${ready} are`);
      if (ready >= told + 100) tell(`memory: ${ready} of ${to} ready`);
      if (ready >= told + 100) told = ready;
      return ready >= to;
    },
    { timeoutMs: 60_000 + names.length * millisecondsPerSpoke, everyMs: 1_000 },
  );
}

async function register(
  fleet: Fleet,
  simulated: SimulatedSpokes,
  name: string,
  spec: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { certificateAuthority } = simulated;
  const server = simulated.server(name);
  const kubeconfig = kubeconfigYaml({ name, server, certificateAuthority, user: { token: 'simulated' } });
  await fleet.hub.apply(resources.secrets, kubeconfigSecret(name, kubeconfig, fleetNamespace), {
    force: true,
  });
  await fleet.putProfile({ name, server, certificateAuthority });
  await fleet.createServing({ name, namespace: servingNamespace, profile: name, spec });
}

async function readyServings(fleet: Fleet): Promise<number> {
  const { items } = await fleet.hub.list(resources.knativeServings, { namespace: servingNamespace });
  return items.filter((item) => conditionOf(item, 'Ready')?.status === 'True').length;
}

async function sample({ process }: RunningOperator, spokes: number): Promise<Sample> {
  await systemClock.sleep(settleMs);
  const resident: number[] = [];
  for (let reading = 0; reading < readings.count; reading++) {
    resident.push((await processUsage(process.pid)).residentMb);
    await systemClock.sleep(readings.everyMs);
  }
  return { spokes, resident, peak: (await processUsage(process.pid)).peakResidentMb };
}

function measuresOf({ spokes, resident, peak }: Sample): readonly Measure[] {
  const where = spokes === 0 ? 'hub alone' : `${spokes} spokes`;
  const goal = goals[spokes];
  return [
    { what: `${where}: resident`, unit: 'MB', values: resident, ...(goal === undefined ? {} : { goal }) },
    { what: `${where}: most so far`, unit: 'MB', values: [peak] },
  ];
}

/** A parser for `100,1000`. */
export function risingNumbers(text: string): readonly number[] {
  const numbers = text.split(',').map(Number);
  const rise = numbers.every((number, index) => number > (numbers[index - 1] ?? 0));
  if (/^\d+(,\d+)*$/.test(text) && rise && numbers.every((number) => number <= 5_000)) return numbers;
  throw new InvalidArgumentError('It must be whole numbers from 1 to 5000, rising, separated by commas.');
}
