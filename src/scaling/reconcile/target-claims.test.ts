import { beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { Member } from '../../clusters/index.ts';
import { FakeMember } from '../testing/fake-member.ts';
import { TargetClaims } from './target-claims.ts';

const secret = 'kubeconfig#x';
const profile = 'clusterprofile#fleet/x';

let members: Map<string, Member>;
let told: string[];
/** What is worked with, by user. */
let used: Map<string, readonly string[]>;
let claims: TargetClaims;

beforeEach(() => {
  members = new Map();
  told = [];
  used = new Map();
  claims = anew();
  connect(secret, 'uid.one.a');
  connect(profile, 'uid.two.b');
  connect('kubeconfig#y', 'other.three.c');
});

/** As another process begins. */
function anew(): TargetClaims {
  return new TargetClaims({
    members: {
      get members() {
        return [...members.values()];
      },
      find: (reference) => {
        const member = members.get(reference);
        return member === undefined ? { found: 'nothing', alike: [] } : { found: 'member', member };
      },
      use: (user, references) => {
        if (references.length === 0) used.delete(user);
        else used.set(user, references);
      },
    },
    now: () => 0,
    onChange: (key) => void told.push(key),
  });
}

/** Registers the member, connected to the cluster of this identity, or to none. */
function connect(id: string, identity: string | undefined): void {
  const fake = new FakeMember(id);
  const cluster = identity === undefined ? undefined : { ...fake.cluster, identity };
  members.set(id, fake.member({ id, local: id, alias: id, cluster }));
}

interface Given {
  readonly names: readonly string[];
  readonly workload?: string;
  readonly generation?: number;
  readonly hasGivenWay?: boolean;
}

/** Those with a name that comes later are younger. */
function object(name: string, { names, workload = 'web', generation = 1, hasGivenWay }: Given): KubeObject {
  const reason = hasGivenWay === true ? 'ScaleTargetConflict' : 'AllMembersReady';
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  return {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { namespace: 'team', name, uid: name, generation, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      memberClusters: names.map((each) => ({ name: each, weight: 1 })),
      scaledObjectSpec: { scaleTargetRef: { name: workload }, triggers: [{ type: 'cron', metadata: {} }] },
    },
    status: {
      conditions: [{ type: 'Ready', status: 'False', reason, message: '', lastTransitionTime }],
      totalCurrentReplicas: 0,
      selector: '',
    },
  };
}

function see(name: string, given: Given): void {
  claims.sees(`team/${name}`, object(name, given));
}

test('profiles that objects name are worked with, whoever works on the objects, as long as they name them', () => {
  see('a', { names: [profile, secret] });
  see('b', { names: [profile] });
  see('a', { names: [secret], generation: 2 });
  expect([...used.values()]).toEqual([[secret], [profile]]);
  claims.sees('team/b', undefined);
  expect([...used.values()]).toEqual([[secret]]);
});

describe('a cluster that two members lead to', () => {
  test.each([
    ['the younger one comes later', ['a', 'b']],
    ['the younger one comes first', ['b', 'a']],
  ] as const)('is had by the elder object, also where %s', (_case, order) => {
    const names = { a: [secret], b: [profile] };
    for (const name of order) see(name, { names: names[name] });
    expect(claims.holder('team/b')).toBe('team/a');
    expect(claims.holder('team/a')).toBeUndefined();
  });

  test.each<readonly [what: string, one: string | undefined, other: string | undefined, isOne: boolean]>([
    ['the same address and authority, without a right to the uid', '.one.a', '.one.a+b', true],
    ['the uid of one of them only', 'uid.one.a', '.one.a', true],
    ['another uid at the same address', 'uid.one.a', 'new.one.a', false],
    ['another authority', '.one.a', '.one.b', false],
    ['one that has not been known so far', 'uid.one.a', undefined, false],
  ])('is known by %s', (_what, one, other, isOne) => {
    connect(secret, one);
    connect(profile, other);
    see('a', { names: [secret] });
    see('b', { names: ['kubeconfig#y', profile] });
    expect(claims.holder('team/b')).toBe(isOne ? 'team/a' : undefined);
  });

  test('may have another workload for each', () => {
    see('a', { names: [secret] });
    see('b', { names: [profile], workload: 'api' });
    expect(claims.holder('team/b')).toBeUndefined();
  });

  test('stays one while either way is lost', () => {
    see('a', { names: [secret] });
    see('b', { names: [profile] });
    expect(claims.holder('team/b')).toBe('team/a');
    for (const id of [secret, profile]) {
      const connected = members.get(id)?.cluster?.identity;
      connect(id, undefined);
      expect(claims.holder('team/b')).toBe('team/a');
      connect(id, connected);
    }
    connect(profile, 'moved.two.b');
    expect(claims.holder('team/b')).toBeUndefined();
  });
});

describe('a conflict that was ended', () => {
  beforeEach(() => connect('kubeconfig#gone', undefined));

  test('is over, though another member is not known', () => {
    see('a', { names: [secret, 'kubeconfig#gone'] });
    see('b', { names: [profile] });
    expect(claims.holder('team/b')).toBe('team/a');
    connect(profile, 'moved.two.b');
    expect(claims.holder('team/b')).toBeUndefined();
  });

  test('is not taken on by an object that was no part of it', () => {
    see('a', { names: [secret] });
    see('c', { names: ['kubeconfig#gone'] });
    see('d', { names: [profile] });
    expect(claims.holder('team/d')).toBe('team/a');
    connect(secret, 'moved.one.a');
    expect(claims.holder('team/d')).toBeUndefined();
  });
});

describe('after a restart, until members are connected', () => {
  beforeEach(() => {
    connect(secret, undefined);
    connect(profile, undefined);
    see('a', { names: [secret] });
  });

  test('who gave way goes on giving way, until the clusters turn out to be two', () => {
    see('b', { names: [profile], hasGivenWay: true });
    expect(claims.holder('team/b')).toBe('team/a');
    connect(profile, 'uid.two.b');
    expect(claims.holder('team/b')).toBe('team/a');
    connect(secret, 'other.one.a');
    expect(claims.holder('team/b')).toBeUndefined();
    connect(secret, 'uid.one.a');
    expect(claims.holder('team/b')).toBe('team/a');
  });

  test('nobody begins to give way', () => {
    see('b', { names: [profile] });
    expect(claims.holder('team/b')).toBeUndefined();
  });

  test('who gave way is told when the elder one has gone, or means other members', () => {
    see('b', { names: [profile], hasGivenWay: true });
    see('a', { names: ['kubeconfig#y'], generation: 2 });
    expect(claims.holder('team/b')).toBeUndefined();
    expect(told).toContain('team/b');
  });

  test('who is told later to have given way, by another replica, does so until that is over', () => {
    see('b', { names: [profile] });
    see('b', { names: [profile], hasGivenWay: true });
    see('b', { names: [profile], hasGivenWay: true });
    expect(claims.holder('team/b')).toBe('team/a');
  });

  test('who is told later to have its workload again, by another replica, has it', () => {
    see('b', { names: [profile], hasGivenWay: true });
    see('b', { names: [profile] });
    expect(claims.holder('team/b')).toBeUndefined();
  });

  test('what was found here counts, whatever an older status tells', () => {
    see('b', { names: [profile], hasGivenWay: true });
    expect(claims.holder('team/b')).toBe('team/a');
    see('b', { names: [profile] });
    expect(claims.holder('team/b')).toBe('team/a');
    claims.leaves('team/b');
    see('b', { names: [profile] });
    expect(claims.holder('team/b')).toBeUndefined();
  });

  test('a total leaves it as it was, and other members do not', () => {
    see('b', { names: [profile], hasGivenWay: true });
    see('b', { names: [profile], generation: 2 });
    expect(claims.holder('team/b')).toBe('team/a');
    see('b', { names: [profile, 'kubeconfig#y'], generation: 3 });
    expect(claims.holder('team/b')).toBeUndefined();
  });
});

test('whom another replica has give way holds nothing here, though it seemed to', () => {
  connect(profile, undefined);
  see('a', { names: [secret] });
  see('b', { names: [profile, 'kubeconfig#y'] });
  see('c', { names: ['kubeconfig#y'] });
  expect(claims.holder('team/c')).toBe('team/b');
  told = [];
  see('b', { names: [profile, 'kubeconfig#y'], hasGivenWay: true });
  expect(told).toContain('team/c');
  expect(claims.holder('team/c')).toBeUndefined();
  see('b', { names: [profile, 'kubeconfig#y'] });
  expect(claims.holder('team/c')).toBe('team/b');
});

test('who gives way holds nothing against others', () => {
  see('a', { names: [secret] });
  see('b', { names: [profile, 'kubeconfig#y'] });
  see('c', { names: ['kubeconfig#y'] });
  expect(['a', 'b', 'c'].map((name) => claims.holder(`team/${name}`))).toEqual([
    undefined,
    'team/a',
    undefined,
  ]);
});
