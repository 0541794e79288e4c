import { describe, expect, test } from 'vitest';
import { KnativeWorld, profileRef } from '../testing/knative-world.ts';
import { claimTarget } from './claim-target.ts';

async function claim(
  seed: Parameters<KnativeWorld['seed']>[0],
  prepare: (world: KnativeWorld) => void = () => undefined,
) {
  const world = new KnativeWorld();
  world.seed(seed);
  prepare(world);
  const result = await claimTarget(world.pass({ cluster: world.spoke }));
  const ready = result.pass.status.conditions.find(({ type }) => type === 'Ready');
  return { world, result, ready };
}

describe('the namespace', () => {
  test('is the object’s own', async () => {
    expect((await claim({})).result.pass.namespace).toBe('team');
  });

  test('is the component’s where that is the rule, but not on the hub', async () => {
    const canonical = (world: KnativeWorld): void =>
      void Object.assign(world.services, { spokeNamespace: 'canonical' });
    expect((await claim({}, canonical)).result.pass.namespace).toBe('knative-serving');
    expect((await claim({ spec: {} }, canonical)).result.pass.namespace).toBe('team');
  });

  test('stays what it was, whatever the rule is now', async () => {
    const status = { target: { clusterProfileRef: profileRef, namespace: 'elsewhere' } };
    expect((await claim({ status })).result.pass.namespace).toBe('elsewhere');
  });
});

test('nothing is written for a claim', async () => {
  const { world } = await claim({});
  expect(world.hub.calls).toEqual([]);
});

test('the older of two objects for one cluster has it', async () => {
  const spec = { clusterProfileRef: profileRef };
  const withPeer = (creationTimestamp: string) => (world: KnativeWorld) => {
    const metadata = { namespace: 'other', name: 'knative', uid: 'uid-2', creationTimestamp };
    const peer = { ...world.object, metadata };
    world.peers = [world.object, peer];
  };
  const { result, ready } = await claim({ spec }, withPeer('2025-12-31T00:00:00Z'));
  expect(result).toMatchObject({ outcome: { kind: 'done' }, resting: true });
  expect(ready).toMatchObject({
    status: 'False',
    message:
      'Install failed with message: KnativeServing other/knative already manages Knative on cluster "fleet/spoke"; delete one of the two. WW3008',
  });
  expect('outcome' in (await claim({ spec }, withPeer('2026-01-02T00:00:00Z'))).result).toBe(false);
});

test('an installation does not move to another cluster', async () => {
  const status = { target: { clusterProfileRef: { name: 'first', namespace: 'fleet' }, namespace: 'team' } };
  const { result, ready } = await claim({ status });
  expect(result).toMatchObject({ outcome: { kind: 'done' }, resting: true });
  expect(ready?.message).toContain('this object installed on fleet/first and cannot move to fleet/spoke');
});
