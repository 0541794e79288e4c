import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeApiServer } from '../../../test/support/fake-api-server/index.ts';
import { rigAuthority, serverPair } from '../../../test/support/rig.ts';
import { createKubeClient, fixedCredential, type KubeClient, systemClock } from '../../kube/index.ts';
import { chooseEngine } from './auto-engine.ts';
import { KedaEngine } from './keda/keda-engine.ts';

const ofKeda = { group: 'keda.sh', version: 'v1alpha1', namespaced: true } as const;

let server: FakeApiServer;
let client: KubeClient;
let life: AbortController;

beforeEach(async () => {
  life = new AbortController();
  server = await FakeApiServer.start({ pair: await serverPair() });
  const { certificate } = await rigAuthority();
  client = createKubeClient({
    cluster: 'hub',
    endpoint: { server: server.url, certificateAuthority: certificate },
    credentials: fixedCredential({ token: 'token' }),
  });
});

afterEach(async () => {
  life.abort();
  await client.close();
  await server.stop();
});

/** Who is chosen once the hub has said what it serves. */
async function chosen(): Promise<'keda' | 'builtin' | undefined> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const options = { client, fieldManager: 'wheelwright', clock: systemClock, onChange: () => resolve() };
  const engine = new KedaEngine(options);
  engine.follow('default/nginx');
  engine.start(life.signal);
  await promise;
  return chooseEngine(engine.presence, undefined);
}

test('definitions for credentials of triggers alone are not KEDA', async () => {
  server.resources.push(
    { ...ofKeda, kind: 'TriggerAuthentication', plural: 'triggerauthentications' },
    {
      ...ofKeda,
      kind: 'ClusterTriggerAuthentication',
      plural: 'clustertriggerauthentications',
      namespaced: false,
    },
  );
  expect(await chosen()).toBe('builtin');
});

test('with those of what it scales they are', async () => {
  server.resources.push(
    { ...ofKeda, kind: 'TriggerAuthentication', plural: 'triggerauthentications' },
    { ...ofKeda, kind: 'ScaledObject', plural: 'scaledobjects' },
  );
  expect(await chosen()).toBe('keda');
});
