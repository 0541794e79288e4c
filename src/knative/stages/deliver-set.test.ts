import { describe, expect, test } from 'vitest';
import { DeliveryError } from '../../delivery/index.ts';
import { ForbiddenError, TimeoutError } from '../../kube/index.ts';
import { type Pass, StageError } from '../pass.ts';
import { emptySet, KnativeWorld, profileRef, reportWith, waitingOn } from '../testing/knative-world.ts';
import { deliverSet, deliveryOwner } from './deliver-set.ts';

const context = { cluster: 'fleet/spoke', verb: 'apply', resource: 'deployments.apps' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team', name: 'activator' };

function start(): { readonly world: KnativeWorld; readonly pass: Pass } {
  const world = new KnativeWorld();
  world.seed({ status: { target: { clusterProfileRef: profileRef, namespace: 'team' } } });
  return { world, pass: world.pass({ cluster: world.spoke, set: emptySet, paths: ['a', 'b'] }) };
}

async function failureOf(pass: Pass): Promise<StageError> {
  const thrown: unknown = await deliverSet(pass).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(StageError);
  return thrown as StageError;
}

test('what was delivered is written down: the manifests, and the anchor', async () => {
  const { pass } = start();
  const { status, report } = (await deliverSet(pass)).pass;
  expect(report?.complete).toBe(true);
  expect(status).toMatchObject({
    manifests: ['a', 'b'],
    target: { namespace: 'team', anchorUid: 'anchor-1' },
  });
});

test.each([
  [undefined, true],
  ['report', false],
  ['any', true],
])('with the drift policy %j drift is mended: %s', async (policy, mendsDrift) => {
  const { world, pass } = start();
  const { metadata } = pass.object;
  const annotations = policy === undefined ? {} : { 'operator.knative.dev/drift-policy': policy };
  await deliverSet({ ...pass, object: { ...pass.object, metadata: { ...metadata, annotations } } });
  expect(world.deliverOptions).toMatchObject({ mendsDrift });
});

describe('a delivery that fails', () => {
  test('before there is an anchor leaves nothing to remove', async () => {
    const { world, pass } = start();
    world.anchorUid = undefined;
    world.report = new TimeoutError(context, { message: 'late' });
    const failure = await failureOf(pass);
    expect(failure.cause).toBe(world.report);
    expect(failure.pass.status).toEqual(pass.status);
  });

  test('after the anchor was made records it', async () => {
    const { world, pass } = start();
    world.report = new TimeoutError(context, { message: 'late' });
    const { status } = (await failureOf(pass)).pass;
    expect(status.target).toMatchObject({ anchorUid: 'anchor-1' });
    expect(status.manifests).toBeUndefined();
  });

  test('of an object still says how the workloads are', async () => {
    const { world, pass } = start();
    const error = new ForbiddenError(context, { message: 'exceeded quota' });
    const rollout = { state: 'progressing', ready: 0, wanted: 1 } as const;
    world.report = reportWith({
      refused: [{ identity: deployment, error }],
      waiting: waitingOn({ activator: rollout }),
    });
    const failure = await failureOf(pass);
    expect(failure.cause).toBeInstanceOf(DeliveryError);
    const { conditions } = failure.pass.status;
    expect(conditions.find(({ type }) => type === 'DeploymentsAvailable')).toMatchObject({
      status: 'False',
      message: 'Waiting on deployments: activator. WW3004',
    });

    world.report = reportWith({ refused: [{ identity: { ...deployment, kind: 'Service' }, error }] });
    const mended = (await failureOf({ ...pass, status: failure.pass.status })).pass.status.conditions;
    expect(mended.find(({ type }) => type === 'DeploymentsAvailable')?.status).toBe('True');
  });

  test('ends with the pass where that was aborted', async () => {
    const { world, pass } = start();
    const reason = new Error('shutting down');
    world.onDeliver = () => world.stop.abort(reason);
    world.report = new TimeoutError(context, { message: 'late' });
    await expect(deliverSet(pass)).rejects.toBe(reason);
  });
});

test('whatever a person should know is told', async () => {
  const { world, pass } = start();
  const identity = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team', name: 'config-network' };
  world.report = reportWith({
    drifted: [
      { identity, action: 'reverted', by: 'kubectl-edit', field: '.data.a' },
      { identity: deployment, action: 'recreated' },
    ],
    pruned: [identity],
    contested: [{ identity, by: 'helm', waitMs: 1_000 }],
    left: [{ identity, conflict: { manager: 'team', field: '.data.b' } as never }],
  });
  await deliverSet(pass);
  expect(world.events.map(({ reason, note }) => `${reason}: ${note}`)).toEqual([
    'DriftMended: ConfigMap team/config-network on cluster "fleet/spoke" had been changed by kubectl-edit (.data.a) and was put back',
    'DriftMended: Deployment team/activator on cluster "fleet/spoke" had been deleted and was restored',
    'Pruned: Removed from cluster "fleet/spoke", because no longer wanted: ConfigMap team/config-network',
    'ForeignFieldLeft: .data.b of ConfigMap team/config-network on cluster "fleet/spoke" belongs to team and is left to it',
    'ForeignFieldLeft: ConfigMap team/config-network on cluster "fleet/spoke" is changed again and again by helm, and is put back less and less often',
  ]);
});

test('drift that is left counts once for each object, and again when it comes back', async () => {
  const { world, pass } = start();
  const drift = (name: string) => ({ identity: { ...deployment, name }, action: 'reverted' }) as const;
  const counted = async (...names: readonly string[]): Promise<string | undefined> => {
    world.report = reportWith({ unmended: names.map(drift) });
    await deliverSet(pass);
    return /wheelwright_drift_total\{target_cluster="fleet\/spoke",action="reported"\} (\d+)/.exec(
      await world.metrics.text(),
    )?.[1];
  };
  expect(await counted()).toBeUndefined();
  expect(await counted('a')).toBe('1');
  expect(await counted('a')).toBe('1');
  expect(await counted('a', 'b', 'c')).toBe('3');
  expect(await counted('b')).toBe('3');
  expect(await counted('a', 'b')).toBe('4');
});

describe('the owner', () => {
  const ownerWith = (spec: object, status?: object): boolean | undefined => {
    const { world } = start();
    const installation = { ...world.object, spec, status } as never;
    return deliveryOwner({ ...world.pass(), installation }).sameCluster;
  };

  test('is on its own cluster where the object went there, and before that where it is to go', () => {
    expect(ownerWith({})).toBe(true);
    expect(ownerWith({ clusterProfileRef: profileRef })).toBe(false);
    expect(ownerWith({ clusterProfileRef: profileRef }, { target: { namespace: 'team' } })).toBe(true);
    expect(ownerWith({}, { target: { clusterProfileRef: profileRef, namespace: 'team' } })).toBe(false);
  });
});
