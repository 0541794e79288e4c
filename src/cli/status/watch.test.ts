import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { FakeApiServer } from '../../../test/support/fake-api-server/index.ts';
import { rigAuthority, serverPair } from '../../../test/support/rig.ts';
import type { KubeObject } from '../../api/index.ts';
import { resources } from '../../kube/index.ts';
import { run } from '../run.ts';
import { clusterProfile, installation, lease, notReady } from '../testing/objects.ts';
import { testHost, type TestHost, type TestHostOptions } from '../testing/test-host.ts';

const waiting = notReady('DeploymentsAvailable', {
  reason: 'NotReady',
  message: 'Waiting on deployments: activator. WW3004',
});

describe('status --watch', () => {
  let server: FakeApiServer;
  let directory: string;
  let running: Promise<number>;
  let host: TestHost;

  beforeEach(async () => {
    server = await FakeApiServer.start({ pair: await serverPair() });
    server.resources.push(
      resources.leases,
      resources.clusterProfiles,
      resources.knativeServings,
      resources.knativeEventings,
    );
    for (const kind of ['serving', 'eventing'] as const)
      server.objects.put(resources.leases, { ...lease(kind), spec: { ...heldNow() } });
    server.objects.put(resources.clusterProfiles, clusterProfile('fleet/eu-1'));
    directory = await mkdtemp(join(tmpdir(), 'wheelwright-watch-'));
    await writeFile(join(directory, 'config'), await kubeconfig(server.url));
  });

  afterEach(async () => {
    host.interrupt();
    await running;
    await server.stop();
    await rm(directory, { recursive: true });
  });

  function watch(line: string, options: TestHostOptions = {}): void {
    host = testHost(options);
    const args = ['status', '--watch', '--kubeconfig', join(directory, 'config'), ...line.split(' ')];
    running = run(
      args.filter((word) => word !== ''),
      host,
    );
  }

  function put(object: KubeObject): void {
    server.objects.put(resources.knativeServings, object);
  }

  async function shown(text: string): Promise<void> {
    await eventually(
      () => host.written.stdout.includes(text),
      `'${text}' on stdout, which has ${host.written.stdout}`,
    );
  }

  it('in a pipe shows the fleet, then a line for each change, and ends with 130 at Ctrl-C', async () => {
    watch('');
    await shown('fleet/eu-1  Ready');
    put(installation('knative-serving/kn', { on: 'fleet/eu-1', conditions: waiting }));
    await shown('cluster/fleet/eu-1 Ready → Degraded\n');
    await shown('serving/knative-serving/kn absent → NotReady: Waiting on deployments: activator\n');
    put(installation('knative-serving/kn', { on: 'fleet/eu-1', version: '1.22.1' }));
    await shown('serving/knative-serving/kn NotReady → Ready 1.22.1\n');
    server.objects.delete(resources.knativeServings, 'knative-serving/kn');
    await shown('serving/knative-serving/kn Ready 1.22.1 → absent\n');
    host.interrupt();
    expect(await running).toBe(130);
    expect(host.written.stdout).not.toContain('\u001B');
    expect(host.written.stderr).toBe('Interrupted.\n');
  });

  it('of objects with some labels tells of no others', async () => {
    watch('-l tier=web');
    await shown('Hub ');
    put(installation('knative-serving/kn-other', { on: 'fleet/eu-1', conditions: waiting }));
    const kn = installation('knative-serving/kn', { on: 'fleet/eu-1', conditions: waiting });
    put({ ...kn, metadata: { ...kn.metadata, labels: { tier: 'web' } } });
    await shown('serving/knative-serving/kn absent → NotReady: Waiting on deployments: activator\n');
    expect(host.written.stdout).not.toContain('kn-other');
  });

  it('on a terminal redraws the screen', async () => {
    watch('--color never', { terminal: 100 });
    await shown('✓ fleet/eu-1  Ready');
    put(installation('knative-serving/kn', { on: 'fleet/eu-1', conditions: waiting }));
    await shown('! fleet/eu-1  Degraded');
    const frames = host.written.stdout.split('\u001B[H\u001B[J').slice(1);
    expect(frames.length).toBeGreaterThanOrEqual(2);
    expect(frames.every((frame) => frame.startsWith('Hub'))).toBe(true);
  });

  it('never draws more than the screen holds', async () => {
    for (let index = 0; index < 9; index++)
      server.objects.put(resources.clusterProfiles, clusterProfile(`fleet/us-${index}`));
    watch('--color never', { terminal: 100, rows: 8 });
    await shown('8 more lines');
    const frame = host.written.stdout.split('\u001B[H\u001B[J')[1] ?? '';
    expect(frame.split('\n')).toHaveLength(8);
  });

  it('with -o json writes one document a line', async () => {
    watch('-o json');
    await shown('"Ready":1');
    put(installation('knative-serving/kn', { on: 'fleet/eu-1', conditions: waiting }));
    await shown('"Degraded":1');
    const documents = host.written.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(documents.at(-1)).toMatchObject({
      apiVersion: 'cli.wheelwright.dev/v1',
      kind: 'FleetStatus',
      counts: { clusters: { Degraded: 1 }, KnativeServing: 1 },
    });
  });

  it('of one object tells its changes and those of its cluster only', async () => {
    put(installation('knative-serving/kn', { on: 'fleet/eu-1', version: '1.22.1' }));
    watch('serving/kn');
    await shown('KnativeServing knative-serving/kn: Ready');
    server.objects.put(resources.clusterProfiles, clusterProfile('fleet/us-1'));
    put(installation('knative-serving/kn', { on: 'fleet/eu-1', version: '1.22.1', conditions: waiting }));
    await shown('serving/knative-serving/kn Ready 1.22.1 → NotReady 1.22.1');
    expect(host.written.stdout).not.toContain('fleet/us-1');
  });

  it('says when what it shows may be old', async () => {
    watch('');
    await shown('fleet/eu-1  Ready');
    await server.stop();
    await eventually(() => host.written.stderr !== '');
    expect(host.written.stderr).toMatch(/^! What is shown may be old: \S/);
  });

  it.each(['yaml', 'name'])('does not go with -o %s', async (output) => {
    watch(`-o ${output}`);
    expect(await running).toBe(2);
    expect(host.written.stderr).toContain("--watch goes with '--output=table', 'wide' or 'json'");
  });
});

function heldNow(): object {
  return {
    holderIdentity: 'wheelwright-1_a',
    renewTime: new Date(Date.now() + 60_000).toISOString(),
    leaseDurationSeconds: 15,
  };
}

async function kubeconfig(server: string): Promise<string> {
  const { certificate } = await rigAuthority();
  const authority = Buffer.from(certificate).toString('base64');
  return JSON.stringify({
    'current-context': 'hub',
    contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'me' } }],
    clusters: [{ name: 'hub', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'me', user: { token: 'a-token' } }],
  });
}
