import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { FakeApiServer } from '../../test/support/fake-api-server/index.ts';
import { hurriedClock } from '../../test/support/hurried-clock.ts';
import { rigAuthority, serverPair } from '../../test/support/rig.ts';
import { type AccessError, ConnectionStarts, ExecRunner } from '../clusters/index.ts';
import { createLogger, type EventRecorder, Metrics } from '../controller/index.ts';
import { createKubeClient, fixedCredential, type KubeClient, resources } from '../kube/index.ts';
import { parseOperatorOptions } from './options.ts';
import { createSpokeClusters, type SpokeClusters } from './spoke-clusters.ts';

const reference = { namespace: 'fleet', name: 'ap-1' };
const key = 'fleet/ap-1';

let directory: string;
let file: string;
let hub: FakeApiServer;
let client: KubeClient;
let spokes: SpokeClusters;
let metrics: Metrics;
let lines: string[];
let events: Parameters<EventRecorder['record']>[0][];
let problems: AccessError[];
let life: AbortController;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelwright-spokes-'));
  file = join(directory, 'providers.json');
  await writeProviders({});
  hub = await FakeApiServer.start({ pair: await serverPair() });
  hub.resources.push(resources.clusterProfiles);
  const { certificate } = await rigAuthority();
  client = createKubeClient({
    cluster: 'hub',
    endpoint: { server: hub.url, certificateAuthority: certificate },
    credentials: fixedCredential({ token: 'token' }),
  });
  [lines, events, problems, metrics, life] = [[], [], [], new Metrics(), new AbortController()];
  const clock = hurriedClock(20);
  const flags = { 'clusterprofile-provider-file': file, 'allow-insecure-spokes': true };
  spokes = await createSpokeClusters({
    options: parseOperatorOptions({ flags, env: {}, home: directory, identity: 'op-1' }),
    hub: client,
    namespace: 'here',
    inside: false,
    runner: new ExecRunner({ clock, environment: {}, commands: {} }),
    starts: new ConnectionStarts(clock),
    userAgent: 'test',
    clock,
    log: createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
    metrics,
    events: { record: (details) => void events.push(details) },
    beforeRequest: () => undefined,
    onChange: () => undefined,
    onProviderProblem: (problem) => void problems.push(problem),
  });
});

afterEach(async () => {
  life.abort();
  await spokes.close();
  await client.close();
  await hub.stop();
  await rm(directory, { recursive: true });
});

function writeProviders(more: object): Promise<void> {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'builtin:secretreader', ...more };
  return writeFile(file, JSON.stringify({ providers: [{ name: 'tokens', execConfig: exec }] }));
}

test('a provider file that is changed to something odd is warned of then, not only at the start', async () => {
  expect(lines.join('')).not.toContain('takes no args and env');
  await writeProviders({ args: ['--verbose'] });
  await eventually(() => expect(lines.join('')).toContain('takes no args and env'));
});

test('a provider file that is changed to something of no use is counted', async () => {
  const name = 'wheelwright_provider_file_reload_failures_total';
  expect(await metrics.text()).toContain(`${name} 0`);
  await writeFile(file, '{"providers": ');
  await eventually(async () => expect(await metrics.text()).toContain(`${name} 1`));
  expect(problems).toHaveLength(1);
});

test('what is odd about a profile in use is told once, and when its CA ends is shown', async () => {
  const { certificate } = await rigAuthority();
  const cluster = {
    server: hub.url,
    'certificate-authority-data': Buffer.from(certificate).toString('base64'),
    'certificate-authority': '/etc/ca.crt',
    extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { clusterName: 'ap-1' } }],
  };
  const condition = { type: 'ControlPlaneHealthy', status: 'True', reason: '', message: '' };
  hub.objects.put(resources.clusterProfiles, {
    apiVersion: 'multicluster.x-k8s.io/v1alpha1',
    kind: 'ClusterProfile',
    metadata: reference,
    status: { conditions: [condition], credentialProviders: [{ name: 'tokens', cluster }] },
  });
  void spokes.profiles.run(life.signal);
  await spokes.profiles.settled(life.signal);
  for (const user of ['a', 'b']) void spokes.clusters.resolve(reference, { user });
  await eventually(() => expect(events).toHaveLength(2));
  expect(events.map(({ note }) => note)).toEqual([
    'status.credentialProviders is deprecated; the cluster manager must write status.accessProviders',
    'certificate-authority names a file of the cluster manager and is ignored',
  ]);
  const metric = 'wheelwright_cluster_authority_expiry_timestamp_seconds';
  expect(await metrics.text()).toContain(`${metric}{target_cluster="${key}"}`);
});
