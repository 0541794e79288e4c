import { describe, expect, test } from 'vitest';
import { AccessError, ConnectionReplacedError } from '../clusters/index.ts';
import { findCondition } from '../controller/index.ts';
import {
  AnchorChangedError,
  AnchorNameTooLong,
  DeliveryError,
  ForeignAnchorError,
  NamespaceTerminatingError,
  RivalAnchorError,
  StillTerminating,
} from '../delivery/index.ts';
import {
  type CallContext,
  ConflictError,
  ForbiddenError,
  GoneError,
  InvalidError,
  NoMatchError,
  ProtocolError,
  ServerError,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../kube/index.ts';
import { explainFailure, type Failure } from './failure.ts';
import { beginStatus, failed, type StatusDraft, succeed } from './installation-status.ts';
import { ManifestError } from './manifests/index.ts';
import type { Pass } from './pass.ts';
import { KnativeWorld } from './testing/knative-world.ts';
import { TransformError } from './transforms/index.ts';

const onSpoke: CallContext = { cluster: 'fleet/spoke', verb: 'apply', resource: 'configmaps', name: 'a' };
const onHub: CallContext = { cluster: 'hub', verb: 'patch', resource: 'knativeservings' };
const says = (message: string) => ({ message });

function delivery(...errors: readonly Error[]): DeliveryError {
  const failures = errors.map((error, index) => ({
    identity: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team', name: `object-${index}` },
    error,
  }));
  return new DeliveryError('apply', 'fleet/spoke', failures);
}

/** A pass over an object that was ready before. */
function passOf(given: Partial<Pass> = {}): Pass {
  const world = new KnativeWorld();
  world.seed();
  const ready = [
    'VersionMigrationEligible',
    'TargetClusterResolved',
    'DeploymentsAvailable',
    'InstallSucceeded',
    'DependenciesInstalled',
  ] as const;
  const status = ready.reduce<StatusDraft>((draft, type) => succeed(draft, type, 0), beginStatus({}, 0));
  return world.pass({ cluster: world.spoke, status, version: '1.15.2', ...given });
}

function draftOf(failure: Failure): StatusDraft {
  return 'told' in failure ? failure.told.pass.status : failure.retry;
}

/** How it ends: `again` with back-off, or the milliseconds until the next look. */
function endOf(failure: Failure): string {
  if (!('told' in failure)) return failure.resting ? 'again' : 'again, unsettled';
  const outcome = 'outcome' in failure.told ? failure.told.outcome : undefined;
  return outcome?.kind === 'requeue' ? `in ${outcome.afterMs} ms` : 'done';
}

/** Every condition that is not True, with its reason. */
function troubles(failure: Failure): readonly string[] {
  return draftOf(failure)
    .conditions.filter(({ status, type }) => status !== 'True' && type !== 'Ready')
    .map(({ type, reason, message = '' }) => `${type} ${reason} ${/WW\d+$/.exec(message)?.[0]}`);
}

const unreached = 'TargetClusterResolved RemoteClientCreationFailed WW2007';
const refused = 'InstallSucceeded Error WW3005';

describe('what a failure that will pass by itself means', () => {
  const passing: readonly (readonly [string, Error, string])[] = [
    ['silence', new TimeoutError(onSpoke, says('late')), unreached],
    ['no connection', new UnreachableError(onSpoke, 'Refused', 'connect'), unreached],
    ['a change of etcd’s leader', new ServerError(onSpoke, says('etcdserver: leader changed')), unreached],
    ['too many requests', new ThrottledError(onSpoke, says('busy')), unreached],
    ['a credential turned down', new UnauthorizedError(onSpoke, says('no')), unreached],
    ['an answer of a proxy', new ProtocolError(onSpoke, says('html')), unreached],
    ['silence about an object', delivery(new TimeoutError(onSpoke, says('late'))), unreached],
    ['too many requests about an object', delivery(new ThrottledError(onSpoke, says('busy'))), unreached],
    [
      'a credential turned down at an object',
      delivery(new UnauthorizedError(onSpoke, says('no'))),
      unreached,
    ],
    ['a webhook that fails', delivery(new ServerError(onSpoke, says('failed calling webhook'))), refused],
    ['somebody who was faster', new ConflictError(onSpoke, says('modified')), refused],
    ['somebody who changed the anchor', new AnchorChangedError('changed'), refused],
    ['an old list', new GoneError(onSpoke, says('old')), unreached],
  ];

  test.each(passing)('%s is no news at first, and leaves everything as it was', (_what, error) => {
    for (const failures of [0, 1]) {
      const pass = passOf({ failures });
      const failure = explainFailure(error, pass);
      expect(endOf(failure)).toBe('again, unsettled');
      expect(draftOf(failure)).toBe(pass.status);
    }
  });

  test.each(passing)('%s is told when it lasts', (_what, error, told) => {
    const failure = explainFailure(error, passOf({ failures: 2 }));
    expect(troubles(failure)).toEqual([told]);
    expect(endOf(failure)).toBe('again');
  });
});

test('among failures that pass, the one that does not is told at once', () => {
  const error = delivery(
    new ServerError(onSpoke, says('etcdserver: leader changed')),
    new ForbiddenError(onSpoke, says('exceeded quota')),
  );
  const failure = explainFailure(error, passOf());
  expect(troubles(failure)).toEqual([refused]);
  expect(endOf(failure)).toBe('in 10000 ms');
});

describe('a hub that does not answer', () => {
  test.each([0, 2, 50])('says nothing about the spoke after %i failures', (failures) => {
    const pass = passOf({ failures });
    const failure = explainFailure(new UnreachableError(onHub, 'Refused', 'connect'), pass);
    expect(draftOf(failure)).toBe(pass.status);
    expect(endOf(failure)).toMatch(/^again/);
  });

  test('is no ClusterProfile where it is the target itself', () => {
    const pass = passOf({ failures: 2 });
    const failure = explainFailure(new TimeoutError(onHub, says('late')), {
      ...pass,
      cluster: pass.services.hub,
    });
    expect(troubles(failure)).toEqual([refused]);
  });
});

describe('what has to be told at once', () => {
  const cases: readonly (readonly [string, unknown, string, string])[] = [
    ['a refused object', delivery(new InvalidError(onSpoke, says('bad'))), refused, 'in 10000 ms'],
    ['a right that lacks', new ForbiddenError(onSpoke, says('no')), refused, 'in 10000 ms'],
    ['another hub', new ForeignAnchorError('a'), 'InstallSucceeded Error WW3013', 'in 60000 ms'],
    ['a rival', new RivalAnchorError('a'), 'InstallSucceeded Error WW3008', 'in 60000 ms'],
    ['a namespace that goes', new NamespaceTerminatingError('a'), refused, 'in 1000 ms'],
    ['a long name', new AnchorNameTooLong('a'), 'InstallSucceeded Error WW3011', 'in 60000 ms'],
    ['a contradiction', new TransformError('a'), 'InstallSucceeded Error WW3011', 'in 60000 ms'],
    [
      'a release that lacks',
      new ManifestError('a', { reason: 'VersionUnavailable' }),
      'InstallSucceeded Error WW3001',
      'in 60000 ms',
    ],
    ['a download that fails', new ManifestError('a', { transient: true }), refused, 'again'],
    [
      'a kind that lacks',
      new NoMatchError({ ...onSpoke, resource: 'Gateway.networking.istio.io' }, says('a')),
      'InstallSucceeded Error WW3003',
      'in 10000 ms',
    ],
    [
      'a plugin that fails',
      new AccessError('PluginTimeout', 'a'),
      'TargetClusterResolved AccessProviderFailed WW2004',
      'in 60000 ms',
    ],
    ['a mistake of ours', new TypeError('x of undefined'), 'InstallSucceeded Error WW9001', 'again'],
  ];

  test.each(cases)('%s', (_what, error, told, end) => {
    const failure = explainFailure(error, passOf());
    expect(troubles(failure)).toEqual([told]);
    expect(endOf(failure)).toBe(end);
  });

  test('a mistake of ours is told without its words', () => {
    const failure = explainFailure(new TypeError('secret of undefined'), passOf());
    expect(findCondition(draftOf(failure).conditions, 'Ready')?.message).toBe(
      'Install failed with message: Wheelwright has a bug in KnativeServing team/knative. WW9001',
    );
  });

  test('a connection that was lost during the pass', () => {
    const world = new KnativeWorld();
    world.lost.abort(new Error('replaced'));
    const failure = explainFailure(new Error('any'), passOf({ cluster: world.spoke }));
    expect(troubles(failure)).toEqual(['TargetClusterResolved RemoteClusterStale WW2018']);
  });
});

test('a connection that was replaced during the pass is no news, and the pass begins anew', () => {
  const world = new KnativeWorld();
  world.lost.abort(new ConnectionReplacedError('any'));
  const pass = passOf({ cluster: world.spoke, failures: 5 });
  const failure = explainFailure(new Error('any'), pass);
  expect(draftOf(failure)).toBe(pass.status);
  expect(failure).toMatchObject({ told: { resting: false } });
  expect(endOf(failure)).toBe('in 0 ms');
});

test('objects that take their time to go hinder nothing and are waited for', () => {
  const pass = passOf({ paths: ['/var/run/ko/knative-serving/1.15.2'] });
  const failure = explainFailure(new StillTerminating('still terminating: Service team/kourier', []), pass);
  const { conditions, version, manifests } = draftOf(failure);
  expect(troubles(failure)).toEqual([]);
  expect(findCondition(conditions, 'Ready')).toMatchObject({ status: 'True' });
  expect(findCondition(conditions, 'InstallSucceeded')).toMatchObject({
    status: 'True',
    reason: 'NotReady',
    message: 'Waiting for removals: still terminating: Service team/kourier. WW3004',
  });
  expect({ version, manifests }).toEqual({ version: '1.15.2', manifests: pass.paths });
  expect(endOf(failure)).toBe('in 5000 ms');
});

test.each([
  ['report', 'False'],
  ['correct', 'True'],
])(
  'while they are waited for, drift that was told is still there with the policy %s: %s',
  (policy, shown) => {
    const { object, status: ready, ...others } = passOf();
    const annotations = { 'operator.knative.dev/drift-policy': policy };
    const drift = { reason: 'DriftReported', because: 'DriftReported', message: 'a' } as const;
    const failure = explainFailure(new StillTerminating('a', []), {
      ...others,
      object: { ...object, metadata: { ...object.metadata, annotations } },
      status: failed(ready, 'InstallSucceeded', drift, 0),
    });
    expect(findCondition(draftOf(failure).conditions, 'InstallSucceeded')?.status).toBe(shown);
  },
);

test('during a removal a refusal is told as what blocks it', () => {
  const world = new KnativeWorld();
  const object = world.seed({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
  const failure = explainFailure(delivery(new ForbiddenError(onSpoke, says('no'))), passOf({ object }));
  expect(troubles(failure)).toEqual(['InstallSucceeded Error WW3009']);
  expect(findCondition(draftOf(failure).conditions, 'Ready')?.message).toContain('remote finalization: ');
});
