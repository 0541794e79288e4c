import { expect, test } from 'vitest';
import type { Sight } from '../workload/workload.ts';
import { type Seeding, seedTotal } from './seed-total.ts';

const runs = (wanted: number): Sight => ({
  seen: 'workload',
  uid: '',
  resourceVersion: '1',
  wanted,
  replicas: wanted,
  ready: wanted,
});
const unknown: Sight = { seen: 'nothing' };
const none: Sight = { seen: 'absence', why: '' };

const given: Seeding = {
  total: 0,
  isDecided: false,
  sights: [runs(1), runs(1), runs(1)],
  least: 1,
  most: 10,
  firstSeenAt: 1_000,
  now: 1_000,
};

test.each<[string, Partial<Seeding>, unknown]>([
  ['is what members run', {}, { seed: 'total', total: 3 }],
  ['is no less than the least', { sights: [runs(0)], least: 2 }, { seed: 'total', total: 2 }],
  ['is no more than the most', { sights: [runs(40)], most: 10 }, { seed: 'total', total: 10 }],
  [
    'is the 0 that it is where nothing runs and nothing must',
    { sights: [runs(0)], least: 0 },
    { seed: 'decided' },
  ],
  ['is left alone where there is one', { total: 4 }, { seed: 'decided' }],
  ['is left alone where somebody wrote the 0', { isDecided: true }, { seed: 'decided' }],
  [
    'waits for members that were not asked',
    { sights: [runs(3), unknown] },
    { seed: 'waiting', until: 31_000 },
  ],
  [
    'does not wait longer than half a minute',
    { sights: [runs(3), unknown], now: 31_000 },
    { seed: 'total', total: 3 },
  ],
  [
    'does not wait for who does not answer',
    { sights: [runs(3), 'unreachable'] },
    { seed: 'total', total: 3 },
  ],
  [
    'waits where nobody knows what runs',
    { sights: ['unreachable', none], now: 99_000 },
    { seed: 'waiting', until: undefined },
  ],
])('the first total %s', (_name, changes, decision) => {
  expect(seedTotal({ ...given, ...changes })).toEqual(decision);
});
