import { expect, test } from 'vitest';
import { clusterIdentity, isSameCluster } from '../clusters/index.ts';
import { type KubeClient, systemClock } from '../kube/index.ts';
import { reachHub } from './reach-hub.ts';

test('the hub is known by its uid wherever it answered, and it is asked for that once', async () => {
  const uids = ['u'];
  const client = {
    serverVersion: async () => ({ gitVersion: 'v1.34.0' }),
    get: async () => {
      const uid = uids.shift();
      if (uid === undefined) throw new Error('asked again');
      return { metadata: { name: 'kube-system', uid } };
    },
  } as unknown as KubeClient;
  const { signal } = new AbortController();
  const { cluster, uid } = await reachHub({
    client,
    endpoint: { server: 'https://10.96.0.1' },
    clock: systemClock,
    log: { warn: () => undefined } as never,
    signal,
    life: signal,
  });
  expect(uid).toBe('u');
  expect(isSameCluster(cluster.identity, clusterIdentity('u', { server: 'https://hub.example.com' }))).toBe(
    true,
  );
  expect(isSameCluster(cluster.identity, clusterIdentity('v', { server: 'https://10.96.0.1' }))).toBe(false);
});
