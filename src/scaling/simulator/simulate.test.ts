import { describe, expect, it } from 'vitest';
import { sayWhy } from '../plan/member-reasons.ts';
import { minute, registered, specOf, type SpecOptions, weighted } from '../testing/specs.ts';
import { type Moment, simulate, type SimulatedEvent } from './simulate.ts';

const second = 1_000;

interface Story extends SpecOptions {
  readonly events?: readonly SimulatedEvent[];
  readonly minutes?: number;
}

function play({ events = [], minutes = 30, ...spec }: Story): readonly Moment[] {
  const full = specOf(spec);
  const names = full.members.map(({ name }) => name);
  return [
    ...simulate({
      spec: full,
      members: registered(...(names.length > 0 ? names : ['m1', 'm2', 'm3'])),
      events,
      until: minutes * minute,
      startMs: () => 5 * second,
    }),
  ];
}

/** `0s 4/3/3`, for each time at which a number changes. Members out of reach are in brackets. */
function story(moments: readonly Moment[]): readonly string[] {
  const lines = moments.map(({ at, plan }) => {
    const numbers = plan.reasons.map(({ desired, state }) =>
      state === 'Ready' ? `${desired}` : `(${desired})`,
    );
    return [`${at / second}s`, numbers.join('/')] as const;
  });
  return lines.filter(([, text], index) => text !== lines[index - 1]?.[1]).map((line) => line.join(' '));
}

const thirds = { total: 10, members: weighted(1, 1, 1) };

describe('a member that is lost', () => {
  it.each<[what: string, Story, readonly string[]]>([
    [
      'counts as running during the grace period, then the others take over (AT-3.08)',
      {
        ...thirds,
        events: [
          { at: 0, what: 'down', member: 'm9' },
          { at: minute, what: 'deleted', member: 'm2' },
        ],
      },
      ['0s 4/3/3', '60s 4/(3)/3', '120s 5/(0)/5'],
    ],
    [
      'is handed over in steps of half the total (AT-1.08)',
      { total: 5, members: weighted(4, 6), events: [{ at: minute, what: 'down', member: 'm2' }] },
      ['0s 2/3', '60s 2/(3)', '120s 4/(0)', '125s 5/(0)'],
    ],
    [
      'is handed over in steps of a fifth',
      {
        total: 10,
        members: weighted(3, 3, 4),
        policy: { maxRebalancePercentage: 20 },
        events: [{ at: minute, what: 'down', member: 'm3' }],
      },
      ['0s 3/3/4', '60s 3/3/(4)', '120s 4/4/(0)', '125s 5/5/(0)'],
    ],
    [
      'without a grace period is handed over at once',
      { ...thirds, policy: { gracePeriod: 0 }, events: [{ at: minute, what: 'down', member: 'm2' }] },
      ['0s 4/3/3', '60s 5/(0)/5'],
    ],
    [
      'stays as it is where moving is off (C21)',
      {
        ...thirds,
        policy: { maxRebalancePercentage: 0 },
        events: [{ at: minute, what: 'down', member: 'm2' }],
      },
      ['0s 4/3/3', '60s 4/(3)/3'],
    ],
    [
      'is let alone when it is back in time (AT-1.10)',
      {
        ...thirds,
        events: Array.from({ length: 20 }, (_, index) => ({
          at: minute + index * 20 * second,
          what: index % 2 === 0 ? ('down' as const) : ('up' as const),
          member: 'm2',
        })),
        minutes: 8,
      },
      [
        '0s 4/3/3',
        ...Array.from(
          { length: 20 },
          (_, index) => `${60 + index * 20}s ${index % 2 === 0 ? '4/(3)/3' : '4/3/3'}`,
        ),
      ],
    ],
    [
      'with all others keeps everything where it was (C37)',
      {
        ...thirds,
        events: ['m1', 'm2', 'm3'].map((member) => ({ at: minute, what: 'down' as const, member })),
      },
      ['0s 4/3/3', '60s (4)/(3)/(3)'],
    ],
    [
      'with half of all is waited for twice as long (C29)',
      {
        total: 12,
        members: weighted(1, 1, 1, 1),
        events: ['m1', 'm2'].map((member) => ({ at: minute, what: 'down' as const, member })),
      },
      ['0s 3/3/3/3', '60s (3)/(3)/3/3', '180s (0)/(0)/6/6'],
    ],
  ])('%s', (_, given, expected) => {
    expect(story(play(given))).toEqual(expected);
  });

  it('returns in steps, first there and then away, after it has been back for a while (AT-1.09)', () => {
    const moments = play({
      total: 5,
      members: weighted(4, 6),
      events: [
        { at: minute, what: 'down', member: 'm2' },
        { at: 5 * minute, what: 'up', member: 'm2' },
      ],
    });
    expect(story(moments)).toEqual([
      '0s 2/3',
      '60s 2/(3)',
      '120s 4/(0)',
      '125s 5/(0)',
      // It runs what it ran before, which is kept.
      '300s 5/3',
      '360s 2/3',
    ]);
    const afterwards = moments.filter(({ at }) => at >= 125 * second + 5 * second);
    expect(Math.min(...afterwards.map(({ ready }) => ready))).toBe(5);
  });

  it('that lost its workload returns in steps', () => {
    const moments = play({
      total: 9,
      members: weighted(1, 1, 1),
      policy: { maxRebalancePercentage: 12 },
      events: [
        { at: minute, what: 'deleted', member: 'm2' },
        { at: 5 * minute, what: 'created', member: 'm2', replicas: 1 },
      ],
    });
    expect(story(moments)).toEqual([
      '0s 3/3/3',
      '60s 3/(3)/3',
      '120s 4/(0)/3',
      '125s 4/(0)/4',
      '130s 5/(0)/4',
      // What it runs is a head start, which others need not run any more.
      '300s 5/1/4',
      '360s 5/2/3',
      '365s 4/3/3',
      '370s 3/3/3',
    ]);
  });
});

describe('a member that comes and goes', () => {
  it('is held longer after each return that did not last, up to half an hour (C32)', () => {
    const events = Array.from({ length: 8 }, (_, index): SimulatedEvent => ({
      at: minute + index * 90 * second,
      what: index % 2 === 0 ? 'down' : 'up',
      member: 'm2',
    }));
    const phases = play({ ...thirds, events, minutes: 60 }).map(({ at, plan }) => ({
      at,
      phase: plan.state.rows['default/m2']?.phase,
    }));
    const holds = phases.flatMap(({ phase }) => (phase?.name === 'returning' ? [phase.hold / minute] : []));
    expect([...new Set(holds)]).toEqual([1, 2, 4, 8]);
    expect(phases.at(-1)?.phase).toEqual({ name: 'serving' });
  });

  it('moves nothing within its grace period, also where it goes before its pods have started again', () => {
    const moments = play({
      ...thirds,
      events: [
        { at: minute, what: 'down', member: 'm2' },
        { at: minute + 20 * second, what: 'up', member: 'm2' },
        { at: minute + 21 * second, what: 'down', member: 'm2' },
        { at: minute + 40 * second, what: 'up', member: 'm2' },
      ],
    });
    expect(story(moments)).toEqual(['0s 4/3/3', '60s 4/(3)/3', '80s 4/3/3', '81s 4/(3)/3', '100s 4/3/3']);
  });

  it('is trusted again after an hour', () => {
    const moments = play({
      ...thirds,
      events: [
        { at: minute, what: 'down', member: 'm2' },
        { at: 5 * minute, what: 'up', member: 'm2' },
        { at: 90 * minute, what: 'spec', spec: specOf({ ...thirds, total: 11 }) },
      ],
      minutes: 120,
    });
    expect(moments.at(-2)?.plan.state.rows['default/m2']?.returnedAt ?? 0).toBeLessThanOrEqual(5 * minute);
    expect(moments.at(-1)?.plan.state.rows['default/m2']).toMatchObject({
      relapses: 0,
      returnedAt: undefined,
    });
  });
});

describe('a change of the spec', () => {
  const before = specOf({ total: 10, members: weighted(1, 1, 1) });

  it.each<[what: string, SpecOptions, readonly string[]]>([
    [
      'of weights grows first and shrinks after that',
      { total: 10, members: weighted(3, 1, 1) },
      ['0s 4/3/3', '60s 6/3/3', '65s 6/2/2'],
    ],
    [
      'of the list takes from a removed member last (AT-3.13)',
      { total: 10, members: weighted(1, 1) },
      ['0s 4/3/3', '60s 5/5/3', '65s 5/5'],
    ],
    [
      'of the list may leave a removed member alone',
      { total: 10, members: weighted(1, 1), policy: { onWhitelistRemoval: 'Release' } },
      ['0s 4/3/3', '60s 5/5'],
    ],
    [
      'of a weight to 0 drains (C18)',
      { total: 10, members: weighted(0, 1, 1) },
      ['0s 4/3/3', '60s 4/5/5', '65s 0/5/5'],
    ],
    ['of all weights to 0 changes nothing (C12)', { total: 10, members: weighted(0, 0, 0) }, ['0s 4/3/3']],
    ['of the total down goes at once', { total: 4, members: weighted(1, 1, 1) }, ['0s 4/3/3', '60s 2/1/1']],
    [
      'of the total to 0 goes at once (C51)',
      { total: 0, members: weighted(1, 1, 1) },
      ['0s 4/3/3', '60s 0/0/0'],
    ],
    [
      'of the limits keeps to them (C15)',
      { total: 10, members: weighted(1, 1, 1).map((member) => ({ ...member, most: 3 })) },
      ['0s 4/3/3', '60s 3/3/3'],
    ],
    [
      'of a namespace moves first and shrinks after that',
      { total: 10, members: [{ name: 'm1', namespace: 'other' }, { name: 'm2' }, { name: 'm3' }] },
      ['0s 4/3/3', '60s 4/4/3/3', '65s 4/3/3'],
    ],
  ])('%s', (_, spec, expected) => {
    const moments = [
      ...simulate({
        spec: before,
        members: registered('m1', 'm2', 'm3'),
        events: [{ at: minute, what: 'spec', spec: specOf(spec) }],
        until: 10 * minute,
        startMs: () => 5 * second,
      }),
    ];
    expect(story(moments)).toEqual(expected);
  });
});

describe('strategies', () => {
  const tiers = [
    { name: 'm1', priority: 2, most: 6 },
    { name: 'm2', priority: 1 },
    { name: 'm3', priority: 0 },
  ];

  it.each<[what: string, Story, readonly string[]]>([
    [
      'priority uses the best that answers',
      {
        total: 10,
        strategy: 'priority',
        members: tiers.map(({ name, priority }) => ({ name, priority })),
        events: [
          { at: minute, what: 'down', member: 'm1' },
          { at: 5 * minute, what: 'up', member: 'm1' },
        ],
      },
      ['0s 10/0/0', '60s (10)/0/0', '120s (0)/5/0', '125s (0)/10/0', '300s 10/10/0', '360s 10/0/0'],
    ],
    ['spillover fills the best first', { total: 10, strategy: 'spillover', members: tiers }, ['0s 6/4/0']],
    [
      'drain moves everything away, and back',
      {
        ...thirds,
        events: [
          { at: minute, what: 'drained', member: 'm1' },
          { at: 2 * minute, what: 'undrained', member: 'm1' },
        ],
      },
      ['0s 4/3/3', '60s 4/5/5', '65s 0/5/5', '120s 3/5/5', '125s 3/4/3'],
    ],
  ])('%s', (_, given, expected) => {
    expect(story(play(given))).toEqual(expected);
  });
});

describe('a plan', () => {
  it('says why everybody has its number', () => {
    const moments = play({
      total: 9,
      members: weighted(1, 1, 1),
      policy: { maxRebalancePercentage: 12 },
      events: [
        { at: minute, what: 'down', member: 'm2' },
        { at: 5 * minute, what: 'up', member: 'm2' },
      ],
    });
    const reasons = moments.flatMap(({ plan }) =>
      plan.reasons.slice(1, 2).map((reason) => sayWhy(reason, (at) => `${at / second}s`)),
    );
    expect(reasons.filter((reason, index) => reason !== reasons[index - 1])).toEqual([
      'its share by weight 1',
      'out of reach: 3 count as running until 120s',
      'out of reach: the others take over, 2 to go',
      'out of reach: the others take over, 1 to go',
      'out of reach: the others have taken over',
      'is back: nothing moves here until 360s',
      'its share by weight 1',
    ]);
  });

  it('says what nobody can help', () => {
    const findings = (story: Story): readonly string[] => [
      ...new Set(play(story).flatMap(({ plan }) => plan.findings.map(({ reason }) => reason))),
    ];
    expect(findings({ total: 5, members: weighted(0, 0) })).toEqual(['AllWeightsZero']);
    expect(
      findings({
        total: 5,
        members: weighted(0, 1),
        events: [{ at: minute, what: 'down', member: 'm2' }],
      }),
    ).toEqual(['NoEligibleMembers']);
    expect(findings({ total: 5, members: [{ name: 'm1', most: 3 }] })).toEqual(['CapacityLimited']);
    expect(findings({ total: 5, members: [{ name: 'm1', least: 9 }] })).toEqual(['MinReplicasUnsatisfied']);
    expect(
      findings({
        total: 5,
        members: weighted(1, 1),
        events: ['m1', 'm2'].map((member) => ({ at: minute, what: 'down' as const, member })),
      }),
    ).toEqual(['NoHealthyMembers', 'SuspectedHubPartition']);
    const half = (at: number): readonly string[] =>
      findings({
        total: 5,
        members: weighted(1, 1, 1, 1),
        events: [
          { at: minute, what: 'down', member: 'm2' },
          { at, what: 'down', member: 'm3' },
        ],
      });
    expect([half(minute), half(minute + 16 * second)]).toEqual([['SuspectedHubPartition'], []]);
  });
});
