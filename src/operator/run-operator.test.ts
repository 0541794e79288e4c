import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { FakeApiServer } from '../../test/support/fake-api-server/index.ts';
import { hurriedClock } from '../../test/support/hurried-clock.ts';
import { rigAuthority, serverPair } from '../../test/support/rig.ts';
import { createLogger } from '../controller/index.ts';
import { resources } from '../kube/index.ts';
import { type FlagValues, OptionError } from './flag-reader.ts';
import { parseOperatorOptions } from './options.ts';
import { runOperator } from './run-operator.ts';

const enough = new Error('enough');

let directory: string;
let port: number;
let hub: FakeApiServer | undefined;
let stop: AbortController;
let running: Promise<void> | undefined;
let handlesBefore: ReadonlyMap<string, number>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelwright-operator-'));
  stop = new AbortController();
  port = await freePort();
  handlesBefore = handles();
});

afterEach(async () => {
  stop.abort(enough);
  await running?.catch(() => undefined);
  running = undefined;
  await hub?.stop();
  hub = undefined;
  await rm(directory, { recursive: true });
});

/** What keeps a process alive, by kind. */
function handles(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Nothing is left that would keep the process alive, though its end may take a moment. */
async function expectNothingLeft(): Promise<void> {
  const more = (): string[] =>
    [...handles()].filter(([kind, count]) => count > (handlesBefore.get(kind) ?? 0)).map(([kind]) => kind);
  await eventually(() => expect(more()).toEqual([]), 'the end of everything', 5_000);
}

async function startHub(hubPort?: number): Promise<FakeApiServer> {
  hub = await FakeApiServer.start({
    pair: await serverPair(),
    ...(hubPort === undefined ? {} : { port: hubPort }),
  });
  const { leases, events, knativeServings, knativeEventings, clusterProfiles } = resources;
  hub.resources.push(leases, events, knativeServings, knativeEventings, clusterProfiles);
  const metadata = { name: 'kube-system' };
  hub.objects.put(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata });
  return hub;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return free;
}

async function kubeconfig(server: string, user: object = { token: 'a-token' }): Promise<string> {
  const path = join(directory, 'kubeconfig');
  const authority = Buffer.from((await rigAuthority()).certificate).toString('base64');
  const config = {
    'current-context': 'hub',
    contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'operator', namespace: 'here' } }],
    clusters: [{ name: 'hub', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'operator', user }],
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

async function providerFile(): Promise<string> {
  const path = join(directory, 'providers.json');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'builtin:secretreader' };
  await writeFile(path, JSON.stringify({ providers: [{ name: 'tokens', execConfig: exec }] }));
  return path;
}

interface Start {
  readonly flags: FlagValues;
  readonly env?: Readonly<Record<string, string>>;
  /** So many seconds pass in one. */
  readonly hurry?: number;
}

function start({ flags, env = {}, hurry = 1 }: Start): Promise<void> {
  const options = parseOperatorOptions({
    flags: {
      'metrics-bind-address': '0',
      'health-probe-bind-address': `127.0.0.1:${port}`,
      'download-manifests': 'false',
      ...flags,
    },
    env,
    home: directory,
    identity: 'op-1',
  });
  const log = createLogger({ level: 'silent' });
  const clock = hurriedClock(hurry);
  running = runOperator({ options, env, log, version: 'test', signal: stop.signal, clock });
  running.catch(() => undefined);
  return running;
}

async function ask(path: string): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  return { status: response.status, body: await response.text() };
}

describe('probes', () => {
  test('say that the process is alive and not ready, until the hub is reached and its objects are known', async () => {
    const hubPort = await freePort();
    const flags = { kubeconfig: await kubeconfig(`https://127.0.0.1:${hubPort}`) };
    void start({ flags, hurry: 20 });
    await eventually(async () => expect(await ask('/healthz')).toEqual({ status: 200, body: 'ok\n' }));
    const early = await ask('/readyz');
    expect(early.status).toBe(500);
    expect(early.body).toContain('[-]hub failed: the hub has not been reached yet');
    await startHub(hubPort);
    await eventually(async () => expect(await ask('/readyz')).toEqual({ status: 200, body: 'ok\n' }));
    expect((await ask('/readyz?verbose')).body).toContain('[+]clusterprofile-watch ok');
  });

  test('ask for the watches as soon as the hub counts as reached', async () => {
    const server = await startHub();
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    server.intercept(async ({ path }) => {
      if (!path.includes('selfsubjectreviews')) return false;
      asked.resolve();
      await answered.promise;
      return false;
    });
    void start({ flags: { kubeconfig: await kubeconfig(server.url) } });
    await asked.promise;
    expect(await ask('/readyz')).toMatchObject({ status: 500 });
    answered.resolve();
    await eventually(async () => expect(await ask('/readyz')).toMatchObject({ status: 200 }));
    expect((await ask('/readyz?verbose')).body).toContain('[+]knativeserving-watch ok');
  });

  test('say so once the watches are dead', async () => {
    const server = await startHub();
    const flags = { kubeconfig: await kubeconfig(server.url), 'disable-ha': true };
    void start({ flags, hurry: 100 });
    await eventually(async () => expect(await ask('/readyz')).toMatchObject({ status: 200 }));
    await server.stop();
    const watches = ['knativeserving-watch-alive', 'knativeeventing-watch-alive', 'clusterprofile-watch'];
    await eventually(async () => {
      const { status, body } = await ask('/readyz');
      expect(status).toBe(500);
      for (const watch of watches)
        expect(body).toContain(`[-]${watch} failed: the watch has been silent for`);
    });
    const { status, body } = await ask('/healthz');
    expect(status).toBe(500);
    expect(body).toContain('[-]clusterprofile-watch failed');
  });
});

test('a hub that lets nobody read ClusterProfiles does not make the operator sick', async () => {
  const server = await startHub();
  server.intercept((exchange) => {
    if (!exchange.path.includes('clusterprofiles')) return false;
    exchange.fail(403, 'Forbidden', 'clusterprofiles is forbidden');
    return true;
  });
  const flags = { kubeconfig: await kubeconfig(server.url), 'disable-ha': true };
  void start({ flags, hurry: 20 });
  await eventually(async () => expect(await ask('/readyz')).toMatchObject({ status: 200 }));
  const failures = (): number =>
    server.requests.filter(({ path }) => path.includes('clusterprofiles')).length;
  await eventually(() => expect(failures()).toBeGreaterThan(6));
  expect(await ask('/readyz')).toMatchObject({ status: 200 });
  expect((await ask('/healthz?verbose')).body).toContain('[+]clusterprofile-watch ok');
});

describe('nothing is left', () => {
  test('of an operator that is told to stop while it waits for the hub', async () => {
    const flags = {
      kubeconfig: await kubeconfig(`https://127.0.0.1:${await freePort()}`),
      'clusterprofile-provider-file': await providerFile(),
    };
    const ended = start({ flags });
    await eventually(async () => expect((await ask('/readyz')).status).toBe(500));
    stop.abort(enough);
    await expect(ended).rejects.toBe(enough);
    await expectNothingLeft();
  });

  test('of an operator that cannot have an address, and its flag is named', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, '127.0.0.1', resolve);
    });
    handlesBefore = handles();
    const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
    const flags = {
      kubeconfig: await kubeconfig('https://127.0.0.1:1'),
      'clusterprofile-provider-file': await providerFile(),
      'metrics-bind-address': address,
    };
    await expect(start({ flags })).rejects.toThrow(
      new OptionError(
        `--metrics-bind-address cannot listen on ${address}: something else listens there; name another address, or 0 for none`,
      ),
    );
    await expect(ask('/healthz')).rejects.toThrow('fetch failed');
    await expectNothingLeft();
    taken.close();
  });

  test('of an operator whose provider file cannot be used', async () => {
    const file = join(directory, 'none.json');
    const flags = {
      kubeconfig: await kubeconfig('https://127.0.0.1:1'),
      'clusterprofile-provider-file': file,
    };
    await expect(start({ flags })).rejects.toThrow('there is no such file');
    await expectNothingLeft();
  });

  test('of an operator without its manifests', async () => {
    const flags = { kubeconfig: await kubeconfig('https://127.0.0.1:1'), 'manifests-dir': '/no/such/place' };
    await expect(start({ flags })).rejects.toThrow(
      "--manifests-dir (env KO_DATA_PATH) must be a directory, not '/no/such/place' (there is none)",
    );
    await expectNothingLeft();
  });

  test('of an operator that did its work, and its Leases are free', async () => {
    const server = await startHub();
    const flags = {
      kubeconfig: await kubeconfig(server.url),
      'clusterprofile-provider-file': await providerFile(),
    };
    const ended = start({ flags });
    const holders = (): unknown[] =>
      server.objects
        .list({ resource: resources.leases })
        .map(({ spec }) => (spec as { readonly holderIdentity?: string }).holderIdentity);
    await eventually(() => expect(holders()).toEqual(['op-1', 'op-1']));
    stop.abort(enough);
    await ended;
    expect(holders().every((holder) => holder === '' || holder === undefined)).toBe(true);
    await eventually(() => server.sockets.size === 0, 'the end of all connections');
    await server.stop();
    await expectNothingLeft();
  });
});

test('the login of the hub runs with the whole environment, wherever it lies', async () => {
  const server = await startHub();
  const login = join(directory, 'login');
  const answer = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"of-'"$AWS_PROFILE"'"}}`;
  await writeFile(login, `#!/bin/sh\necho '${answer}'\n`);
  await chmod(login, 0o755);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: login,
    interactiveMode: 'Never',
  };
  const flags = {
    kubeconfig: await kubeconfig(server.url, { exec }),
    'access-plugin-dirs': '/access-plugins',
  };
  const env = { PATH: process.env['PATH'] ?? '', AWS_PROFILE: 'prod' };
  void start({ flags, env });
  await eventually(() => {
    expect(server.requests[0]?.headers['authorization']).toBe('Bearer of-prod');
  });
});
