import { describe, expect, it } from 'vitest';
import { minute, registered, specOf, weighted } from '../testing/specs.ts';
import { down, gone, TestFleet, up } from '../testing/test-fleet.ts';
import { type Plan, plan } from './plan.ts';

function findings({ findings }: Plan): readonly string[] {
  return findings.map(({ reason }) => reason);
}

function idOf(name: string): string {
  return `kubeconfig#${name}`;
}

describe('two names of one workload (C1)', () => {
  const same = { ...up(0), uid: 'one' } as const;

  function twoNames(): TestFleet {
    return new TestFleet(
      specOf({ total: 9, members: [...weighted(1, 1), { name: 'm3', weight: 1 }] }),
      registered('m1', 'm2', 'm3'),
    )
      .set(idOf('m1'), same)
      .set(idOf('m2'), same)
      .set(idOf('m3'), { ...up(0), uid: 'other' });
  }

  it('count once, with the weight of both, and the second is never written', () => {
    const fleet = twoNames();
    const first = fleet.after(0);
    expect(fleet.numbers(first)).toBe('m1 6 m2 (0) m3 3');
    expect(findings(first)).toEqual(['DuplicateMember']);
    expect(first.currentReplicas).toBe(9);
    expect(first.reasons[1]).toMatchObject({ state: 'NotReady', isExcluded: true });
    expect(first.exclusions).toEqual([]);
  });

  it('stay with the one that is served when another name turns up', () => {
    const fleet = twoNames();
    fleet.spec = specOf({ total: 9 });
    fleet.members = registered('m2', 'm3');
    expect(fleet.numbers(fleet.after(0))).toBe('m2 5 m3 4');
    fleet.members = registered('m1', 'm2', 'm3');
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 (0) m2 6 m3 3');
  });

  it('stay duplicates while one of them is out of sight', () => {
    const fleet = twoNames();
    fleet.after(0);
    fleet.set(idOf('m2'), down);
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 6 m2 (0) m3 3');
    fleet.set(idOf('m2'), { ...up(6), uid: 'one' }).set(idOf('m1'), down);
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 (6) m2 (0) m3 3');
    // Half of what is served is lost, so that the grace period is doubled.
    expect(fleet.numbers(fleet.after(3 * minute))).toBe('m1 (0) m2 (0) m3 7');
  });

  it('are two when both have told different workloads for a grace period', () => {
    const fleet = twoNames();
    fleet.after(0);
    // Deleted and created anew, which one of the two sees first.
    fleet.set(idOf('m1'), { ...up(6), uid: 'new' }).set(idOf('m2'), { ...up(6), uid: 'one' });
    const differing = fleet.after(1_000);
    expect(fleet.numbers(differing)).toBe('m1 6 m2 (0) m3 3');
    expect(differing.nextCheckAt).toBe(fleet.now + minute);
    fleet.set(idOf('m2'), { ...up(6), uid: 'new' });
    expect(fleet.numbers(fleet.after(1_000))).toBe('m1 6 m2 (0) m3 3');

    fleet.set(idOf('m2'), { ...up(2), uid: 'another' });
    expect(fleet.numbers(fleet.after(minute))).toBe('m1 6 m2 (0) m3 3');
    const apart = fleet.after(minute);
    expect(fleet.numbers(apart)).toBe('m1 3 m2 3 m3 3');
    expect(findings(apart)).toEqual([]);
  });

  it('go on under the second name when the first is not registered any more, or not listed', () => {
    const unregistered = twoNames();
    unregistered.after(0);
    unregistered.members = registered('m2', 'm3');
    const left = unregistered.after(1_000);
    expect(unregistered.numbers(left)).toBe('m1 (0) m2 5 m3 4');
    expect(findings(left)).toEqual([]);

    const unlisted = twoNames();
    unlisted.after(0);
    unlisted.spec = specOf({ total: 9, members: [{ name: 'm2' }, { name: 'm3' }] });
    expect(unlisted.numbers(unlisted.after(1_000))).toBe('m2 5 m3 4');
  });

  it.each([
    ['first', [0, 1]],
    ['second', [1, 0]],
  ])('have the limits and the weight of the other where the %s is drained', (_, [drained = 0, other = 0]) => {
    const fleet = twoNames();
    const members = [{ name: 'm1' }, { name: 'm2' }, { name: 'm3' }].map((member, index) => {
      if (index === drained) return { ...member, weight: 0, most: 0 };
      return index === other ? { ...member, least: 1, most: 3 } : member;
    });
    fleet.spec = specOf({ total: 9, members });
    expect(fleet.numbers(fleet.after(0))).toBe('m1 3 m2 (0) m3 6');
    fleet.spec = specOf({ total: 9, members: members.map((member) => ({ ...member, weight: 0, most: 0 })) });
    expect(findings(fleet.after(minute))).toContain('AllWeightsZero');
  });

  it.each([
    ['first', true, false],
    ['second', false, true],
  ])('in one list are not drained where only the %s is', (_, first, second) => {
    const entry = (isDrained: boolean) => ({ name: 'm1', ...(isDrained ? { weight: 0, most: 0 } : {}) });
    const members = [entry(first), entry(second), { name: 'm2' }];
    const fleet = new TestFleet(specOf({ total: 8, members }), registered('m1', 'm2'))
      .set(idOf('m1'), up(0))
      .set(idOf('m2'), up(0));
    expect(fleet.numbers(fleet.after(0))).toBe('m1 4 m2 4');
  });

  it('may be in two namespaces of one cluster', () => {
    const members = [
      { name: 'm1', namespace: 'a' },
      { name: 'm1', namespace: 'b' },
    ];
    const fleet = new TestFleet(specOf({ total: 4, members }), registered('m1')).set(idOf('m1'), up(0));
    const both = fleet.after(0);
    expect(both.reasons.map(({ place, desired }) => `${place} ${desired}`)).toEqual(['a/m1 2', 'b/m1 2']);
    expect(findings(both)).toEqual([]);
  });

  it('may be an alias and an id in one list', () => {
    const fleet = new TestFleet(specOf({ total: 9, members: [...weighted(1, 1), { name: idOf('m1') }] }), [
      { name: 'm1', id: idOf('m1'), references: [idOf('m1')] },
      ...registered('m2'),
    ])
      .set(idOf('m1'), up(0))
      .set(idOf('m2'), up(0));
    const both = fleet.after(0);
    expect(fleet.numbers(both)).toBe('m1 6 m2 3');
    expect(both.findings).toEqual([
      {
        reason: 'DuplicateMember',
        message: "'m1' and 'kubeconfig#m1' are one member, which has the weight of both.",
      },
    ]);
  });
});

describe('a name of another cluster', () => {
  const spec = specOf({ total: 8, members: weighted(1, 1) });

  it('begins anew where the old one is gone (C4)', () => {
    const fleet = new TestFleet(spec, registered('m1', 'm2')).set(idOf('m1'), up(0)).set(idOf('m2'), up(0));
    fleet.after(0);
    fleet.set(idOf('m2'), down).after(minute);
    fleet.members = [...registered('m1'), { name: 'm2', id: 'file#new' }];
    fleet.set('file#new', up(1));
    const anew = fleet.after(1_000);
    expect(findings(anew)).toEqual(['MemberOrphaned']);
    expect(anew.state.rows['default/m2']).toMatchObject({ id: 'file#new', relapses: 0 });
    expect(fleet.numbers(anew)).toBe('m1 4 m2 4');
  });

  it('is waited for where others keep what is not ready there (P9)', () => {
    const fleet = new TestFleet(spec, registered('m1', 'm2')).set(idOf('m1'), up(0)).set(idOf('m2'), up(0));
    fleet.after(0);
    fleet.spec = specOf({ total: 8, members: weighted(0, 1) });
    fleet.stuck.add(idOf('m2'));
    expect(fleet.numbers(fleet.after(1_000))).toBe('m1 4 m2 8');
    fleet.members = [...registered('m1'), { name: 'm2', id: 'file#new' }];
    expect(fleet.numbers(fleet.set('file#new', up(8, 4)).after(1_000))).toBe('m1 4 m2 8');
    expect(fleet.numbers(fleet.set('file#new', up(8)).after(1_000))).toBe('m1 0 m2 8');
  });

  it('keeps what it ran until others have it where it is not listed any more before it was asked for a number (P9)', () => {
    const fleet = new TestFleet(specOf({ total: 1, members: [{ name: 'm2' }] }), registered('m1', 'm2'))
      .set(idOf('m1'), up(0))
      .set(idOf('m2'), up(0));
    fleet.after(0);
    fleet.members = [...registered('m1'), { name: 'm2', id: 'file#new' }];
    fleet.spec = specOf({ total: 1, members: [{ name: 'm2', weight: 0 }] });
    expect(findings(fleet.set('file#new', up(1)).after(1_000))).toEqual(['MemberOrphaned', 'AllWeightsZero']);
    fleet.spec = specOf({ total: 1, members: [{ name: 'm1' }] });
    fleet.stuck.add(idOf('m1'));
    expect(fleet.numbers(fleet.after(1_000))).toBe('m1 1 m2 1');
    fleet.set(idOf('m1'), up(1)).after(1_000);
    expect(fleet.get('file#new')).toEqual(up(0));
  });

  it('keeps what it ran until others have it where it is registered again only to go (P9)', () => {
    const fleet = new TestFleet(spec, registered('m1', 'm2')).set(idOf('m1'), up(0)).set(idOf('m2'), up(0));
    fleet.after(0);
    fleet.members = registered('m1');
    fleet.stuck.add(idOf('m1'));
    expect(fleet.numbers(fleet.after(1_000))).toBe('m1 8 m2 (0)');
    fleet.members = registered('m1', 'm2').map((member, index) => ({ ...member, isDrained: index === 1 }));
    expect(fleet.numbers(fleet.after(1_000))).toBe('m1 8 m2 4');
    expect(fleet.numbers(fleet.set(idOf('m1'), up(8, 7)).after(1_000))).toBe('m1 8 m2 1');
    expect(fleet.numbers(fleet.set(idOf('m1'), up(8)).after(1_000))).toBe('m1 8 m2 0');
  });

  it('begins anew where the same id leads to another cluster, also when that was replaced during a restart (C4)', () => {
    const here = { name: 'm2', id: idOf('m2'), cluster: 'uid-1.server.ca' };
    const fleet = new TestFleet(spec, [...registered('m1'), here]).set(idOf('m1'), up(0)).set(here.id, up(0));
    expect(fleet.numbers(fleet.after(0))).toBe('m1 4 m2 4');

    // Nobody knows for a while where it leads to.
    fleet.members = [...registered('m1'), { ...here, cluster: undefined }];
    const unknown = fleet.set(here.id, down).after(1_000);
    expect(findings(unknown)).toEqual([]);
    expect(unknown.state.rows['default/m2']).toMatchObject({ cluster: here.cluster });

    fleet.members = [...registered('m1'), { ...here, cluster: 'uid-2.server.ca' }];
    const anew = fleet.set(here.id, up(1)).after(1_000);
    expect(anew.findings).toEqual([
      {
        reason: 'MemberOrphaned',
        message:
          "m2 leads to another cluster now; 4 replicas in namespace 'default' of the one before stay as they are.",
      },
    ]);
    expect(anew.state.rows['default/m2']).toMatchObject({ cluster: 'uid-2.server.ca', relapses: 0 });
    expect(findings(fleet.after(1_000))).toEqual([]);
  });

  it('is not brought to zero where the member that is to leave leads to another cluster', () => {
    const leaving = { name: 'm2', id: idOf('m2'), cluster: 'uid-1.server.ca' };
    const fleet = new TestFleet(spec, [...registered('m1'), leaving])
      .set(idOf('m1'), up(0))
      .set(leaving.id, up(0));
    fleet.after(0);
    fleet.spec = specOf({ total: 8, members: [{ name: 'm1' }] });
    fleet.members = [...registered('m1'), { ...leaving, cluster: 'uid-2.server.ca' }];
    fleet.set(leaving.id, up(3));
    const left = fleet.after(1_000);
    expect(findings(left)).toEqual(['MemberOrphaned']);
    expect(left.assignments.map(({ name }) => name)).toEqual(['m1']);
  });

  it('is the same one with other credentials (C5)', () => {
    const fleet = new TestFleet(spec, registered('m1', 'm2')).set(idOf('m1'), up(0)).set(idOf('m2'), up(0));
    fleet.after(0);
    fleet.set(idOf('m2'), down);
    const before = fleet.after(minute);
    // Its connection is made anew, so that nobody has asked yet.
    fleet.members = [
      { name: 'm1', id: idOf('m1') },
      { name: 'm2', id: idOf('m2'), references: ['other'] },
    ];
    fleet.set(idOf('m2'), { state: 'unknown' });
    expect(fleet.after(1_000).state.rows['default/m2']).toEqual(before.state.rows['default/m2']);
  });

  it('gets nothing for a grace period where the old one is still there (C6)', () => {
    const file = { name: 'm2', id: 'file#m2' };
    const fleet = new TestFleet(spec, [...registered('m1'), file]).set(idOf('m1'), up(0)).set(file.id, up(0));
    expect(fleet.numbers(fleet.after(0))).toBe('m1 4 m2 4');

    // A kubeconfig of this name is registered, which owns the alias from now on.
    fleet.members = [...registered('m1', 'm2'), { ...file, name: file.id }];
    fleet.set(idOf('m2'), up(1));
    const held = fleet.after(minute);
    expect(fleet.numbers(held)).toBe('file#m2 4 m1 4');
    expect(held.findings).toEqual([
      {
        reason: 'ReferenceRetargeted',
        message:
          "'m2' now means kubeconfig#m2, and meant file#m2: its replicas move away after one grace period.",
      },
    ]);
    expect(held.reasons.map(({ reference, id }) => [reference, id])).toEqual([
      ['m2', 'file#m2'],
      ['m1', 'kubeconfig#m1'],
    ]);
    expect(held.nextCheckAt).toBe(fleet.now + minute);

    const moved = fleet.after(minute);
    expect(findings(moved)).toEqual(['ReferenceRetargeted']);
    expect(fleet.numbers(moved)).toBe('m1 4 m2 4');
    expect(fleet.get(file.id)).toEqual(up(0));
    expect(findings(fleet.after(1_000))).toEqual([]);
  });

  it('stays where it was when the old one owns its name again in time', () => {
    const file = { name: 'm2', id: 'file#m2' };
    const fleet = new TestFleet(spec, [...registered('m1'), file]).set(idOf('m1'), up(0)).set(file.id, up(0));
    fleet.after(0);
    fleet.members = [...registered('m1', 'm2'), { ...file, name: file.id }];
    fleet.set(idOf('m2'), up(1)).after(minute);
    fleet.members = [...registered('m1'), file];
    const back = fleet.after(minute / 2);
    expect(fleet.numbers(back)).toBe('m1 4 m2 4');
    expect(findings(back)).toEqual([]);
    expect(back.state.rows['default/m2']).toMatchObject({ id: 'file#m2', retargetedAt: undefined });
  });

  it('is only another name where all members are wanted', () => {
    const file = { name: 'm2', id: 'file#m2' };
    const fleet = new TestFleet(specOf({ total: 8 }), [...registered('m1'), file])
      .set(idOf('m1'), up(0))
      .set(file.id, up(0));
    fleet.after(0);
    fleet.members = [...registered('m1', 'm2'), { ...file, name: file.id }];
    fleet.set(idOf('m2'), up(0));
    const three = fleet.after(minute);
    expect(findings(three)).toEqual([]);
    expect(three.state.rows['default/file#m2']).toMatchObject({ id: 'file#m2', phase: { name: 'serving' } });
    expect(fleet.numbers(three)).toBe('file#m2 3 m1 3 m2 2');
  });

  describe('where all members are wanted', () => {
    const file = { name: 'm2', id: 'file#m2', cluster: 'uid-1.server.ca' };
    const masked = { ...file, name: file.id, onlyIfListed: true };
    const other = { name: 'm2', id: idOf('m2'), cluster: 'uid-2.server.ca' };

    function serving(): TestFleet {
      const fleet = new TestFleet(specOf({ total: 8 }), [...registered('m1'), file])
        .set(idOf('m1'), up(0))
        .set(file.id, up(0));
      expect(fleet.numbers(fleet.after(0))).toBe('m1 4 m2 4');
      return fleet;
    }

    it('gets nothing for a grace period while whom it was taken from is there, and then all that runs there moves (C6)', () => {
      const fleet = serving();
      fleet.members = [...registered('m1'), other, masked];
      fleet.set(other.id, up(1));
      const held = fleet.after(1_000);
      expect(fleet.numbers(held)).toBe('file#m2 4 m1 4');
      expect(findings(held)).toEqual(['ReferenceRetargeted']);
      expect(fleet.numbers(fleet.after(minute - 1))).toBe('file#m2 4 m1 4');
      expect(fleet.get(other.id)).toEqual(up(1));

      const moved = fleet.after(1);
      expect(findings(moved)).toEqual(['ReferenceRetargeted']);
      expect(fleet.numbers(moved)).toBe('m1 4 m2 4');
      expect(fleet.get(file.id)).toEqual(up(0));
      expect(findings(fleet.after(1_000))).toEqual([]);
    });

    it('leaves whom it was taken from with its replicas until others have them', () => {
      const fleet = serving();
      fleet.members = [...registered('m1'), other, masked];
      fleet.set(other.id, down).after(1_000);
      fleet.stuck.add(idOf('m1'));
      const moving = fleet.after(minute);
      expect(fleet.numbers(moving)).toBe('file#m2 4 m1 8 m2 (0)');
      expect(findings(moving)).toEqual(['ReferenceRetargeted']);
      fleet.set(idOf('m1'), up(8));
      expect(fleet.numbers(fleet.after(1_000))).toBe('m1 8 m2 (0)');
      expect(fleet.get(file.id)).toEqual(up(0));
    });

    it('leads to nobody after a grace period where several have an equal right to it', () => {
      const fleet = serving();
      const twin = { ...other, name: other.id, onlyIfListed: true };
      fleet.members = [...registered('m1'), twin, masked];
      fleet.set(twin.id, up(3));
      const held = fleet.after(1_000);
      expect(fleet.numbers(held)).toBe('file#m2 4 m1 4');
      expect(held.findings.map(({ message }) => message)).toEqual([
        "'m2' means no member any more, and meant file#m2: its replicas move away after one grace period.",
      ]);
      expect(fleet.numbers(fleet.after(minute))).toBe('m1 8');
      expect(fleet.get(file.id)).toEqual(up(0));
      expect(fleet.get(twin.id)).toEqual(up(3));
      expect(findings(fleet.after(1_000))).toEqual([]);
    });

    it('stays where it was when the old one owns its name again in time', () => {
      const fleet = serving();
      fleet.members = [...registered('m1'), other, masked];
      fleet.set(other.id, up(1)).after(1_000);
      fleet.members = [...registered('m1'), file];
      const back = fleet.after(minute / 2);
      expect(fleet.numbers(back)).toBe('m1 4 m2 4');
      expect(findings(back)).toEqual([]);
      expect(back.state.rows['default/m2']).toMatchObject({ id: file.id, retargetedAt: undefined });
    });
  });

  describe.each([
    ['listed', spec],
    ['where all members are wanted', specOf({ total: 8 })],
  ])('of the same cluster, %s', (_, asked) => {
    const file = { name: 'm2', id: 'file#m2', cluster: 'uid-1.server.ca' };
    const masked = { ...file, name: file.id, onlyIfListed: true };
    const secret = { name: 'm2', id: idOf('m2'), cluster: 'uid-1.other.ca' };

    function serving(): TestFleet {
      const fleet = new TestFleet(asked, [...registered('m1'), file])
        .set(idOf('m1'), up(0))
        .set(file.id, { ...up(0), uid: 'one' })
        .set(secret.id, { ...up(0), uid: 'one' });
      expect(fleet.numbers(fleet.after(0))).toBe('m1 4 m2 4');
      return fleet;
    }

    function expectNothingMoved(fleet: TestFleet, current: Plan): void {
      expect(findings(current)).toEqual([]);
      expect(fleet.numbers(current)).toBe('m1 4 m2 4');
      expect(current.state.rows['default/m2']).toMatchObject({ id: secret.id, phase: { name: 'serving' } });
      expect(Object.keys(current.state.rows)).toHaveLength(2);
    }

    it('has all that the old one had, at once', () => {
      const fleet = serving();
      fleet.members = [...registered('m1'), secret, masked];
      expectNothingMoved(fleet, fleet.after(1_000));
      fleet.members = [...registered('m1'), secret];
      expectNothingMoved(fleet, fleet.after(2 * minute));
      expect(fleet.state?.rows['default/m2']).toMatchObject({ desired: 4, relapses: 0 });
    });

    it('has it also where it was not asked yet', () => {
      const fleet = serving().set(secret.id, { state: 'unknown' });
      fleet.members = [...registered('m1'), secret];
      const current = fleet.after(1_000);
      expect(findings(current)).toEqual([]);
      expect(fleet.numbers(current)).toBe('m1 (4) m2 (4)');
      expect(fleet.numbers(fleet.set(secret.id, { ...up(4), uid: 'one' }).after(1_000))).toBe('m1 4 m2 4');
    });

    it('has it as soon as it is known which cluster it is', () => {
      const fleet = serving();
      fleet.members = [...registered('m1'), { ...secret, cluster: undefined }, masked];
      expect(fleet.numbers(fleet.after(1_000))).toContain('file#m2 4');
      fleet.members = [...registered('m1'), secret, masked];
      expectNothingMoved(fleet, fleet.after(1_000));
    });

    it('has it also where that is told of the old one at the same time', () => {
      const fleet = serving();
      fleet.state = undefined;
      fleet.members = [...registered('m1'), { ...file, cluster: undefined }];
      expect(fleet.numbers(fleet.after(0))).toBe('m1 4 m2 4');
      fleet.members = [...registered('m1'), secret, masked];
      expectNothingMoved(fleet, fleet.after(1_000));
    });

    it('has it where only the workload tells that, when the grace period of the name is over', () => {
      const fleet = serving();
      fleet.members = [
        ...registered('m1'),
        { ...secret, cluster: undefined },
        { ...masked, cluster: undefined },
      ];
      expect(findings(fleet.after(1_000))).toEqual(['ReferenceRetargeted']);
      const seen = { ...up(4), uid: 'one' } as const;
      const observed = new Map([
        ['default/m1', up(4)],
        ['default/m2', seen],
        ['default/file#m2', seen],
      ]);
      // No two of its names are told a number, one of them zero.
      const { assignments } = plan(fleet.spec, fleet.members, observed, fleet.state, fleet.now + minute);
      expect(assignments.map(({ id, replicas }) => `${id} ${replicas}`)).toEqual([
        'kubeconfig#m1 4',
        'kubeconfig#m2 4',
      ]);
      fleet.after(minute);
      expectNothingMoved(fleet, fleet.after(1_000));
    });

    it('has it also while the old one is about to leave', () => {
      const fleet = serving();
      fleet.set(secret.id, down);
      fleet.stuck.add(idOf('m1'));
      fleet.members = [...registered('m1'), { ...secret, cluster: undefined }, masked];
      fleet.after(1_000);
      expect(fleet.after(minute).state.rows['default/file#m2']?.phase.name).toBe('leaving');
      fleet.members = [...registered('m1'), secret, masked];
      fleet.stuck.clear();
      fleet.set(secret.id, { ...up(4), uid: 'one' }).set(idOf('m1'), up(8));
      expectNothingMoved(fleet, fleet.after(1_000));
    });
  });

  it('has all that was known of its workload under another one, where it only takes its name (P9)', () => {
    const file = { name: 'm2', id: 'file#m2', references: ['file#m2'] };
    const masked = { ...file, name: file.id, onlyIfListed: true };
    const twice = specOf({
      total: 8,
      members: [{ name: 'm1' }, { name: 'm2' }, { name: file.id, weight: 0 }],
    });
    const fleet = new TestFleet(twice, [...registered('m1', 'm2'), masked])
      .set(idOf('m1'), up(0))
      .set(idOf('m2'), { ...up(0), uid: 'one' })
      .set(file.id, { ...up(0), uid: 'one' });
    expect(fleet.numbers(fleet.after(0))).toBe('file#m2 (0) m1 4 m2 4');
    fleet.stuck.add(idOf('m2'));
    fleet.spec = {
      ...twice,
      members: twice.members.map((one) => (one.name === 'm1' ? { ...one, weight: 0 } : one)),
    };
    expect(fleet.numbers(fleet.after(1_000))).toBe('file#m2 (0) m1 4 m2 8');
    fleet.members = [...registered('m1'), file];
    const renamed = fleet.after(1_000);
    expect(findings(renamed)).toEqual(['DuplicateMember']);
    expect(fleet.numbers(renamed)).toBe('m1 4 m2 8');
    expect(renamed.state.rows['default/m2']).toMatchObject({ id: file.id, desired: 8, pending: 4 });
  });

  it('is waited for as any other that is gone', () => {
    const fleet = new TestFleet(spec, registered('m1', 'm2')).set(idOf('m1'), up(0)).set(idOf('m2'), up(0));
    fleet.after(0);
    const lost = fleet.set(idOf('m2'), gone).after(minute);
    expect(fleet.numbers(lost)).toBe('m1 4 m2 (4)');
  });
});
