import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { builtinProviders, Fleet, fleetNamespace, OperatorProcess } from '../fleet/index.ts';
import { TcpRelay } from '../support/tcp-relay.ts';

let fleet: Fleet;
let providers: string;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0 });
  providers = await fleet.writeProviders(builtinProviders);
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

async function listening(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listening();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

interface Started {
  readonly process: OperatorProcess;
  readonly health: string;
}

/** An operator that nobody has waited for. */
async function start(flags: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const port = await freePort();
  const process = new OperatorProcess({
    flags: [
      `--kubeconfig=${fleet.bed.hub.kubeconfig}`,
      `--namespace=${fleetNamespace}`,
      '--metrics-bind-address=0',
      `--health-probe-bind-address=127.0.0.1:${port}`,
      '--download-manifests=false',
      `--clusterprofile-provider-file=${providers}`,
      ...flags,
    ],
    env,
  });
  return { process, health: `http://127.0.0.1:${port}` };
}

async function ask(url: string): Promise<string> {
  const response = await fetch(url);
  return `${response.status} ${await response.text()}`;
}

function answers(url: string, wanted: string, timeoutMs = 30_000): Promise<unknown> {
  return waitFor(
    `${url} answers ${wanted}`,
    async (saw) => {
      const answer = await ask(url).catch(String);
      saw(answer);
      return answer.includes(wanted);
    },
    { timeoutMs },
  );
}

/** Ids of the processes that this one started, while it runs. */
async function childrenOf(pid: number): Promise<readonly string[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = tasks.map((task) => readFile(join(`/proc/${pid}/task`, task, 'children'), 'utf8'));
  return (await Promise.all(lists)).flatMap((list) => list.split(' ').filter((id) => id !== ''));
}

describe('an operator whose hub is away', () => {
  test('is alive and not ready, and ends at once when it is told to', async () => {
    const { process, health } = await start([`--server=https://127.0.0.1:${await freePort()}`]);
    await process.waitForLog('that it waits', ({ msg }) => msg === 'the hub cannot be reached');
    expect(await ask(`${health}/healthz`)).toBe('200 ok\n');
    expect(await ask(`${health}/readyz`)).toContain('[-]hub failed: the hub has not been reached yet');
    // The test ends before its deadline only where the process does.
    expect(await process.stop()).toBe(0);
    expect(process.log.at(-1)?.msg).toBe('operator stopped');
  });

  test('is not ready while its watches cannot return, and ready when they can', async () => {
    const hubPort = Number(new URL(fleet.bed.hub.server).port);
    const relay = await TcpRelay.start(hubPort);
    const { process, health } = await start([`--server=https://127.0.0.1:${relay.port}`]);
    try {
      await answers(`${health}/readyz`, '200 ok');
      relay.retarget(await freePort());
      relay.cut();
      await answers(`${health}/readyz`, '[-]knativeserving-watch-returns failed', 60_000);
      await answers(`${health}/readyz`, '[-]clusterprofile-watch-returns failed', 60_000);
      expect(await ask(`${health}/healthz`)).toBe('200 ok\n');
      relay.retarget(hubPort);
      await answers(`${health}/readyz`, '200 ok', 60_000);
      expect(await process.stop()).toBe(0);
    } finally {
      await process.kill();
      await relay.stop();
    }
  });
});

test('an operator that is told to stop leaves no Lease, no process and no port behind', async () => {
  const { process, health } = await start([]);
  const holders = async (): Promise<readonly unknown[]> => {
    const { items } = await fleet.hub.list(resources.leases, { namespace: fleetNamespace });
    return items.map(({ spec }) => (spec as { readonly holderIdentity?: string }).holderIdentity ?? '');
  };
  const { identity } = await process.waitForLog(
    'that it has started',
    ({ msg }) => msg === 'operator started',
  );
  await waitFor('it holds the Leases of both components', async (saw) => {
    const held = await holders();
    saw(held);
    return held.filter((holder) => holder === identity).length === 2;
  });
  const children = await childrenOf(process.pid);
  expect(await process.stop()).toBe(0);
  expect(process.log.at(-1)?.msg).toBe('operator stopped');
  expect((await holders()).filter((holder) => holder !== '')).toEqual([]);
  expect(children).toEqual([]);
  await expect(fetch(`${health}/healthz`)).rejects.toThrow('fetch failed');
});

describe('an operator does not start, and says why,', () => {
  test.each(['metrics', 'health-probe'])('where the port of its %s address is taken', async (what) => {
    const { server, port } = await listening();
    const { process } = await start([`--${what}-bind-address=127.0.0.1:${port}`]);
    expect(await process.exited).toBe(2);
    expect(process.output).toContain(`--${what}-bind-address cannot listen on 127.0.0.1:${port}`);
    expect(process.output).not.toContain('bug');
    server.close();
  });

  const refusals: readonly [string, string][] = [
    ['--server=not-a-url', 'must be a URL like https://host:6443/prefix'],
    ['--server=ftp://hub.example.com', 'must begin with https://'],
    ['--kubernetes-min-version=new', 'must be a version with three numbers'],
    ['--namespace=Not_A_Name', 'must be the name of a namespace'],
    ['--manifests-dir=/no/such/place', 'must be a directory'],
    ['--clusterprofile-provider-file=/no/such/file', 'there is no such file'],
    ['--leader-election-buckets=11', 'must be from 1 to 10'],
    ['--context=nowhere', "must contain 'nowhere'"],
    ['--no-such-flag', "Unknown option '--no-such-flag'"],
  ];

  test('with flags that cannot be used', async () => {
    const outcomes = await Promise.all(
      refusals.map(async ([flag, rule]) => {
        const { process } = await start([flag]);
        const code = await process.exited;
        return { flag, code, says: process.output.includes(rule) ? rule : process.output };
      }),
    );
    expect(outcomes).toEqual(refusals.map(([flag, says]) => ({ flag, code: 2, says })));
  });
});

test('the login of the hub gets the environment that its user gave the operator, wherever it lies', async () => {
  const path = join(fleet.bed.directory, 'login.kubeconfig');
  const login = join(fleet.bed.directory, 'login');
  const { token } = await fleet.bed.hub.issueToken({ serviceAccount: 'login', namespace: fleetNamespace });
  const head = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"';
  await writeFile(login, `#!/bin/sh\nprintf '%s%s"}}' '${head}' "$AWS_PROFILE"\n`);
  await chmod(login, 0o755);
  const { server, certificateAuthority } = fleet.bed.hub;
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: login, interactiveMode: 'Never' };
  const authority = Buffer.from(certificateAuthority).toString('base64');
  await writeFile(
    path,
    JSON.stringify({
      'current-context': 'hub',
      contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'login' } }],
      clusters: [{ name: 'hub', cluster: { server, 'certificate-authority-data': authority } }],
      users: [{ name: 'login', user: { exec } }],
    }),
  );
  // No plugin's environment has this variable.
  const { process } = await start([`--kubeconfig=${path}`, '--access-plugin-dirs=/access-plugins'], {
    AWS_PROFILE: token,
  });
  await process.waitForLog('that it has started', ({ msg }) => msg === 'operator started');
  expect(await process.stop()).toBe(0);
});
