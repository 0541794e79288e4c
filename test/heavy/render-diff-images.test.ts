import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, resources } from '../../src/kube/index.ts';
import { knativeManifestDirectories, kubectl } from '../bed/index.ts';
import {
  addOnsAtHand,
  builtinProviders,
  deliveredPlaces,
  Fleet,
  fleetNamespace,
  Installation,
  placeOf,
} from '../fleet/index.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const namespace = 'knative-serving';
const before = Buffer.from('what-nobody-may-read').toString('base64');
const after = Buffer.from('what-nobody-may-read-either').toString('base64');

let fleet: Fleet;
let spoke: KubeClient;
let directory: string;
let manifests: string;
let providers: string;
let remote: KubeObject;
let local: KubeObject;
let guest: KubeObject;

interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], kubeconfig = fleet.bed.hub.kubeconfig) {
  return spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], KUBECONFIG: kubeconfig, KO_DATA_PATH: manifests, HOME: directory },
  });
}

/** The command line as a user runs it, with the hub's kubeconfig. */
async function wheelwright(
  args: readonly string[],
  { input = '', kubeconfig = fleet.bed.hub.kubeconfig } = {},
): Promise<Ran> {
  const child = start(args, kubeconfig);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(input);
  const [stdout, stderr, exit] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { exit, stdout, stderr };
}

async function diff(object: KubeObject, ...args: readonly string[]): Promise<Ran> {
  const input = JSON.stringify(object);
  return wheelwright(['diff', '-f', '-', '--provider-file', providers, ...args], { input });
}

/** As somebody wrote it down: what the hub adds is not there. */
async function written(serving: Installation): Promise<KubeObject> {
  const { apiVersion, kind, metadata, spec } = (await serving.get()) as KubeObject & {
    readonly spec: object;
  };
  return { apiVersion, kind, metadata: { namespace: metadata.namespace ?? '', name: metadata.name }, spec };
}

function withSpec(object: KubeObject, changes: object): KubeObject {
  return { ...object, spec: { ...(object['spec'] as object), ...changes } };
}

beforeAll(async () => {
  // Its own Knative runs on the hub too, but nobody serves the webhooks.
  fleet = await Fleet.start({ hub: { admissionWebhooks: false } });
  spoke = fleet.spoke(0).client;
  directory = join(fleet.bed.directory, 'command-line');
  await mkdir(directory);
  [manifests = ''] = await knativeManifestDirectories();
  providers = await fleet.writeProviders(builtinProviders);
  const extra = join(directory, 'extra.yaml');
  await writeFile(
    extra,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'extra', labels: { 'app.kubernetes.io/name': 'knative-serving' } },
      data: { token: before },
    }),
  );
  const { process: operator } = await fleet.startOperator({ manifests, knativeOnHub: true });
  const onSpoke = await Installation.create(fleet, 'serving', {
    profile: fleet.spoke(0).profile,
    spec: { additionalManifests: [{ URL: extra }] },
  });
  const onHub = await Installation.create(fleet, 'serving', { name: 'own', namespace: 'own-serving' });
  // Its namespace is somebody else's.
  await fleet.namespace('knative-eventing', spoke);
  const inPlace = await Installation.create(fleet, 'eventing', {
    profile: fleet.spoke(0).profile,
    spec: { namespace: { labels: { team: 'edge' } } },
  });
  await Promise.all([onSpoke, onHub, inPlace].map((each) => each.waitForReady()));
  // What differs from now on stays so.
  await operator.stop();
  [remote, local, guest] = [await written(onSpoke), await written(onHub), await written(inPlace)];
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

describe('render', () => {
  test('prints what the operator has put on the cluster', async () => {
    const { exit, stdout, stderr } = await wheelwright(['render', '-f', '-', '-o', 'json'], {
      input: JSON.stringify(remote),
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const { items } = JSON.parse(stdout) as { readonly items: readonly KubeObject[] };
    const delivered = (await deliveredPlaces(spoke)).filter((place) => !place.startsWith('Namespace.'));
    const rendered = items.map(placeOf).filter((place) => !place.startsWith('Namespace.'));
    expect(rendered.toSorted()).toEqual(expect.arrayContaining([...delivered]));
    const uids = items.flatMap(({ metadata }) => metadata.ownerReferences ?? []).map(({ uid }) => uid);
    expect(new Set(uids)).toEqual(new Set(['']));
    const [made] = items;
    const { metadata } = await spoke.get(resources.namespaces, { name: namespace });
    expect(metadata).toMatchObject(made?.metadata ?? {});
  });

  test('prints YAML that kubectl reads as it was meant', async () => {
    const file = join(directory, 'remote.yaml');
    await writeFile(file, JSON.stringify(remote));
    const [yaml, json] = await Promise.all([
      wheelwright(['render', '-f', file]),
      wheelwright(['render', '-f', file, '-o', 'json']),
    ]);
    const args = ['create', '--dry-run=client', '--validate=false', '-o', 'json', '-f', '-'];
    const read = async ({ stdout }: Ran): Promise<unknown> =>
      JSON.parse(
        `[${(await kubectl(fleet.bed.hub.kubeconfig, args, { input: stdout })).replaceAll(/^}$\n(?={)/gm, '},')}]`,
      );
    const [fromYaml, fromJson] = await Promise.all([read(yaml), read(json)]);
    expect(fromYaml).toEqual(fromJson);
  });
});

describe('diff', () => {
  test.each(['remote', 'local', 'guest'] as const)(
    'finds no difference right after the installation: %s',
    async (which) => {
      const { exit, stdout, stderr } = await diff({ remote, local, guest }[which]);
      expect({ exit, stdout }).toEqual({ exit: 0, stdout: '' });
      expect(stderr).toMatch(/: \d+ objects, no difference\.\n$/);
    },
  );

  test('shows an edit, a deletion and a changed Secret, and writes nothing', async () => {
    const kubeconfig = fleet.spoke(0).cluster.kubeconfig;
    const inNamespace = ['--namespace', namespace];
    await kubectl(kubeconfig, [
      ...inNamespace,
      'set',
      'image',
      'deployment/activator',
      'activator=example.com/mine',
    ]);
    await kubectl(kubeconfig, [...inNamespace, 'delete', 'configmap', 'config-gc']);
    await kubectl(kubeconfig, [
      ...inNamespace,
      'patch',
      'secret',
      'extra',
      '-p',
      JSON.stringify({ data: { token: after } }),
    ]);
    // Where a binding points cannot be changed, only made anew.
    const binding = ['clusterrolebinding', 'knative-serving-controller-admin'];
    const rights = ['--clusterrole=view', '--serviceaccount=knative-serving:controller'];
    await kubectl(kubeconfig, ['delete', ...binding]);
    await kubectl(kubeconfig, ['create', ...binding, ...rights]);
    const activator = { namespace, name: 'activator' };
    const { resourceVersion } = (await spoke.get(resources.deployments, activator)).metadata;

    const { exit, stdout, stderr } = await diff(remote);
    expect(exit).toBe(1);
    expect(stdout).toContain(
      'Deployment.apps knative-serving/activator on fleet-system/spoke-1 would be changed\n',
    );
    expect(stdout).toMatch(/^@@ -\d+,7 \+\d+,7 @@ spec\.template\.spec\.containers\[activator\]$/m);
    expect(stdout).toMatch(/^- +image: example\.com\/mine\n\+ +image: .*\/activator@sha256:/m);
    expect(stdout).toContain(
      'ConfigMap knative-serving/config-gc on fleet-system/spoke-1 would be created\n',
    );
    expect(stdout).toMatch(/^- +name: view$/m);
    expect(stdout).toContain("-  token: '[redacted] before'\n+  token: '[redacted] after'\n");
    expect(stdout).not.toMatch(new RegExp(`${before}|${after}`));
    expect(stderr).toMatch(/: of \d+ objects 1 would be created, 3 would be changed\.\n$/);
    expect((await spoke.get(resources.deployments, activator)).metadata.resourceVersion).toBe(
      resourceVersion,
    );

    const short = await diff(remote, '-o', 'short');
    expect(short.stdout.trimEnd().split('\n').toSorted()).toEqual([
      'change ClusterRoleBinding.rbac.authorization.k8s.io knative-serving-controller-admin',
      'change Deployment.apps knative-serving/activator',
      'change Secret knative-serving/extra',
      'create ConfigMap knative-serving/config-gc',
    ]);
  });

  test('shows what another spec would change, create and remove', async () => {
    const changed = withSpec(local, {
      ingress: { istio: { enabled: false } },
      'high-availability': { replicas: 3 },
      namespace: { labels: { team: 'edge' } },
    });
    const { exit, stdout } = await diff(changed, '-o', 'short');
    expect(exit).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toContain('remove Deployment.apps own-serving/net-kourier-controller');
    expect(lines).toContain('change Deployment.apps own-serving/controller');
    expect(lines).toContain('change Namespace own-serving');
    expect(lines.filter((line) => line.includes('CustomResourceDefinition'))).toEqual([]);
  });

  test('of an object that the hub does not have yet is all that would be created', async () => {
    const eventing = {
      ...local,
      kind: 'KnativeEventing',
      metadata: { namespace: 'own-eventing', name: 'new' },
      spec: {},
    };
    const { exit, stdout, stderr } = await diff(eventing, '-o', 'json');
    expect(exit).toBe(1);
    expect(stderr).toContain('would be created, once the hub has it.');
    const [report] = (
      JSON.parse(stdout) as { installations: { differences: { action: string; kind: string }[] }[] }
    ).installations;
    expect(new Set(report?.differences.map(({ action }) => action))).toEqual(new Set(['create']));
    expect(report?.differences.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Namespace', 'Deployment', 'Job']),
    );
  });

  test('is an error where the cluster lacks what the operator would wait for', async () => {
    // Releases up to 1.15 have no ingress by the Gateway API.
    const [name = 'istio'] = await addOnsAtHand('ingress', ['gateway-api']);
    const { exit, stdout, stderr } = await diff(withSpec(remote, { ingress: { [name]: { enabled: true } } }));
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    const kind = name === 'istio' ? 'Gateway.networking.istio.io' : 'Gateway.gateway.networking.k8s.io';
    expect(stderr).toContain('error: Nothing of KnativeServing knative-serving/knative would be applied');
    expect(stderr).toContain(`cluster "fleet-system/spoke-1" does not serve ${kind}. `);
  });

  test('that nobody reads to its end says neither same nor different', async () => {
    const child = start(['diff', '-f', '-', '--provider-file', providers]);
    await once(child.stdout.destroy(), 'close');
    const ended = once(child, 'close');
    child.stdin.end(JSON.stringify(withSpec(local, { 'high-availability': { replicas: 3 } })));
    child.stderr.resume();
    expect(await ended).toEqual([141, null]);
  });

  test('is an error where a cluster cannot be reached', async () => {
    const { certificateAuthority } = fleet.spoke(0).cluster;
    await fleet.putProfile({ name: 'dead', server: 'https://127.0.0.1:1', certificateAuthority });
    await fleet.put(resources.secrets, {
      ...(await fleet.hub.get(resources.secrets, { namespace: fleetNamespace, name: 'spoke-1' })),
      metadata: { namespace: fleetNamespace, name: 'dead' },
    });
    const reference = { name: 'dead', namespace: fleetNamespace };
    const lost = {
      ...withSpec(remote, { clusterProfileRef: reference }),
      metadata: { namespace, name: 'lost' },
    };
    const unreachable = await diff(lost);
    expect(unreachable).toMatchObject({ exit: 2, stdout: '' });
    expect(unreachable.stderr).toContain('error: Cannot reach cluster "fleet-system/dead"');

    const nowhere = join(directory, 'nowhere.kubeconfig');
    await writeFile(
      nowhere,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'a',
        contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
        clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'a', user: { token: 'none' } }],
      }),
    );
    const input = JSON.stringify(local);
    expect(await wheelwright(['diff', '-f', '-'], { input, kubeconfig: nowhere })).toMatchObject({
      exit: 2,
      stdout: '',
    });
  });
});

test('images are all that run on the cluster, and more', async () => {
  const { exit, stdout } = await wheelwright(['images', '-f', '-'], { input: JSON.stringify(local) });
  expect(exit).toBe(0);
  const listed = stdout.trimEnd().split('\n');
  const { items } = await fleet.hub.list(resources.deployments, { namespace: 'own-serving' });
  const running = items.flatMap(
    (deployment) =>
      (deployment['spec'] as { template: { spec: { containers: { image: string }[] } } }).template.spec
        .containers,
  );
  expect(listed).toEqual(expect.arrayContaining(running.map(({ image }) => image)));
  expect(listed.filter((image) => image.includes('/cmd/queue@'))).toHaveLength(1);
});
