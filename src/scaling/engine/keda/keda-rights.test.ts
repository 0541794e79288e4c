import { expect, test } from 'vitest';
import type { KubeObject } from '../../../api/index.ts';
import { ForbiddenError, type KubeClient, NotFoundError, type Resource } from '../../../kube/index.ts';
import { FakeClock } from '../../../../test/support/memory-hub.ts';
import { KedaRights, missingRights } from './keda-rights.ts';

const account = { namespace: 'keda', name: 'keda-operator' };
const of = 'distributedscaledobjects.keda.kedify.io';

test('who may do everything misses nothing', () => {
  expect(missingRights(account, [true, true, true])).toBeUndefined();
});

test.each([
  [[true, true, false], `the ServiceAccount keda/keda-operator of KEDA may not update ${of}/scale;`],
  [[false, false, false], `may not get ${of}, get ${of}/scale, update ${of}/scale;`],
])('%j: %s', (allowed, expected) => {
  expect(missingRights(account, allowed)).toContain(expected);
});

interface Hub {
  readonly deployments?: readonly KubeObject[];
  readonly hasAccount?: boolean;
  readonly allows?: boolean;
  readonly error?: Error;
}

function rightsOn({ deployments = [], hasAccount = true, allows = false, error }: Hub): {
  readonly rights: KedaRights;
  readonly asked: string[];
  readonly clock: FakeClock;
} {
  const asked: string[] = [];
  const context = { cluster: 'hub', verb: 'get', resource: 'serviceaccounts' };
  const client = {
    list: async () => {
      if (error !== undefined) throw error;
      return { items: deployments, resourceVersion: '1' };
    },
    get: async () => {
      if (!hasAccount) throw new NotFoundError(context, { message: 'not found' });
      return {};
    },
    create: async (_resource: Resource, review: KubeObject) => {
      asked.push((review['spec'] as { readonly user: string }).user);
      return { ...review, status: { allowed: allows } };
    },
  } as unknown as KubeClient;
  const clock = new FakeClock();
  return { rights: new KedaRights(client, clock), asked, clock };
}

const { signal } = new AbortController();

test('the account is that of the Deployment of KEDA, wherever that is', async () => {
  const deployment: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'keda-operator', namespace: 'autoscaling' },
    spec: { template: { spec: { serviceAccountName: 'scaler' } } },
  };
  const { rights, asked } = rightsOn({ deployments: [deployment] });
  expect(await rights.missing('default', signal)).toContain(
    'the ServiceAccount autoscaling/scaler of KEDA may not',
  );
  expect(new Set(asked)).toEqual(new Set(['system:serviceaccount:autoscaling:scaler']));
});

test('what was told a moment ago is not asked again, for each namespace', async () => {
  const { rights, asked, clock } = rightsOn({});
  await rights.missing('a', signal);
  await rights.missing('a', signal);
  expect(asked).toHaveLength(3);
  await rights.missing('b', signal);
  expect(asked).toHaveLength(6);
  await clock.advance(10_000);
  await rights.missing('a', signal);
  expect(asked).toHaveLength(9);
});

test.each([
  ['everything is allowed', { allows: true }],
  ['nobody knows who runs KEDA', { hasAccount: false }],
  [
    'we may not look',
    {
      error: new ForbiddenError(
        { cluster: 'hub', verb: 'list', resource: 'deployments' },
        { message: 'cannot list deployments' },
      ),
    },
  ],
])('nothing is missing where %s', async (_case, hub) => {
  expect(await rightsOn(hub).rights.missing('default', signal)).toBeUndefined();
});
