import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../../test/support/eventually.ts';
import { FakeApiServer } from '../../../../test/support/fake-api-server/index.ts';
import { rigAuthority, serverPair } from '../../../../test/support/rig.ts';
import { type Resource, resources } from '../../../kube/index.ts';
import type { KubeObject } from '../../../api/index.ts';
import { run } from '../../run.ts';
import { lease } from '../../testing/objects.ts';
import { testHost, type TestHost } from '../../testing/test-host.ts';

const kinds: Readonly<Record<string, Resource>> = {
  ClusterProfile: resources.clusterProfiles,
  ConfigMap: resources.configMaps,
  KnativeServing: resources.knativeServings,
  KnativeEventing: resources.knativeEventings,
  KedifyConfiguration: resources.kedifyConfigurations,
  DistributedScaledObject: resources.distributedScaledObjects,
  Event: resources.events,
};

/** The command `dashboard` on a hub in this process, over real HTTP on both sides. */
export class DashboardRig {
  readonly hub: FakeApiServer;
  readonly host: TestHost;
  /** The exit code. */
  readonly ended: Promise<number>;
  readonly kubeconfig: string;
  readonly #directory: string;

  private constructor(hub: FakeApiServer, directory: string, args: readonly string[]) {
    this.hub = hub;
    this.#directory = directory;
    this.host = testHost();
    this.kubeconfig = join(directory, 'config');
    this.ended = run(['dashboard', '--kubeconfig', this.kubeconfig, ...args], this.host);
  }

  static async start(
    objects: readonly KubeObject[],
    {
      args = [],
      without = [],
    }: { readonly args?: readonly string[]; readonly without?: readonly string[] } = {},
  ): Promise<DashboardRig> {
    const hub = await FakeApiServer.start({ pair: await serverPair() });
    const served = Object.entries(kinds).filter(([kind]) => !without.includes(kind));
    hub.resources.push(resources.leases, resources.deployments, ...served.map(([, resource]) => resource));
    const heldNow = { ...lease('serving'), spec: heldLease() };
    hub.objects.put(resources.leases, heldNow);
    const directory = await mkdtemp(join(tmpdir(), 'wheelwright-dashboard-'));
    await writeFile(join(directory, 'config'), await kubeconfig(hub.url));
    const rig = new DashboardRig(hub, directory, args);
    for (const object of objects) rig.put(object);
    return rig;
  }

  put(object: KubeObject): void {
    const resource = kinds[object.kind];
    if (resource === undefined) throw new Error(`the hub of this test has no ${object.kind}`);
    this.hub.objects.put(resource, object);
  }

  remove(kind: string, key: string): void {
    const resource = kinds[kind];
    if (resource !== undefined) this.hub.objects.delete(resource, key);
  }

  /** The address that it printed. */
  async address(): Promise<URL> {
    const { written } = this.host;
    await eventually(() => written.stdout.includes('\n'), 'the address', 60_000);
    return new URL(written.stdout.trim());
  }

  /** Ctrl-C, and everything away. */
  async stop(): Promise<number> {
    this.host.interrupt();
    const exit = await this.ended;
    await this.hub.stop();
    await rm(this.#directory, { recursive: true });
    return exit;
  }
}

function heldLease(): object {
  const renewTime = new Date(Date.now() + 3_600_000).toISOString();
  return { holderIdentity: 'wheelwright-1_a', renewTime, leaseDurationSeconds: 15 };
}

async function kubeconfig(server: string): Promise<string> {
  const { certificate } = await rigAuthority();
  const authority = Buffer.from(certificate).toString('base64');
  return JSON.stringify({
    'current-context': 'prod-hub',
    contexts: [{ name: 'prod-hub', context: { cluster: 'hub', user: 'me' } }],
    clusters: [{ name: 'hub', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'me', user: { token: 'a-token' } }],
  });
}
