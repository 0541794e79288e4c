import { describe, expect, it } from 'vitest';
import { type End, endingProcesses } from '../testing/ending-processes.ts';
import { registered, specOf, weighted } from '../testing/specs.ts';
import { simulate } from './simulate.ts';

describe('processes that end', () => {
  // The second is lost while others have taken over from the first what its share of then does not count.
  it.each<[when: string, ends: Readonly<Record<number, End>>]>([
    ['never', {}],
    ['before what they keep names the number that was told', { 2: 'told', 4: 'told', 6: 'told' }],
    ['before they have told that number again', { 3: 'untold', 4: 'untold', 5: 'untold' }],
  ])('%s tell autoscalers of no outage', (_, ends) => {
    let look = 0;
    const moments = [
      ...simulate({
        spec: specOf({
          total: 4,
          members: weighted(1, 1),
          policy: { gracePeriod: 0, maxRebalancePercentage: 1 },
        }),
        members: registered('m1', 'm2'),
        events: [
          { at: 1, what: 'down', member: 'm2' },
          { at: 2, what: 'down', member: 'm1' },
          { at: 3, what: 'up', member: 'm1' },
          { at: 3, what: 'up', member: 'm2' },
        ],
        until: 60_000,
        startMs: () => 5_000,
        carry: endingProcesses(() => ends[++look]),
      }),
    ];
    const told = moments.flatMap((moment) => moment.told.map((number) => `${moment.at} ms: ${number}`));
    // Before the first pods are there.
    expect(told.filter((text) => !text.endsWith(': 4'))).toEqual(['0 ms: 0']);
    expect(moments.at(-1)?.plan.reasons.map(({ desired }) => desired)).toEqual([2, 2]);
  });
});
