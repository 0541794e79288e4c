import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pluginBundles } from '../../plugins/bundles.ts';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { binary, waitFor } from '../bed/index.ts';
import {
  conditionOf,
  Fleet,
  fleetNamespace,
  metricValue,
  OperatorProcess,
  type ProfileOptions,
  type RunningOperator,
  ScriptedPlugin,
  type Spoke,
} from '../fleet/index.ts';
import { TcpRelay } from '../support/tcp-relay.ts';

const apiVersion = 'client.authentication.k8s.io/v1';
/** The names that their images give them. */
const upstream = { secretreader: 'upstream-secretreader', kubeconfig: 'upstream-kubeconfig-secretreader' };
const bundled = { secretreader: 'bundled-secretreader', kubeconfig: 'bundled-kubeconfig-secretreader' };

let fleet: Fleet;
let first: Spoke;
let second: Spoke;
/** The ways to the two spokes, which tell whether they are connected. */
let toFirst: TcpRelay;
let toSecond: TcpRelay;
let operator: RunningOperator;
/** By the names of providers. */
let commands: ReadonlyMap<string, string>;
let scripted: ScriptedPlugin;
const onFirst = { namespace: 'on-first', name: 'knative' };
const onSecond = { namespace: 'on-second', name: 'knative' };

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 2 });
  [first, second] = [fleet.spoke(0), fleet.spoke(1)];
  [toFirst, toSecond] = await Promise.all([wayTo(first), wayTo(second)]);
  commands = await pluginCommands(join(fleet.bed.directory, 'access-plugins'));
  scripted = await ScriptedPlugin.create(join(fleet.bed.directory, 'scripted'));
  const { token } = await first.cluster.issueToken({ serviceAccount: 'hub' });
  await fleet.put(resources.secrets, tokenSecret('member-1', token));
  await scripted.answer((await second.cluster.issueToken({ serviceAccount: 'hub' })).token);
  await Promise.all([offerFirst(upstream.kubeconfig), offerSecond()]);
  operator = await fleet.startOperator({
    providers: providers(),
    // Our plugins run on the node that is found first.
    env: {
      KUBECONFIG: fleet.bed.hub.kubeconfig,
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    },
  });
  await fleet.createServing({ ...onFirst, profile: first.profile });
  await fleet.createServing({ ...onSecond, profile: second.profile });
  await Promise.all([fleet.waitForReady(onFirst), fleet.waitForReady(onSecond)]);
});

afterAll(async () => {
  await Promise.all([toFirst.stop(), toSecond.stop()]);
  await fleet[Symbol.asyncDispose]();
});

function wayTo({ cluster }: Spoke): Promise<TcpRelay> {
  return TcpRelay.start(Number(new URL(cluster.server).port));
}

/** The plugins that SIG Multicluster publishes, and our own, as executables below one directory. */
async function pluginCommands(directory: string): Promise<ReadonlyMap<string, string>> {
  await mkdir(directory);
  const path = (name: string): string => join(directory, `${name}-plugin`);
  for (const bundle of pluginBundles(directory)) {
    await build({ ...bundle, logLevel: 'warning' });
    await chmod(bundle.outfile, 0o755);
  }
  await copyFile(await binary('secretreader'), path(upstream.secretreader));
  await copyFile(await binary('kubeconfig-secretreader'), path(upstream.kubeconfig));
  return new Map([
    [upstream.secretreader, path(upstream.secretreader)],
    [upstream.kubeconfig, path(upstream.kubeconfig)],
    [bundled.secretreader, path('secretreader')],
    [bundled.kubeconfig, path('kubeconfig-secretreader')],
  ]);
}

/** What the secretreader reads; without another word in its kubeconfig the hub's namespace is `default`. */
function tokenSecret(name: string, token: string): KubeObject {
  const data = { token: Buffer.from(token).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' }, data };
}

/** As the multi-cluster documentation of Knative writes it. */
function provider(name: string, command: string, more: object = {}): object {
  return { name, execConfig: { apiVersion, command, provideClusterInfo: true, ...more } };
}

function providers(scriptedArgs: readonly string[] = []): { readonly providers: readonly object[] } {
  return {
    providers: [
      ...[...commands].map(([name, command]) => provider(name, command)),
      provider('scripted', scripted.command, { args: scriptedArgs }),
    ],
  };
}

function offerFirst(name: string): Promise<void> {
  const execConfig = name.endsWith('kubeconfig-secretreader')
    ? { name: first.profile, key: 'value', namespace: fleetNamespace }
    : { clusterName: 'member-1' };
  return offer(first, toFirst, { provider: name, execConfig });
}

function offerSecond(server?: string): Promise<void> {
  return offer(second, toSecond, { provider: 'scripted', ...(server === undefined ? {} : { server }) });
}

function offer(
  { profile, cluster }: Spoke,
  { port }: TcpRelay,
  changes: Partial<ProfileOptions>,
): Promise<void> {
  const { certificateAuthority } = cluster;
  return fleet.putProfile({
    name: profile,
    server: `https://127.0.0.1:${port}`,
    certificateAuthority,
    ...changes,
  });
}

/**
 * How often plugins were run, over all clusters unless labels tell which: a cluster that is reached anew
 * needs its credentials anew. Connections do not tell, because the one for calls closes at rest.
 */
function credentialFetches(labels: Readonly<Record<string, string>> = {}): Promise<number> {
  return metricValue(operator.metricsUrl, 'wheelwright_credential_fetch_total', labels);
}

describe('as the command of a provider', () => {
  test.each([bundled.secretreader, bundled.kubeconfig, upstream.secretreader, upstream.kubeconfig])(
    '%s works unchanged',
    async (name) => {
      await offerFirst(name);
      const target_cluster = `${fleetNamespace}/${first.profile}`;
      await waitFor('the cluster is reached by it', async () => {
        const labels = { target_cluster, provider: name };
        return (await metricValue(operator.metricsUrl, 'wheelwright_cluster_info', labels)) === 1;
      });
      await fleet.waitForReady(onFirst);
      const succeeded = await credentialFetches({ provider: name, outcome: 'ok' });
      expect(succeeded).toBeGreaterThanOrEqual(1);
      expect(await credentialFetches({ provider: name })).toBe(succeeded);
    },
  );
});

describe('a provider file that changes', () => {
  // One for watches, and one for calls as long as there are any.
  beforeEach(async () => {
    await waitFor('both spokes are connected', () => toFirst.open > 0 && toSecond.open > 0);
  });

  test('moves only the clusters whose provider is another now', async () => {
    const before = await credentialFetches();
    const accepted = toSecond.accepted;
    const runs = (await scripted.runs()).length;
    await fleet.writeProviders(providers(['--more']), operator.providerFile);
    await waitFor('the plugin is run with the new arguments', async () => {
      const [last] = (await scripted.runs()).slice(-1);
      return last?.args[0] === '--more';
    });
    await waitFor('the cluster is reached anew', () => toSecond.accepted > accepted);
    await fleet.waitForReady(onSecond);
    expect((await scripted.runs()).length).toBe(runs + 1);
    expect(await credentialFetches()).toBe(before + 1);
    const told = operator.process.log.find(({ msg }) => msg === 'access provider file changed');
    expect(told).toMatchObject({ changed: ['scripted'] });
  });

  test('and cannot be used changes nothing but the log and an event', async () => {
    const before = await credentialFetches();
    const secret = 'not-for-anybody';
    await fleet.writeProviders(`{"providers": [{"name": "${secret}"`, operator.providerFile);
    const line = await operator.process.waitForLog('that it cannot be used', ({ msg }) =>
      msg.startsWith('access provider file cannot be used'),
    );
    expect(line.level).toBe('error');
    expect(JSON.stringify(line)).toContain('it must be JSON');
    const event = await waitFor('an event says so', async () => {
      const { items } = await fleet.hub.list(resources.events);
      return items.find(({ reason }) => reason === 'ProviderFileInvalid');
    });
    expect(event).toMatchObject({ type: 'Warning', regarding: { kind: 'Namespace', name: fleetNamespace } });
    expect(operator.process.output).not.toContain(secret);
    expect(await credentialFetches()).toBe(before);

    // The last good one stays in force: a profile that moves now is still reached.
    const runs = (await scripted.runs()).length;
    await offerSecond(`https://localhost:${toSecond.port}`);
    await waitFor('the plugin is run', async () => (await scripted.runs()).length > runs);
    await fleet.waitForReady(onSecond);
    await fleet.writeProviders(providers(['--more']), operator.providerFile);
    await operator.process.waitForLog('that it is usable', ({ msg }) => msg.includes('usable again'));
  });

  test('and drops a provider ends the access of its clusters and of no others', async () => {
    const before = await credentialFetches();
    const kept = providers().providers.filter((entry) => !JSON.stringify(entry).includes('"scripted"'));
    await fleet.writeProviders({ providers: kept }, operator.providerFile);
    const object = await fleet.waitForCondition(
      onSecond,
      'TargetClusterResolved',
      'False',
      'MulticlusterDisabled',
    );
    expect(conditionOf(object, 'TargetClusterResolved')?.message).toContain('[scripted]');
    await waitFor('its connections are closed', () => toSecond.open === 0);

    await fleet.writeProviders(providers(), operator.providerFile);
    await fleet.waitForReady(onSecond);
    expect(await credentialFetches()).toBe(before + 1);
  });
});

/** Runs the operator with flags of its own until it ends by itself. */
async function ended(flags: readonly string[]): Promise<{ readonly code: unknown; readonly output: string }> {
  const process = new OperatorProcess({ flags: [...quiet(), ...flags] });
  const code = await process.exited;
  return { code, output: process.output };
}

function quiet(): readonly string[] {
  return [
    `--kubeconfig=${fleet.bed.hub.kubeconfig}`,
    '--metrics-bind-address=0',
    '--health-probe-bind-address=0',
  ];
}

describe('an operator does not start', () => {
  const badFiles: readonly [string, unknown, string][] = [
    ['is no JSON', '{"providers": ', 'it must be JSON'],
    [
      'has an unknown policy',
      { providers: [{ ...provider('a', '/bin/a'), profileSourcedCLIArgsPolicy: 'Prepend' }] },
      'profileSourcedCLIArgsPolicy',
    ],
    [
      'names a plugin that is not where plugins must be',
      { providers: [provider('a', '/bin/sh')] },
      '/bin/sh',
    ],
    ['has a relative command', { providers: [provider('a', './plugin')] }, './plugin'],
    ['has a provider twice', { providers: [provider('a', '/bin/a'), provider('a', '/bin/b')] }, 'unique'],
  ];

  test('with a provider file that cannot be used', async () => {
    const missing = join(fleet.bed.directory, 'no-such-file.json');
    const files = badFiles.map(async ([what, content, says]) => {
      return { what, path: await fleet.writeProviders(content), says };
    });
    const cases = [
      { what: 'is missing', path: missing, says: 'no such file' },
      ...(await Promise.all(files)),
    ];
    const outcomes = await Promise.all(
      cases.map(async ({ path }) =>
        ended([
          `--clusterprofile-provider-file=${path}`,
          `--access-plugin-dirs=${fleet.bed.directory},/bin/a`,
        ]),
      ),
    );
    const told = outcomes.map(({ code, output }, index) => {
      const { what, path, says } = cases[index] ?? { what: '', path: '', says: '' };
      return { what, code, names: output.includes(path), says: output.includes(says) ? says : output };
    });
    expect(told).toEqual(cases.map(({ what, says }) => ({ what, code: 2, names: true, says })));
  });

  test.each(['--remote-deployments-poll-interval=soon', '--access-plugin-timeout=500ms'])(
    'with %s',
    async (flag) => {
      const { code, output } = await ended([flag]);
      expect(code).toBe(2);
      expect(output).toContain(flag.slice(0, flag.indexOf('=')));
      expect(output).toContain(`'${flag.slice(flag.indexOf('=') + 1)}'`);
    },
  );
});

test.each([
  ['500ms', '10s'],
  ['0', '10s'],
  ['30s', '30s'],
])('--remote-deployments-poll-interval=%s means %s, and the log says so', async (value, effective) => {
  const flags = [...quiet(), '--disable-ha', `--remote-deployments-poll-interval=${value}`];
  const process = new OperatorProcess({ flags });
  const line = await process.waitForLog('the interval', ({ msg }) => msg.includes('poll interval'));
  await process.kill();
  expect(line.msg).toBe(`Remote deployments poll interval: ${effective}`);
});
