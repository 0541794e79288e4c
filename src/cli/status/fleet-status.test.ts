import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { NoMatchError, ServerError } from '../../kube/index.ts';
import { answered, notAsked } from '../hub/answer.ts';
import { fleetProfile } from '../hub/fleet-profile.ts';
import { clusterProfile, installation, notReady, now, type ProfileOptions } from '../testing/objects.ts';
import type { FleetFacts } from './fleet-facts.ts';
import { fleetStatus } from './fleet-status.ts';
import { readInstallation } from './installation.ts';

const held = {
  namespace: 'a',
  name: 'knative-operator.knative.dev.operator.pkg.reconciler.knativeserving.reconciler.00-of-01',
  holder: 'pod-1',
  renewedAt: new Date(now).toISOString(),
  durationMs: 15_000,
};

function facts(
  profiles: readonly KubeObject[],
  servings: readonly KubeObject[] = [],
  more: Partial<FleetFacts> = {},
): FleetFacts {
  return {
    context: 'prod',
    server: 'https://prod',
    kubernetes: answered('v1.36.3'),
    leases: answered([held]),
    operatorVersion: answered(undefined),
    profiles: answered(profiles.map(fleetProfile)),
    servings: answered(servings.map((object) => readInstallation('serving', object))),
    eventings: answered([]),
    members: answered([]),
    scaledObjects: answered([]),
    ...more,
  };
}

function cluster(
  profile: ProfileOptions | undefined,
  ...servings: readonly Parameters<typeof installation>[1][]
) {
  const objects = servings.map((options, index) =>
    installation(`a/kn-${index}`, { on: 'fleet/a', ...options }),
  );
  const profiles = profile === undefined ? [] : [clusterProfile('fleet/a', profile)];
  const { clusters, problems } = fleetStatus(facts(profiles, objects), now);
  const found = clusters.find(({ name }) => name === 'fleet/a');
  return { state: found?.state, level: found?.level, codes: problems.map(({ code }) => code).join(' ') };
}

function because(reason: string, code: string) {
  return { conditions: notReady('TargetClusterResolved', { reason, message: `because. ${code}` }) };
}

describe('a cluster', () => {
  const waiting = because('NotReady', 'WW3004');
  const failing = because('Error', 'WW3005');
  const lost = because('RemoteClientCreationFailed', 'WW2007');
  const cases: readonly [
    what: string,
    actual: ReturnType<typeof cluster>,
    state: string,
    level: string,
    codes: string,
  ][] = [
    ['without anything on it is as its manager says', cluster({}), 'Ready', 'ok', ''],
    ['with something that is ready', cluster({}, {}), 'Ready', 'ok', ''],
    [
      'that its manager calls ill',
      cluster({ healthy: { status: 'False' } }, {}),
      'NotReady',
      'error',
      'WW2002',
    ],
    [
      'that its manager has not looked at',
      cluster({ healthy: { type: 'Other' } }),
      'NotReady',
      'error',
      'WW2002',
    ],
    ['that is being removed', cluster({ deleting: true }, {}), 'Removing', 'waiting', ''],
    [
      'that is only named',
      cluster(undefined, because('ClusterProfileNotFound', 'WW2001')),
      'Missing',
      'error',
      'WW2001',
    ],
    ['that does not answer', cluster({}, lost), 'Unreachable', 'error', 'WW2007'],
    [
      'that does not answer is one problem for all that is on it',
      cluster({}, lost, lost),
      'Unreachable',
      'error',
      'WW2007',
    ],
    [
      'that was lost a moment ago',
      cluster({}, because('RemoteClusterStale', 'WW2018')),
      'Unreachable',
      'warning',
      'WW2018',
    ],
    [
      'without a credential',
      cluster({}, because('AccessProviderFailed', 'WW2004')),
      'NoAccess',
      'error',
      'WW2004',
    ],
    ['on which something rolls out', cluster({}, waiting), 'Degraded', 'warning', 'WW3004'],
    [
      'on which something failed is as bad as the worst',
      cluster({}, waiting, failing),
      'Degraded',
      'error',
      'WW3005 WW3004',
    ],
    ['on which something is new', cluster({}, { conditions: [] }), 'Progressing', 'waiting', ''],
    [
      'on which a change was not seen yet',
      cluster({}, { observedGeneration: 0 }),
      'Progressing',
      'waiting',
      '',
    ],
    ['on which something is removed', cluster({}, { deleting: true }), 'Progressing', 'waiting', ''],
    [
      'on which something cannot be removed',
      cluster({}, { deleting: true, ...lost }),
      'Unreachable',
      'error',
      'WW2007',
    ],
    [
      'on which something failed without a reason that is known',
      cluster({}, { conditions: notReady('InstallSucceeded', { reason: 'Strange', message: 'odd' }) }),
      'Degraded',
      'error',
      '',
    ],
  ];

  it.each(cases)('%s', (_, actual, state, level, codes) => {
    expect(actual).toEqual({ state, level, codes });
  });

  it('whose profile makes no sense hides no other', () => {
    const broken = { ...clusterProfile('fleet/a'), status: { conditions: 'none' } };
    const { clusters } = fleetStatus(facts([broken, clusterProfile('fleet/b')]), now);
    expect(clusters.map(({ name, state }) => [name, state])).toEqual([
      ['fleet/a', 'Invalid'],
      ['fleet/b', 'Ready'],
    ]);
  });

  it('is judged by what is on it alone where profiles cannot be read', () => {
    const call = { cluster: 'prod', verb: 'list', resource: 'clusterprofiles' };
    const error = new ServerError(call, { message: 'etcd is down' });
    const unread = facts([], [installation('a/kn', { on: 'fleet/a' })], {
      profiles: { state: 'failed', error, tookMs: 1 },
    });
    const { clusters, unseen } = fleetStatus(unread, now);
    expect(clusters.map(({ name, state }) => [name, state])).toEqual([['fleet/a', 'Ready']]);
    expect(unseen).toEqual([{ what: 'ClusterProfiles', why: 'etcd is down' }]);
  });
});

describe('a fleet', () => {
  it('has the worst first, and the hub only where something is installed there', () => {
    const objects = [
      installation('a/hub'),
      installation('a/kn', { on: 'fleet/b', ...because('Error', 'WW3005') }),
      installation('a/new', { on: 'fleet/c', conditions: [] }),
    ];
    const profiles = ['a', 'b', 'c'].map((name) => clusterProfile(`fleet/${name}`));
    const { clusters, counts } = fleetStatus(facts(profiles, objects), now);
    expect(clusters.map(({ name }) => name)).toEqual(['fleet/b', 'fleet/c', 'fleet/a', 'hub']);
    expect(counts).toEqual({
      clusters: { Degraded: 1, Progressing: 1, Ready: 1 },
      KnativeServing: 3,
      KnativeEventing: 0,
      members: {},
      DistributedScaledObject: 0,
    });
  });

  it('of a hub without ClusterProfiles has no clusters, and nothing is wrong with that', () => {
    const call = { cluster: 'prod', verb: 'discover', resource: 'ClusterProfile' };
    const error = new NoMatchError(call, { message: 'not served' });
    const { problems, unseen } = fleetStatus(
      facts([], [], { profiles: { state: 'failed', error, tookMs: 0 } }),
      now,
    );
    expect({ problems, unseen }).toEqual({ problems: [], unseen: [] });
  });

  it('whose operator is gone says so before everything else', () => {
    const dead = { ...held, renewedAt: new Date(now - 90_000).toISOString() };
    const { problems } = fleetStatus(
      facts([], [installation('a/kn', because('Error', 'WW3005'))], { leases: answered([dead]) }),
      now,
    );
    expect(problems.map(({ code }) => code)).toEqual(['WW1103', 'WW3005']);
  });

  it('whose Leases nobody may read leaves the operator unknown', () => {
    const { hub, problems } = fleetStatus(facts([], [], { leases: notAsked('a right') }), now);
    expect(hub).toMatchObject({ buckets: null, replicas: null });
    expect(problems).toEqual([]);
  });
});

describe('an object that is odd', () => {
  it.each([
    ['no status at all', {}],
    ['a status that is text', { status: 'fine' }],
    ['conditions that are none', { status: { conditions: [1, { type: 'Ready', status: 'Maybe' }] } }],
    ['a reference that is none', { spec: { clusterProfileRef: 'eu-1' } }],
  ])('is read as far as it makes sense: %s', (_, content) => {
    const { status: _status, spec: _spec, ...rest } = installation('a/kn');
    expect(readInstallation('serving', { ...rest, ...content })).toMatchObject({
      name: 'kn',
      cluster: 'hub',
      version: undefined,
      conditions: [],
    });
  });
});
