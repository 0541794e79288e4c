import { systemClock } from '../src/kube/index.ts';
import {
  type Observation,
  placeOf,
  plan,
  type PlanSpec,
  simulate as play,
  type SimulatedEvent,
} from '../src/scaling/index.ts';
import { randomOf } from '../test/support/random-of.ts';
import type { Benchmark } from './benchmark.ts';
import { machineNote } from './machine.ts';
import { medianOf } from './report.ts';
import { wholeNumber } from './whole-number.ts';

interface SimulateFlags {
  readonly members: number;
  readonly outages: number;
  readonly planned: number;
  readonly runs: number;
}

const minute = 60_000;
const week = 7 * 24 * 60 * minute;
/** Until the engine has compiled what there is to compile. */
const warmUps = { weeks: 3, plans: 50 };

export const simulate: Benchmark<SimulateFlags> = {
  name: 'simulate',
  about: 'weeks of random outages, played without a clock',
  flags: (command) =>
    command
      .option('--members <count>', 'how many members', wholeNumber(2, 1_000), 10)
      .option('--outages <count>', 'how many outages a week has', wholeNumber(0, 100_000), 100)
      .option(
        '--planned <count>',
        'how many members one plan alone is measured with',
        wholeNumber(1, 10_000),
        1_000,
      )
      .option('--runs <count>', 'how many weeks, and plans', wholeNumber(1, 10_000), 20),
  run: async ({ members, outages, planned, runs }, tell) => {
    tell(`simulate: ${runs} weeks of ${outages} outages of ${members} members`);
    const weeks = Array.from({ length: warmUps.weeks + runs }, (_, run) =>
      playWeek(members, outages, run),
    ).slice(warmUps.weeks);
    const seconds = weeks.map(({ seconds }) => seconds);
    const milliseconds = Array.from({ length: warmUps.plans + runs }, (_, run) =>
      planOnce(planned, run),
    ).slice(warmUps.plans);
    return {
      measures: [
        { what: `a week of ${outages} outages of ${members} members`, unit: 's', values: seconds, goal: 1 },
        { what: 'times at which something happens', unit: '', values: weeks.map(({ moments }) => moments) },
        { what: `one plan for ${planned} members`, unit: 'ms', values: milliseconds, goal: 5 },
      ],
      figures: { weekSeconds: medianOf(seconds), planMilliseconds: medianOf(milliseconds) },
      notes: [
        'outages of up to six hours; pods take up to a minute to become ready; one tenth of the total moves at once',
        'one plan: a tenth of the members is lost, and the others take over',
        machineNote(),
      ],
    };
  },
};

function playWeek(members: number, outages: number, seed: number) {
  const random = randomOf(seed);
  const spec = specOf(members);
  const events = Array.from({ length: outages }, (): readonly SimulatedEvent[] => {
    const member = nameOf(Math.floor(random() * members));
    const at = Math.floor(random() * week);
    return [
      { at, what: 'down', member },
      { at: at + Math.floor(random() * 360 * minute), what: 'up', member },
    ];
  }).flat();
  const startMs = (): number => Math.floor(random() * minute);
  const since = systemClock.monotonic();
  let moments = 0;
  for (const _ of play({ spec, members: registered(members), events, until: week, startMs })) moments++;
  return { seconds: (systemClock.monotonic() - since) / 1_000, moments };
}

/** How long the plan takes in which others begin to take over. */
function planOnce(members: number, run: number): number {
  const spec = specOf(members);
  const all = registered(members);
  const observed = new Map<string, Observation>(
    spec.members.map((member) => [placeOf(member), { state: 'ready', replicas: 10, readyReplicas: 10 }]),
  );
  const { state } = plan(spec, all, observed, undefined, 0);
  const lost: Observation = { state: 'notReady', why: 'out of reach' };
  for (let index = run % 10; index < members; index += 10)
    observed.set(placeOf({ ...spec, name: nameOf(index) }), lost);
  const noticed = plan(spec, all, observed, state, minute);
  const since = systemClock.monotonic();
  plan(spec, all, observed, noticed.state, 3 * minute);
  return systemClock.monotonic() - since;
}

function nameOf(index: number): string {
  return `member-${index}`;
}

function registered(members: number) {
  return Array.from({ length: members }, (_, index) => ({ name: nameOf(index), id: nameOf(index) }));
}

function specOf(members: number): PlanSpec {
  return {
    namespace: 'default',
    total: members * 10,
    members: Array.from({ length: members }, (_, index) => ({
      name: nameOf(index),
      namespace: 'default',
      weight: 1 + ((index * 7) % 13),
      least: 0,
      most: Number.POSITIVE_INFINITY,
      priority: 0,
    })),
    policy: {
      gracePeriod: minute,
      maxRebalancePercentage: 10,
      recoveryStabilization: minute,
      slowProgressDeadline: undefined,
      ignoreZeroWeightOnOutage: false,
      onWhitelistRemoval: 'ScaleToZero',
    },
    strategy: 'weighted',
    method: 'sainteLague',
  };
}
