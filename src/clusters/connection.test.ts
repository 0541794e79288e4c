import { equal } from 'node:assert/strict';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import {
  type CredentialSource,
  ForbiddenError,
  ProtocolError,
  ServerError,
  ThrottledError,
} from '../kube/index.ts';
import { AccessError } from './access/index.ts';
import type { Cluster } from './cluster.ts';
import { Connection, ConnectionLostError, type ConnectionOptions } from './connection.ts';
import { ConnectionStarts } from './connection-starts.ts';
import { FakeServer, refused, silent, unauthorized } from './testing/fake-cluster-client.ts';

const gone = new AccessError('SecretNotFound', 'Secret fleet/ap-1 does not exist');

class Fixture {
  readonly clock = new ManualClock();
  readonly server = new FakeServer();
  /** The phase of each change that was told. */
  readonly told: string[] = [];
  readonly credentials = {
    get: vi.fn<CredentialSource['get']>(async () => ({ token: 't' })),
    invalidate: vi.fn<CredentialSource['invalidate']>(),
    close: vi.fn<CredentialSource['close']>(),
  };
  readonly connection: Connection;

  constructor({ starts }: Pick<ConnectionOptions, 'starts'> = {}) {
    this.connection = new Connection({
      id: 'clusterprofile#fleet/ap-1',
      name: 'fleet/ap-1',
      endpoint: { server: 'https://ap-1' },
      credentials: this.credentials,
      connectClient: this.server.connect,
      starts,
      clock: this.clock,
      random: () => 0,
      onChange: () => this.told.push(this.connection.state.phase),
    });
    onTestFinished(async () => {
      await this.connection.close();
      await this.clock.advance(0);
      equal(this.clock.sleeping, 0);
      equal(this.server.open, 0);
    });
  }

  async connected(): Promise<Cluster> {
    const cluster = await this.connection.cluster();
    await this.clock.advance(0);
    return cluster;
  }

  /** Connected, and lost because the server refuses connections. */
  async lost(): Promise<Cluster> {
    const cluster = await this.connected();
    this.server.state = refused;
    this.server.trouble();
    await this.clock.advance(1_000);
    return cluster;
  }
}

test('nothing is connected until somebody asks, and all who ask share one connection', async () => {
  const { connection, server, told, clock } = new Fixture();
  await clock.advance(60_000);
  expect(server.clients).toBe(0);
  const [one, another] = await Promise.all([connection.cluster(), connection.cluster()]);
  expect(one).toBe(another);
  expect(await connection.cluster()).toBe(one);
  expect(one).toMatchObject({
    id: 'clusterprofile#fleet/ap-1',
    name: 'fleet/ap-1',
    generation: 1,
    serverVersion: 'v1.36.1',
  });
  expect(one.signal.aborted).toBe(false);
  expect(server.clients).toBe(1);
  expect(told).toEqual(['connected']);
});

test('what hinders a connection is told to all who ask, without asking the server again', async () => {
  const { connection, server, told } = new Fixture();
  server.state = refused;
  await expect(connection.cluster()).rejects.toBe(refused);
  await expect(connection.cluster()).rejects.toBe(refused);
  expect(server).toMatchObject({ asked: 1, open: 0 });
  expect(told).toEqual(['lost']);
  expect(connection.state).toMatchObject({ phase: 'lost', stale: false, failures: 1 });
});

test('attempts go on later and later, up to a minute apart, until one succeeds', async () => {
  const { connection, server, clock, told } = new Fixture();
  server.state = refused;
  await connection.cluster().catch(() => undefined);
  const waits: number[] = [];
  for (let attempt = 2; attempt <= 9; attempt++) {
    const from = clock.monotonic();
    while (server.asked < attempt) await clock.advance(500);
    waits.push(clock.monotonic() - from);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  server.state = undefined;
  await clock.advance(30_000);
  expect(told.at(-1)).toBe('connected');
  await expect(connection.cluster()).resolves.toMatchObject({ generation: 1 });
});

test('a slow access provider is not taken for a slow server', async () => {
  const { connection, server, credentials } = new Fixture();
  const credential = Promise.withResolvers<{ token: string }>();
  credentials.get.mockReturnValueOnce(credential.promise);
  const cluster = connection.cluster();
  await Promise.resolve();
  expect(server.asked).toBe(0);
  credential.resolve({ token: 't' });
  await expect(cluster).resolves.toBeDefined();
});

test('trouble alone is no loss: the server is asked, and asked again', async () => {
  const { connection, server, clock, told } = new Fixture();
  await connection.cluster();
  server.state = silent;
  server.trouble();
  await clock.advance(500);
  server.state = undefined;
  await clock.advance(500);
  expect(server.asked).toBe(3);
  expect(connection.state.phase).toBe('connected');
  expect(told).toEqual(['connected']);
});

test('a slow server has its time also where the connection to it was reset before', async () => {
  const { connection, server, clock, told } = new Fixture();
  await connection.cluster();
  server.state = refused;
  server.trouble();
  await clock.advance(500);
  server.state = undefined;
  server.takesMs = 4_000;
  await clock.advance(500);
  expect(server.asked).toBe(3);
  expect(told).toEqual(['connected']);
});

test.each([
  ['at once', 0, 5_000],
  ['after three seconds', 3_000, 3_000],
  ['when its time was over', 5_000, 1_000],
])('where the first question failed %s, the second one has what it left', async (_what, tookMs, leftMs) => {
  const { connection, server, clock } = new Fixture();
  await connection.cluster();
  server.state = 'hang';
  server.trouble();
  await clock.advance(tookMs);
  expect(server.patienceMs).toBe(5_000);
  server.answer(silent);
  await clock.advance(1_000);
  expect(server.patienceMs).toBe(leftMs);
  expect(connection.state.phase).toBe('lost');
});

const version = { cluster: 'c', verb: 'get', resource: '/version' };

test.each([
  ['forbids', new ForbiddenError(version, { message: 'no' })],
  ['is busy', new ThrottledError(version, { message: 'later', httpStatus: 429 })],
  ['is broken', new ServerError(version, { message: 'oh', httpStatus: 500, reason: 'InternalError' })],
])('a server that %s is there', async (_what, error) => {
  const fixture = new Fixture();
  await fixture.connected();
  fixture.server.state = error;
  fixture.server.trouble();
  await fixture.clock.advance(10_000);
  expect(fixture.connection.state.phase).toBe('connected');
  expect(fixture.server.asked).toBe(2);
});

test.each([
  ['the text of a tunnel', new ServerError(version, { message: 'HTTP 502: no agent', httpStatus: 502 })],
  ['the text of a proxy', new ProtocolError(version, { message: 'HTTP 400: who?', httpStatus: 400 })],
  ['a page', new ProtocolError(version, { message: 'this is not a Kubernetes API server' })],
])('a server in whose place somebody else answers with %s is lost', async (_what, error) => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  fixture.server.state = error;
  fixture.connection.suspect(cluster);
  await fixture.clock.advance(1_000);
  expect(fixture.connection.state).toMatchObject({ phase: 'lost', stale: true, error });
  expect(cluster.signal.aborted).toBe(true);
});

test('when the server was last heard of is known, also after it was lost', async () => {
  const fixture = new Fixture();
  expect(fixture.connection.lastContactMs).toBeUndefined();
  await fixture.connected();
  await fixture.clock.advance(5_000);
  fixture.server.contact();
  const heard = fixture.clock.now();
  await fixture.clock.advance(60_000);
  expect(fixture.connection.lastContactMs).toBe(heard);
  fixture.server.state = refused;
  fixture.server.trouble();
  await fixture.clock.advance(1_000);
  expect(fixture.connection.lastContactMs).toBe(heard);
});

test('a server that falls silent is lost, stale until the next attempt has failed as well, and found again', async () => {
  const fixture = new Fixture();
  const { connection, server, clock, told } = fixture;
  const { signal } = await fixture.lost();
  expect(connection.state).toMatchObject({ phase: 'lost', stale: true, error: refused });
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toBeInstanceOf(ConnectionLostError);
  expect(server.open).toBe(0);

  await clock.advance(1_000);
  expect(connection.state).toMatchObject({ phase: 'lost', stale: false, failures: 2 });
  server.state = undefined;
  await clock.advance(2_000);
  await expect(connection.cluster()).resolves.toMatchObject({ generation: 2 });
  expect(told).toEqual(['connected', 'lost', 'lost', 'connected']);
});

test('while an attempt after a loss is under way, callers are told of the loss at once', async () => {
  const fixture = new Fixture();
  const { connection, server, clock } = fixture;
  await fixture.lost();
  server.state = 'hang';
  await clock.advance(1_000);
  expect(connection.state).toMatchObject({ phase: 'connecting', previous: { stale: true } });
  await expect(connection.cluster()).rejects.toBe(refused);
});

test('connections that do not last are made later and later; one that lasted makes up for it', async () => {
  const fixture = new Fixture();
  const { connection, server, clock } = fixture;
  await fixture.lost();
  server.state = undefined;
  await clock.advance(1_000);
  server.state = refused;
  server.trouble();
  await clock.advance(1_000);
  expect(connection.state).toMatchObject({ phase: 'lost', failures: 2 });

  server.state = undefined;
  await clock.advance(2_000 + 120_000);
  server.state = refused;
  server.trouble();
  await clock.advance(1_000);
  expect(connection.state).toMatchObject({ phase: 'lost', failures: 0 });
});

test.each([
  ['refuses the credential', (fixture: Fixture) => (fixture.server.state = unauthorized), unauthorized],
  [
    'can be had no credential for',
    (fixture: Fixture) => fixture.credentials.get.mockRejectedValue(gone),
    gone,
  ],
])('a server that %s is lost at once, and that is no staleness', async (_what, happen, error) => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  happen(fixture);
  fixture.connection.suspect(cluster);
  await fixture.clock.advance(0);
  expect(fixture.connection.state).toMatchObject({ phase: 'lost', stale: false, error });
});

test('another credential is reason to look at once, whatever the state', async () => {
  const fixture = new Fixture();
  const { connection, server, clock } = fixture;
  connection.reconsider();
  await clock.advance(0);
  expect(server.clients).toBe(0);

  await fixture.connected();
  server.state = unauthorized;
  connection.reconsider();
  await clock.advance(0);
  expect(connection.state.phase).toBe('lost');

  server.state = undefined;
  connection.reconsider();
  await clock.advance(0);
  expect(connection.state.phase).toBe('connected');
});

test('a credential that changes while the server is asked has it asked once more', async () => {
  const fixture = new Fixture();
  await fixture.connected();
  fixture.server.trouble();
  fixture.connection.reconsider();
  await fixture.clock.advance(0);
  expect(fixture.server.asked).toBe(3);
});

test('trouble of a connection that was replaced concerns nobody', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  const { trouble } = fixture.server;
  fixture.server.state = unauthorized;
  trouble();
  await fixture.clock.advance(0);
  fixture.server.state = undefined;
  fixture.connection.reconsider();
  await fixture.clock.advance(0);
  const { asked } = fixture.server;
  trouble();
  fixture.connection.suspect(cluster);
  await fixture.clock.advance(10_000);
  expect(fixture.server.asked).toBe(asked);
});

test('close ends the attempt under way, and nothing comes after it', async () => {
  const { connection, server, clock, credentials, told } = new Fixture();
  server.state = 'hang';
  const cluster = connection.cluster();
  await clock.advance(0);
  const outcome = cluster.catch((error: unknown) => error);
  await connection.close();
  expect(await outcome).toBeInstanceOf(ConnectionLostError);
  await expect(connection.cluster()).rejects.toBeInstanceOf(ConnectionLostError);
  expect(credentials.close).toHaveBeenCalledOnce();
  await clock.advance(300_000);
  expect(server.asked).toBe(1);
  expect(told).toEqual([]);
});

test('close of a connection ends the work on it', async () => {
  const fixture = new Fixture();
  const { signal } = await fixture.connected();
  await fixture.connection.close();
  expect(signal.aborted).toBe(true);
});

test('it asks nothing before it is its turn, and gives the turn back', async () => {
  const starts = new ConnectionStarts(new ManualClock());
  const { signal } = new AbortController();
  const turns = await Promise.all(Array.from({ length: 64 }, async () => starts.enter(true, signal)));
  const { connection, clock, server } = new Fixture({ starts });
  const cluster = connection.cluster();
  await clock.advance(10_000);
  expect({ phase: connection.state.phase, asked: server.asked }).toEqual({ phase: 'connecting', asked: 0 });
  turns[0]?.();
  await cluster;
  expect(connection.state.phase).toBe('connected');
  await expect(starts.enter(true, signal)).resolves.toBeTypeOf('function');
});

test('a cluster whose credential was mended does not wait for those that are gone', async () => {
  const starts = new ConnectionStarts(new ManualClock());
  const fixture = new Fixture({ starts });
  const { connection, server, clock } = fixture;
  await fixture.lost();
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 64 }, async () => starts.enter(false, signal)));
  server.state = undefined;
  connection.reconsider();
  await clock.advance(0);
  expect(connection.state.phase).toBe('connected');
});
