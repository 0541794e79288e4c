import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../clusters/index.ts';
import { KnativeWorld, profileRef } from '../testing/knative-world.ts';

const deployments = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
const rolledOut = {
  replicas: 1,
  updatedReplicas: 1,
  availableReplicas: 1,
  conditions: [{ type: 'Available', status: 'True' }],
};

/** An object that may not become what it wants to be, on a spoke where the anchor lists one Deployment. */
function frozenWorld(rollout: object, status: Readonly<Record<string, unknown>> = { version: '1.12.0' }) {
  const world = new KnativeWorld();
  const [anchorName, name] = ['knativeserving-knative-root-owner', 'activator'];
  const data = { inventory: `apps/v1 Deployment team/${name} abc abc` };
  const anchor = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: anchorName, uid: 'a' }, data };
  const reads = {
    cluster: world.spoke.name,
    get: async () => anchor,
    resources: async () => [deployments],
    list: async () => ({ items: [{ metadata: { namespace: 'team', name }, status: rollout }] }),
    invalidateDiscovery: () => undefined,
  };
  // What only reads cannot be written to.
  const cluster = { ...world.spoke, client: reads } as unknown as Cluster;
  world.target = { resolved: true, cluster, provider: 'test' };
  world.seed({ spec: { version: '1.15', clusterProfileRef: profileRef }, status });
  return world;
}

describe('an installation that may not become the wanted version', () => {
  test('is left alone, and its target and health are told', async () => {
    const world = frozenWorld(rolledOut);
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'requeue', afterMs: 60_000 } });
    expect(world.conditions).toMatchObject({
      TargetClusterResolved: 'True',
      VersionMigrationEligible: 'False Error',
      DeploymentsAvailable: 'True',
      Ready: 'False Error',
    });
    expect(world.status.version).toBe('1.12.0');
    expect(world.deliveries).toEqual([]);
  });

  test('tells workloads that do not run; what there is to do stays with Ready', async () => {
    const world = frozenWorld({});
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'requeue', afterMs: 10_000 } });
    expect(world.conditionOf('DeploymentsAvailable')).toMatchObject({
      status: 'False',
      message: 'Waiting on deployments: activator. WW3004',
    });
    expect(world.conditionOf('Ready')?.message).toContain('across multiple MINOR versions');
  });

  test('tells that its cluster cannot be reached', async () => {
    const world = frozenWorld(rolledOut);
    world.target = { resolved: false, reason: 'ClusterProfileNotReady', message: 'not ready' };
    await world.reconcile();
    expect(world.conditions).toMatchObject({
      TargetClusterResolved: 'False ClusterProfileNotReady',
      VersionMigrationEligible: 'False Error',
    });
  });

  test('has no health before anything was installed', async () => {
    const world = frozenWorld({}, {});
    world.releases = [];
    world.hub.seed({ ...world.object, spec: { clusterProfileRef: profileRef } });
    await world.reconcile();
    expect(world.conditions).toMatchObject({ TargetClusterResolved: 'True', Ready: 'False Error' });
    expect(world.conditions['DeploymentsAvailable']).toBeUndefined();
  });
});
