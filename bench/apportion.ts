import { apportion as split } from '../src/scaling/index.ts';
import { systemClock } from '../src/kube/index.ts';
import type { Benchmark } from './benchmark.ts';
import { machineNote } from './machine.ts';
import { medianOf } from './report.ts';
import { wholeNumber } from './whole-number.ts';

interface ApportionFlags {
  readonly members: number;
  readonly replicas: number;
  readonly runs: number;
}

/** Splits until the engine has compiled what there is to compile. */
const warmUps = 50;

export const apportion: Benchmark<ApportionFlags> = {
  name: 'apportion',
  about: 'replicas split over members of different weights, in proportion',
  flags: (command) =>
    command
      .option('--members <count>', 'how many members', wholeNumber(1, 100_000), 1_000)
      .option('--replicas <count>', 'how many replicas', wholeNumber(0, 2 ** 31 - 1), 10_000)
      .option('--runs <count>', 'how many splits', wholeNumber(1, 100_000), 200),
  run: async ({ members, replicas, runs }, tell) => {
    tell(`apportion: ${runs} splits of ${replicas} replicas over ${members} members`);
    const { free, bounded } = { free: fleetOf(members, false), bounded: fleetOf(members, true) };
    const measure = (fleet: typeof free): readonly number[] =>
      Array.from({ length: warmUps + runs }, (_, run) => {
        const since = systemClock.monotonic();
        // Another total each time, around the one that was asked for.
        split(Math.max(0, replicas - (run % 7)), fleet);
        return systemClock.monotonic() - since;
      }).slice(warmUps);
    const milliseconds = measure(free);
    return {
      measures: [
        { what: `${replicas} over ${members}`, unit: 'ms', values: milliseconds, goal: 2 },
        { what: 'with limits on every third', unit: 'ms', values: measure(bounded) },
      ],
      figures: { milliseconds: medianOf(milliseconds) },
      notes: ['weights 1 to 13; by Sainte-Laguë, from what each member had before', machineNote()],
    };
  },
};

function fleetOf(members: number, isBounded: boolean) {
  return Array.from({ length: members }, (_, index) => ({
    name: `member-${index}`,
    weight: 1 + ((index * 7) % 13),
    current: index % 20,
    least: isBounded && index % 3 === 0 ? 2 : 0,
    most: isBounded && index % 3 === 0 ? 8 : Number.POSITIVE_INFINITY,
  }));
}
