import { describe, expect, it } from 'vitest';
import { minute, registered, specOf, type SpecOptions, weighted } from '../testing/specs.ts';
import { down, gone, TestFleet, up } from '../testing/test-fleet.ts';
import type { Plan } from './plan.ts';

const second = 1_000;

function idOf(name: string): string {
  return `kubeconfig#${name}`;
}

/** Members `m1`, `m2` and so on, all of them there with nothing running, after the first plan. */
function fleetOf(options: SpecOptions): TestFleet {
  const spec = specOf(options);
  const names = spec.members.map(({ name }) => name);
  const fleet = new TestFleet(spec, registered(...names));
  for (const name of names) fleet.set(idOf(name), up(0));
  fleet.after(0);
  return fleet;
}

function findings({ findings }: Plan): readonly string[] {
  return findings.map(({ reason }) => reason);
}

function phaseOf({ state }: Plan, name: string) {
  return state.rows[`default/${name}`]?.phase;
}

describe('numbers', () => {
  it('leave the same members without replicas, where there are fewer of those (C11)', () => {
    const fleet = fleetOf({ total: 2, members: weighted(1, 1, 1, 1) });
    const told = [2, 3, 2, 1, 2].map((total) => {
      fleet.spec = { ...fleet.spec, total };
      const current = fleet.after(minute);
      return [fleet.numbers(current), ...findings(current)];
    });
    expect(told).toEqual([
      ['m1 1 m2 1 m3 0 m4 0'],
      ['m1 1 m2 1 m3 1 m4 0'],
      ['m1 1 m2 1 m3 0 m4 0'],
      ['m1 1 m2 0 m3 0 m4 0'],
      ['m1 1 m2 1 m3 0 m4 0'],
    ]);
  });

  it.each<[what: string, SpecOptions, numbers: string, finding: readonly string[]]>([
    ['all weights are 0 (C12)', { members: weighted(0, 0) }, 'm1 (5) m2 (5)', ['AllWeightsZero']],
    ['one weight becomes 0 (C18)', { members: weighted(0, 1) }, 'm1 0 m2 10', []],
    [
      'the least of all is more than the total (C14)',
      {
        members: [
          { name: 'm1', least: 8, weight: 1 },
          { name: 'm2', least: 8, weight: 2 },
        ],
      },
      'm1 2 m2 8',
      ['MinReplicasUnsatisfied'],
    ],
    [
      'the most of all is less than the total (C15)',
      {
        members: [
          { name: 'm1', most: 3 },
          { name: 'm2', most: 4 },
        ],
      },
      'm1 3 m2 4',
      ['CapacityLimited'],
    ],
    ['the total falls (C17)', { total: 5, members: weighted(1, 1) }, 'm1 3 m2 2', []],
  ])('are what can be where %s', (_, change, numbers, finding) => {
    const fleet = fleetOf({ total: 10, members: weighted(1, 1) });
    fleet.spec = specOf({ total: 10, ...change });
    const current = fleet.after(minute);
    expect(fleet.numbers(current)).toBe(numbers);
    expect(findings(current)).toEqual(finding);
  });

  it('stay where only members without a weight answer (C13)', () => {
    const fleet = fleetOf({ total: 9, members: weighted(0, 1, 1) });
    fleet.set(idOf('m2'), down).set(idOf('m3'), down);
    const current = fleet.after(10 * minute);
    expect(fleet.numbers(current)).toBe('m1 (0) m2 (5) m3 (4)');
    expect(findings(current)).toEqual(['NoEligibleMembers', 'SuspectedHubPartition']);
  });

  it('go to members without a weight as the last resort where that is wanted, after the grace period and in steps (C13)', () => {
    const policy = { ignoreZeroWeightOnOutage: true, maxRebalancePercentage: 40 };
    const members = [...weighted(0, 2, 1), { name: 'm4', weight: 0, most: 0 }];
    const fleet = fleetOf({ total: 10, members, policy });
    expect(fleet.numbers(fleet.after(0))).toBe('m1 0 m2 7 m3 3 m4 0');
    fleet.set(idOf('m2'), down).set(idOf('m3'), down);
    const lost = fleet.after(second);
    expect([fleet.numbers(lost), findings(lost)]).toEqual([
      'm1 (0) m2 (7) m3 (3) m4 (0)',
      ['NoEligibleMembers', 'SuspectedHubPartition'],
    ]);
    expect(lost.nextCheckAt).toBe(fleet.now + 2 * minute);
    const steps = [2 * minute, second, second].map((later) => fleet.numbers(fleet.after(later)));
    expect(steps).toEqual(['m1 4 m2 (0) m3 (0) m4 0', 'm1 8 m2 (0) m3 (0) m4 0', 'm1 10 m2 (0) m3 (0) m4 0']);
    const over = fleet.after(second);
    expect(findings(over)).toEqual([]);
    expect(over.reasons[0]?.why).toEqual(['weight 0, and the last resort while all others fail']);
    expect(over.reasons[0]?.weight).toBe(0);

    fleet.set(idOf('m3'), up(3));
    expect(fleet.numbers(fleet.after(second))).toBe('m1 0 m2 (0) m3 10 m4 0');
  });

  it('stay where they are while a Secret is replaced, and go to the last resort where it is gone for good', () => {
    const policy = { ignoreZeroWeightOnOutage: true };
    const fleet = fleetOf({ total: 6, members: weighted(0, 1), policy });
    fleet.members = registered('m1');
    const away = fleet.after(second);
    expect(fleet.numbers(away)).toBe('m1 (0) m2 (0)');
    expect(away.nextCheckAt).toBe(fleet.now + minute);
    fleet.members = registered('m1', 'm2');
    expect(fleet.numbers(fleet.after(second))).toBe('m1 0 m2 6');

    fleet.members = registered('m1');
    fleet.after(second);
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 6 m2 (0)');
  });

  it('stay with the last resort where who has failed is not registered any more', () => {
    const policy = { ignoreZeroWeightOnOutage: true };
    const fleet = fleetOf({ total: 6, members: weighted(0, 1), policy });
    fleet.set(idOf('m2'), down).after(second);
    fleet.after(minute);
    fleet.after(second);
    expect(fleet.numbers(fleet.after(second))).toBe('m1 6 m2 (0)');
    fleet.members = registered('m1');
    fleet.spec = { ...fleet.spec, total: 8 };
    expect(fleet.numbers(fleet.after(second))).toBe('m1 8 m2 (0)');
  });

  it('that stay on members without a weight are not called the last resort where they are none', () => {
    const fleet = fleetOf({ total: 6, members: weighted(1, 1) });
    fleet.spec = specOf({ total: 6, members: weighted(0, 0) });
    expect(fleet.after(second).reasons.map(({ why }) => why)).toEqual([
      ['weight 0: keeps what it has'],
      ['weight 0: keeps what it has'],
    ]);
  });

  it('stay with a lost member where nobody else may have any', () => {
    const members = [{ name: 'm1' }, { name: 'm2', most: 0 }];
    const fleet = fleetOf({ total: 6, members });
    fleet.set(idOf('m1'), down).after(second);
    const current = fleet.after(10 * minute);
    expect(fleet.numbers(current)).toBe('m1 (6) m2 0');
    expect(current.exclusions).toEqual([]);
  });

  it('of a large total fall on whoever returns alone in steps (C16)', () => {
    const fleet = fleetOf({ total: 1_000, members: weighted(1, 1), policy: { maxRebalancePercentage: 10 } });
    fleet.set(idOf('m1'), down).set(idOf('m2'), down).after(second);
    fleet.after(10 * minute);
    fleet.set(idOf('m1'), up(500));
    const told = Array.from({ length: 6 }, () => fleet.numbers(fleet.after(second)));
    expect(told).toEqual([
      'm1 600 m2 (0)',
      'm1 700 m2 (0)',
      'm1 800 m2 (0)',
      'm1 900 m2 (0)',
      'm1 1000 m2 (0)',
      'm1 1000 m2 (0)',
    ]);
  });

  it('of a total that changes in the grace period are never below the share of anybody, and count what is lost', () => {
    const fleet = fleetOf({ total: 10, members: weighted(1, 1, 1) });
    fleet.set(idOf('m3'), down).after(second);
    const told = [10, 20, 13, 4, 2, 0, 10].map((total) => {
      fleet.spec = { ...fleet.spec, total };
      const current = fleet.after(second);
      return `${fleet.numbers(current)}: ${current.currentReplicas}`;
    });
    expect(told).toEqual([
      'm1 4 m2 3 m3 (3): 10',
      'm1 9 m2 8 m3 (3): 20',
      'm1 5 m2 5 m3 (3): 13',
      'm1 2 m2 1 m3 (1): 4',
      'm1 1 m2 1 m3 (0): 2',
      'm1 0 m2 0 m3 (0): 0',
      'm1 4 m2 3 m3 (3): 10',
    ]);
  });

  it.each<[what: string, SpecOptions, before: string, lost: string, after: string]>([
    [
      'remainders',
      { total: 15, method: 'largestRemainder', members: weighted(9, 4, 7, 6, 7, 4) },
      'm1 4 m2 2 m3 3 m4 2 m5 3 m6 1',
      'm1 4 m2 (2) m3 3 m4 2 m5 3 m6 1',
      'm1 4 m2 (0) m3 3 m4 3 m5 3 m6 2',
    ],
    [
      'a priority at its most',
      { total: 10, strategy: 'priority', members: [{ name: 'm1', priority: 1, most: 6 }, { name: 'm2' }] },
      'm1 6 m2 0',
      'm1 (6) m2 0',
      'm1 (0) m2 10',
    ],
  ])('of %s stay as they are within the grace period', (_, options, before, lost, after) => {
    const fleet = fleetOf(options);
    const name = lost.includes('m2 (') ? 'm2' : 'm1';
    const told = [0, second, minute - 1, 1, second, second].map((later, index) => {
      if (index === 1) fleet.set(idOf(name), down);
      return fleet.numbers(fleet.after(later));
    });
    expect([told[0], told[1], told[2], told.at(-1)]).toEqual([before, lost, lost, after]);
  });

  it('stay where they are while nobody else may have them yet (P9)', () => {
    const drained = specOf({
      total: 7,
      members: [{ name: 'm1', weight: 0 }, { name: 'm2', most: 1 }, { name: 'm3' }],
    });
    const fleet = fleetOf({
      ...drained,
      members: drained.members.map((member) => ({ ...member, weight: 1 })),
    });
    fleet.set(idOf('m3'), down).after(0);
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 6 m2 1 m3 (0)');
    fleet.after(minute);
    fleet.set(idOf('m3'), up(0)).stuck.add(idOf('m3'));
    fleet.spec = drained;
    const back = fleet.after(1);
    expect(fleet.numbers(back)).toBe('m1 6 m2 1 m3 0');
    expect([back.unplaced, ...findings(back)]).toEqual([0]);
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 6 m2 1 m3 3');
    expect(fleet.numbers(fleet.set(idOf('m3'), up(3)).after(minute))).toBe('m1 3 m2 1 m3 6');
    expect(fleet.numbers(fleet.set(idOf('m3'), up(6)).after(minute))).toBe('m1 0 m2 1 m3 6');
  });

  it('stay with who leaves until the others serve what they were asked for (P9)', () => {
    const fleet = fleetOf({ total: 8, members: [{ name: 'm1', most: 4 }, { name: 'm2' }] });
    fleet.stuck.add(idOf('m1'));
    fleet.set(idOf('m1'), up(4, 2));
    fleet.spec = { ...fleet.spec, members: fleet.spec.members.filter(({ name }) => name === 'm1') };
    const leaving = fleet.after(minute);
    expect(fleet.numbers(leaving)).toBe('m1 4 m2 2');
    expect(findings(leaving)).toEqual(['CapacityLimited']);
    expect(fleet.numbers(fleet.set(idOf('m1'), up(4)).after(1))).toBe('m1 4');
    expect(fleet.get(idOf('m2'))).toEqual(up(0));
  });

  it('go on to the next member, after a pause, when who was waited for is drained', () => {
    const policy = { maxRebalancePercentage: 1, gracePeriod: 0 };
    const fleet = fleetOf({ total: 1, policy, members: [{ name: 'm1' }, { name: 'm4', weight: 0 }] });
    fleet.members = registered('m1', 'm2', 'm3', 'm4');
    for (const name of ['m2', 'm3']) fleet.set(idOf(name), up(0));
    for (const name of ['m2', 'm4']) fleet.stuck.add(idOf(name));
    const members = [{ name: 'm4', most: 1 }, { name: 'm2' }, { name: 'm3' }];
    fleet.spec = specOf({ total: 4, policy, members });
    expect(fleet.numbers(fleet.after(1))).toBe('m1 1 m2 1 m3 0 m4 1');
    fleet.members = fleet.members.map((member) => ({ ...member, isDrained: member.name === 'm2' }));
    const freed = fleet.set(idOf('m4'), up(1)).after(2 * second);
    expect(fleet.numbers(freed)).toBe('m1 1 m2 1 m3 0 m4 1');
    expect(freed.nextCheckAt).toBe(fleet.now + second);
    expect(fleet.numbers(fleet.after(second))).toBe('m1 1 m2 1 m3 1 m4 1');
  });

  it('of 0 hold on a member that was out of reach as soon as it is back (C19)', () => {
    const fleet = fleetOf({ total: 10, members: weighted(1, 1) });
    fleet.set(idOf('m2'), down).after(minute);
    fleet.spec = { ...fleet.spec, total: 0 };
    expect(fleet.numbers(fleet.after(second))).toBe('m1 0 m2 (0)');
    fleet.after(10 * minute);
    fleet.set(idOf('m2'), up(5));
    const back = fleet.after(second);
    expect(fleet.numbers(back)).toBe('m1 0 m2 0');
    expect(fleet.get(idOf('m2'))).toEqual(up(0));
    expect(back.currentReplicas).toBe(0);
  });
});

describe('what autoscalers are told', () => {
  it('is the total while a lost member is not replaced (C24)', () => {
    const fleet = fleetOf({ total: 100, members: weighted(92, 8), policy: { maxRebalancePercentage: 0 } });
    fleet.set(idOf('m2'), down);
    const told = Array.from({ length: 20 }, () => fleet.after(minute / 2).currentReplicas);
    expect(new Set(told)).toEqual(new Set([100]));
    expect(fleet.numbers(fleet.after(0))).toBe('m1 92 m2 (8)');
    expect(fleet.set(idOf('m2'), gone).after(minute).currentReplicas).toBe(100);
  });

  it('is the total while a rollout runs more, or an update fewer (C25)', () => {
    const fleet = fleetOf({ total: 10, members: weighted(1, 1) });
    // A Deployment tells its surge as replicas; nobody writes because of it.
    for (const surge of [up(7, 5), up(6, 6), up(5, 4), up(4, 3), up(5)])
      expect(fleet.set(idOf('m1'), surge).after(second).currentReplicas).toBe(10);
  });

  it('is the total while a member returns with more than its share', () => {
    const fleet = fleetOf({ total: 10, members: weighted(1, 1) });
    fleet.set(idOf('m2'), down).after(minute);
    fleet.after(10 * minute);
    fleet.set(idOf('m2'), up(9));
    expect(fleet.after(second).currentReplicas).toBe(10);
  });
});

describe('a restart', () => {
  /** As the next process finds it: with the state that was kept, and nobody asked yet. */
  function restarted({ spec, members, state, now }: TestFleet): TestFleet {
    const next = new TestFleet(spec, members);
    next.state = state;
    next.now = now;
    return next;
  }

  it('within the grace period goes on with its clock, but asks again first (C26)', () => {
    const fleet = fleetOf({ total: 9, members: weighted(1, 1, 1) });
    fleet.set(idOf('m3'), down).after(second);
    fleet.after(minute / 2);
    const next = restarted(fleet).set(idOf('m1'), up(3)).set(idOf('m2'), up(3));
    // The grace period ends, but nobody has asked m3 yet.
    const waiting = next.after(minute / 2);
    expect(phaseOf(waiting, 'm3')).toMatchObject({ name: 'lost', since: fleet.now - minute / 2 });
    expect(waiting.assignments).toEqual([]);
    expect(fleet.numbers(next.set(idOf('m3'), down).after(second))).toBe('m1 5 m2 4 m3 (0)');
  });

  it('writes nothing before everybody was asked, or has had 30 s (C27)', () => {
    const fleet = fleetOf({ total: 9, members: weighted(1, 1, 1) });
    const next = restarted(fleet).set(idOf('m1'), up(3)).set(idOf('m2'), up(3));
    next.spec = { ...next.spec, total: 18 };
    const waiting = next.after(60 * minute);
    expect(waiting.assignments).toEqual([]);
    expect(waiting.findings).toEqual([]);
    expect(waiting.nextCheckAt).toBe(next.now + 30 * second);

    const asked = restarted(next).set(idOf('m1'), up(3)).set(idOf('m2'), up(3)).set(idOf('m3'), up(3));
    expect(asked.numbers(asked.after(0))).toBe('m1 6 m2 6 m3 6');
    // What m3 had counts as running.
    expect(next.numbers(next.after(30 * second))).toBe('m1 8 m2 7 m3 (3)');
  });

  it('waits for no member that has just joined', () => {
    const fleet = fleetOf({ total: 9, members: weighted(1, 1) });
    fleet.spec = specOf({ total: 9, members: weighted(1, 1, 1) });
    fleet.members = registered('m1', 'm2', 'm3');
    expect(fleet.numbers(fleet.after(second))).toBe('m1 5 m2 4 m3 (0)');
  });
});

describe('a member that returns', () => {
  /** m3 of three was replaced by the others. */
  function replaced(options: SpecOptions = {}): TestFleet {
    const fleet = fleetOf({ total: 9, members: weighted(1, 1, 1), ...options });
    fleet.set(idOf('m3'), down).after(second);
    for (let minutes = 0; minutes < 5; minutes++) fleet.after(minute);
    return fleet;
  }

  it('with more than its share gives the rest back at once (C33)', () => {
    const fleet = replaced();
    fleet.set(idOf('m3'), up(7));
    expect(fleet.numbers(fleet.after(second))).toBe('m1 5 m2 4 m3 3');
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 3 m2 3 m3 3');
  });

  it('with less than its share keeps that as a head start (C33)', () => {
    const fleet = replaced({ policy: { maxRebalancePercentage: 12 } });
    fleet.set(idOf('m3'), up(2));
    expect(fleet.numbers(fleet.after(second))).toBe('m1 5 m2 4 m3 2');
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 3 m2 3 m3 3');
  });

  it('created anew keeps what was asked for, whatever its status tells by then', () => {
    const fleet = replaced();
    const told = [0, 1, 0, 1].map((replicas) => {
      fleet.set(idOf('m3'), { ...up(replicas), asked: 1 });
      const current = fleet.after(second);
      return current.state.rows['default/m3']?.desired;
    });
    expect(told).toEqual([1, 1, 1, 1]);
  });

  it('without its workload is still lost, for another cause (C34)', () => {
    const fleet = replaced();
    const before = fleet.after(second);
    fleet.set(idOf('m3'), gone);
    const after = fleet.after(second);
    expect(phaseOf(after, 'm3')).toEqual(phaseOf(before, 'm3'));
    expect(fleet.numbers(after)).toBe('m1 5 m2 4 m3 (0)');
    expect(after.reasons[2]?.why[0]).toBe('workload not found: the others have taken over');
  });

  it('gets no more while what it has is not ready (C35)', () => {
    const fleet = replaced({ policy: { maxRebalancePercentage: 12 } });
    fleet.stuck.add(idOf('m3'));
    fleet.set(idOf('m3'), up(0)).after(second);
    const told = Array.from({ length: 30 }, () => fleet.numbers(fleet.after(minute)));
    // Its first one does not start, and stays where it was as long.
    expect(new Set(told)).toEqual(new Set(['m1 5 m2 4 m3 1']));
  });

  it('in time, with its workload created anew, was never lost (C36)', () => {
    const fleet = fleetOf({ total: 9, members: weighted(1, 1, 1) });
    fleet.set(idOf('m3'), gone).after(minute / 2);
    fleet.set(idOf('m3'), { ...up(1), uid: 'new' });
    const back = fleet.after(second);
    expect(fleet.numbers(back)).toBe('m1 3 m2 3 m3 3');
    expect(back.exclusions).toEqual([]);
    expect(phaseOf(back, 'm3')).toEqual({ name: 'serving' });
  });

  it('again and again is held for longer, and that can be seen (C32)', () => {
    const fleet = replaced();
    const holds = Array.from({ length: 4 }, () => {
      const back = fleet.set(idOf('m3'), up(3)).after(second);
      const until = back.reasons[2]?.why.find((part) => typeof part !== 'string');
      fleet.set(idOf('m3'), down).after(second);
      fleet.after(minute);
      return typeof until === 'object' ? until.at - fleet.now + minute + second : undefined;
    });
    expect(holds).toEqual([1, 2, 4, 8].map((minutes) => minutes * minute));
  });
});

describe('several members that are lost', () => {
  it('all of them: the total may change, and holds as soon as one returns (C37)', () => {
    const fleet = fleetOf({ total: 9, members: weighted(1, 1, 1) });
    for (const name of ['m1', 'm2', 'm3']) fleet.set(idOf(name), down);
    fleet.after(minute);
    fleet.spec = { ...fleet.spec, total: 15 };
    const lost = fleet.after(10 * minute);
    expect(lost.reasons.map(({ share }) => share)).toEqual([5, 5, 5]);
    expect(lost.assignments).toEqual([]);
    expect(findings(lost)).toEqual(['NoHealthyMembers', 'SuspectedHubPartition']);

    fleet.set(idOf('m1'), up(3));
    const told = [0, second, second].map((milliseconds) => fleet.numbers(fleet.after(milliseconds)));
    // The rise of the total is nobody's outage; what the others had moves in steps of half the total.
    expect(told).toEqual(['m1 15 m2 (0) m3 (0)', 'm1 15 m2 (0) m3 (0)', 'm1 15 m2 (0) m3 (0)']);
  });

  it('the last one amid a hand-over: nothing moves any more (C38)', () => {
    const fleet = fleetOf({ total: 10, members: weighted(1, 1), policy: { maxRebalancePercentage: 20 } });
    fleet.set(idOf('m2'), down).after(second);
    expect(fleet.numbers(fleet.after(2 * minute))).toBe('m1 7 m2 (0)');
    fleet.set(idOf('m1'), down);
    const frozen = fleet.after(second);
    const later = fleet.after(60 * minute);
    expect(phaseOf(later, 'm1')).toMatchObject({ name: 'lost', held: 7 });
    expect(phaseOf(later, 'm2')).toEqual(phaseOf(frozen, 'm2'));
    expect(later.assignments).toEqual([]);
    expect(fleet.numbers(fleet.set(idOf('m1'), up(7)).after(second))).toBe('m1 9 m2 (0)');
  });

  it('one after the other have their own clocks, and one limit together (C39)', () => {
    const fleet = fleetOf({
      total: 40,
      members: weighted(1, 1, 1, 1),
      policy: { maxRebalancePercentage: 10 },
    });
    fleet.set(idOf('m3'), down).after(second);
    fleet.set(idOf('m4'), down).after(minute / 2);
    const told = Array.from({ length: 10 }, () => {
      const current = fleet.after(10 * second);
      const retained = ['m3', 'm4'].map((name) => {
        const phase = phaseOf(current, name);
        return phase?.name === 'lost' ? phase.held : phase?.name === 'excluded' ? phase.retained : 0;
      });
      return retained.join('+');
    });
    expect(told).toEqual(['10+10', '10+10', '6+10', '2+10', '0+10', '0+6', '0+2', '0+0', '0+0', '0+0']);
  });
});
