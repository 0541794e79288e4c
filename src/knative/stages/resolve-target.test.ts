import { describe, expect, test } from 'vitest';
import { findCondition } from '../../controller/index.ts';
import { KnativeWorld, profileRef } from '../testing/knative-world.ts';
import { serving } from '../component.ts';
import { resolveTarget } from './resolve-target.ts';

const connecting = { resolved: false, connecting: true, message: 'Connecting to the cluster.' } as const;

describe('while the first connection to the cluster takes its time', () => {
  test('the status says so, and the pass ends without resting, to be looked at again', async () => {
    const world = new KnativeWorld();
    world.target = connecting;
    world.seed();
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'requeue' }, released: false });
    expect(world.conditionOf('TargetClusterResolved')).toMatchObject({
      status: 'Unknown',
      message: 'Connecting to the cluster.',
    });
    expect(world.conditions['Ready']).toMatch(/^Unknown/);
    expect(world.deliveries).toEqual([]);
    expect(world.told).toEqual(['FinalizerUpdate']);
  });

  test.each(['True', 'False'] as const)('what was found out about it before stands: %s', async (status) => {
    const world = new KnativeWorld();
    const conditions = [{ type: 'TargetClusterResolved', status, reason: 'Before' }];
    world.target = connecting;
    world.seed({ status: { conditions, target: { clusterProfileRef: profileRef, namespace: 'team' } } });
    const { pass } = await resolveTarget(world.pass());
    expect(findCondition(pass.status.conditions, 'TargetClusterResolved')).toEqual(conditions[0]);
  });

  test('what was found out about another cluster does not', async () => {
    const world = new KnativeWorld();
    const conditions = [{ type: 'TargetClusterResolved', status: 'True' }];
    const target = { clusterProfileRef: { ...profileRef, name: 'other' }, namespace: 'team' };
    world.target = connecting;
    world.seed({ status: { conditions, target } });
    const { pass } = await resolveTarget(world.pass());
    expect(findCondition(pass.status.conditions, 'TargetClusterResolved')?.status).toBe('Unknown');
  });

  test('a removal waits for it without saying that it is blocked', async () => {
    const world = new KnativeWorld();
    world.target = connecting;
    world.seed({
      metadata: { deletionTimestamp: '2026-01-01T00:01:00Z', finalizers: [serving.finalizer] },
      status: {
        target: { clusterProfileRef: profileRef, namespace: 'team', anchorUid: 'a' },
        version: '1.15.2',
      },
    });
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'requeue' }, released: false });
    expect(world.removals).toEqual([]);
    expect(world.told).toEqual([]);
    expect(world.conditions['TargetClusterResolved']).not.toMatch(/^False/);
  });
});
