import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { FakeApiServer } from '../../test/support/fake-api-server/index.ts';
import { rigAuthority, serverPair } from '../../test/support/rig.ts';
import { Metrics } from '../controller/index.ts';
import { fixedCredential, resources, ThrottledError } from '../kube/index.ts';
import { createHubClients } from './hub-clients.ts';

test('a pause that the hub asks of everything else does not reach the Leases', async () => {
  const server = await FakeApiServer.start({ pair: await serverPair() });
  const { certificate } = await rigAuthority();
  const { leases: lease, configMaps } = resources;
  server.resources.push(lease);
  const metadata = { namespace: 'here', name: 'a' };
  server.objects.put(lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata });
  server.intercept((exchange) => {
    if (!exchange.path.includes('configmaps')) return false;
    exchange.fail(429, 'TooManyRequests', 'later', { 'retry-after': '50' });
    return true;
  });
  const clients = createHubClients({
    access: {
      endpoint: { server: server.url, certificateAuthority: certificate },
      credentials: fixedCredential({ token: 'token' }),
    },
    limits: { requestsPerSecond: 100, burst: 200, inFlight: 64 },
    fieldManager: 'wheelwright',
    userAgent: 'test',
    // Stands still: a pause would last for ever.
    clock: new ManualClock(),
    metrics: new Metrics(),
    beforeRequest: () => undefined,
  });
  try {
    const call = clients.client.get(configMaps, metadata);
    await expect(call).rejects.toThrow(ThrottledError);
    await expect(clients.client.get(lease, metadata)).rejects.toThrow(ThrottledError);
    await expect(clients.leases.get(lease, metadata)).resolves.toMatchObject({ metadata });
  } finally {
    await clients.close();
    await server.stop();
  }
});
