import { expect, test } from 'vitest';
import { type Credential, resources } from '../../src/kube/index.ts';
import { createAuthority, issueCertificate } from '../bed/pki/index.ts';
import { eventually } from '../support/eventually.ts';
import { FakeApiServer } from '../support/fake-api-server/index.ts';
import { configMap, Rig, rigAuthority, serverPair } from '../support/rig.ts';
import { RotatingCredentials } from '../support/rotating-credentials.ts';

test('a server that restarts with a new certificate of the same authority is found again, and the watch resumes', async () => {
  await using rig = await Rig.start();
  await rig.client.raw('/livez');
  await rig.restartServer();
  rig.churn('restarted');
  await rig.client.apply(resources.configMaps, configMap('applied'));
  await rig.converged();
  expect(rig.reflector.counts.lists).toBe(1);
  await rig.expectIntact();
});

test('a server of another authority is refused with its fingerprint, and the cache stays as it was', async () => {
  await using rig = await Rig.start();
  await rig.client.raw('/livez');
  await rig.restartServer(await createAuthority('stranger', new Date()));
  const failure = await rig.client.raw('/livez').catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'UnreachableError', kind: 'TlsUntrusted' });
  expect(String(failure)).toMatch(/SHA-256 fingerprint ([0-9A-F]{2}:){31}[0-9A-F]{2}/);
  await eventually(() => rig.failures.length >= 2);
  expect(rig.reflector.store.size).toBe(10);
  await rig.restartServer();
  await rig.expectIntact();
});

// A resumed session is not verified, and one of TLS 1.2 is there before the first verification.
test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'over %s, a certificate for another host is refused, again and again',
  async (maxVersion) => {
    await using rig = await Rig.startUnsynced({
      server: { maxVersion },
      endpoint: { tlsServerName: 'somewhere.else' },
    });
    for (let i = 0; i < 3; i++)
      await expect(rig.client.raw('/livez')).rejects.toMatchObject({ kind: 'TlsHostname' });
    await rig.expectNothingLeft();
  },
);

test('the name to verify may differ from the host, on the first connection and on later ones', async () => {
  await using rig = await Rig.start({ endpoint: { tlsServerName: 'kubernetes.default.svc' } });
  rig.server.cutConnections();
  expect(await rig.client.raw('/livez')).toBe('ok');
  await rig.expectIntact();
});

test('the name to verify may be an address', async () => {
  await using rig = await Rig.start({ endpoint: { tlsServerName: '127.0.0.1' } });
  await rig.expectIntact();
  await using other = await Rig.startUnsynced({ endpoint: { tlsServerName: '127.0.0.2' } });
  await expect(other.client.raw('/livez')).rejects.toMatchObject({ kind: 'TlsHostname' });
  await other.expectNothingLeft();
});

test('a server’s own certificate may serve as its authority', async () => {
  const pair = await serverPair();
  await using rig = await Rig.startUnsynced({ endpoint: { certificateAuthority: pair.cert } });
  const { port } = rig.server;
  await rig.server.stop();
  rig.server = await FakeApiServer.start({ pair, port });
  await eventually(async () => expect(await rig.client.raw('/livez')).toBe('ok'));
  await rig.expectIntact();
});

test('a server that speaks HTTP/1.1 only after a restart is followed, and the watch goes on', async () => {
  await using rig = await Rig.start();
  await rig.client.raw('/livez');
  const { port, objects } = rig.server;
  await rig.server.stop();
  rig.server = await FakeApiServer.start({ pair: await serverPair(), protocol: 'http/1.1', objects, port });
  // Nothing was sent where the protocol turned out to be another one, so that even a create is tried again.
  expect(await rig.client.create(resources.configMaps, configMap('created'))).toMatchObject(
    configMap('created'),
  );
  await rig.expectIntact();
});

test('a server that is away for a while is found again when it is back, and a nudge finds it sooner', async () => {
  await using rig = await Rig.start();
  const { port, objects } = rig.server;
  await rig.server.stop();
  await eventually(() => rig.failures.length >= 3);
  expect(rig.failures.at(-1)).toMatchObject({ name: 'UnreachableError', kind: 'Refused' });
  rig.server = await FakeApiServer.start({ pair: await serverPair(), objects, port });
  rig.reflector.nudge();
  await rig.expectIntact();
});

async function clientCredential(user: string): Promise<Credential> {
  const certificate = await issueCertificate(
    await rigAuthority(),
    { for: 'client', user, groups: [] },
    new Date(),
  );
  return { certificate };
}

test('a new client certificate moves calls and watches to new connections, and no event is lost', async () => {
  const [first, second] = [await clientCredential('first'), await clientCredential('second')];
  const credentials = new RotatingCredentials(first, () => second);
  const { certificate: clientAuthority } = await rigAuthority();
  await using rig = await Rig.start({
    credentials,
    server: { clientAuthority },
    client: { transport: { retireGraceMs: 200 } },
  });
  await rig.client.raw('/livez');
  const old = [...rig.server.sockets];
  credentials.current = second;
  for (let round = 0; round < 5; round++) {
    rig.churn(`swap-${round}`);
    await rig.client.apply(resources.configMaps, configMap(`applied-${round}`));
  }
  await eventually(() => old.every((socket) => socket.destroyed), 'the end of the old connections');
  await rig.converged();
  expect(rig.reflector.counts.lists).toBe(1);
  await rig.expectIntact();
});

test('calls of all kinds under way survive the change of the certificate', async () => {
  const [first, second] = [await clientCredential('first'), await clientCredential('second')];
  const credentials = new RotatingCredentials(first, () => second);
  const { certificate: clientAuthority } = await rigAuthority();
  await using rig = await Rig.start({ credentials, server: { clientAuthority } });
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 10 }, (_, i) =>
      rig.client.create(resources.configMaps, configMap(`created-${round}-${i}`)),
    );
    credentials.current = round % 2 === 0 ? second : first;
    expect(await Promise.all(calls)).toHaveLength(10);
  }
  await rig.expectIntact();
});

test('closing the client ends watches of a certificate that was replaced before', async () => {
  const [first, second] = [await clientCredential('first'), await clientCredential('second')];
  const credentials = new RotatingCredentials(first, () => second);
  await using rig = await Rig.start({ credentials });
  credentials.current = second;
  expect(await rig.client.raw('/livez')).toBe('ok');
  await rig.expectNothingLeft();
});

test.each([
  { name: 'a key that is no PEM', certificate: { cert: 'x', key: 'secret-key' } },
  { name: 'another certificate’s key', certificate: undefined },
])('$name is told as such, without the key', async ({ certificate }) => {
  const [one, other] = [await clientCredential('one'), await clientCredential('other')];
  const mixed = { cert: one.certificate?.cert ?? '', key: other.certificate?.key ?? '' };
  const credentials = new RotatingCredentials({ certificate: certificate ?? mixed }, () => one);
  await using rig = await Rig.startUnsynced({ credentials });
  const failure = String(await rig.client.raw('/livez').catch((error: unknown) => error));
  expect(failure).toContain('the client certificate and its key cannot be used');
  expect(failure).not.toContain('secret-key');
  await rig.expectNothingLeft();
});
