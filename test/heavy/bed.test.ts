import { fork, spawn, type ChildProcess } from 'node:child_process';
import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cluster } from '../bed/cluster/cluster.ts';
import { freePort } from '../bed/cluster/free-port.ts';
import {
  Bed,
  binary,
  clusterProfileCrdFile,
  knativeManifestDirectories,
  kubectl,
  waitFor,
  type Saw,
} from '../bed/index.ts';
import { isRunning, signalProcess } from '../bed/processes/process-identity.ts';
import { recordFile, type ProcessRecord } from '../bed/processes/process-record.ts';
import { readRecord } from '../bed/processes/read-record.ts';
import { Supervisor } from '../bed/processes/supervisor.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';

function configMap(name: string, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata } };
}

function deployment(name: string, replicas: number): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image: 'example.com/never-pulled' }] } },
    },
  };
}

async function untilAvailable(cluster: Cluster, name: string, replicas: number): Promise<void> {
  const isAvailable = async (saw: Saw): Promise<boolean> => {
    const { status } = await cluster.call<{ status: { availableReplicas?: number } }>({
      path: `${deployments}/${name}`,
    });
    saw(status);
    return status.availableReplicas === replicas;
  };
  // Longer than the half minute that a watch may pause after the API server was restarted several times.
  await waitFor(`Deployment ${name} to have ${replicas} available replicas`, isAvailable, {
    timeoutMs: 90_000,
  });
}

async function isGone(cluster: Cluster, path: string): Promise<boolean> {
  return await cluster.call({ path }).then(
    () => false,
    (error: { status?: number }) => error.status === 404,
  );
}

/** Refuses every request that it is asked about, because nobody serves it. */
const failingWebhook = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'nobody-serves-it' },
  webhooks: [
    {
      name: 'nobody.serves.it',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      clientConfig: { url: 'https://127.0.0.1:1/' },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['secrets'] }],
    },
  ],
};

describe('a bed with a hub and a spoke', () => {
  let bed: Bed;
  let hub: Cluster;
  let spoke: Cluster;

  beforeAll(async () => {
    const flags = { 'kube-apiserver': ['--service-cluster-ip-range=10.77.0.0/24'] };
    bed = await Bed.start({ spokes: [{ nodes: 2, flags }] });
    hub = bed.hub;
    [spoke] = bed.spokes as [Cluster];
  });
  afterAll(async () => await bed.stop());

  test('the clusters know nothing of each other, and each has its nodes and flags', async () => {
    const nodes = ['get', 'nodes', '--output=name'];
    expect(await kubectl(hub.kubeconfig, nodes)).toBe('node/simulated-0\n');
    expect(await kubectl(spoke.kubeconfig, nodes)).toBe('node/simulated-0\nnode/simulated-1\n');
    const service = ['get', 'service', 'kubernetes', '--output=jsonpath={.spec.clusterIP}'];
    expect(await kubectl(hub.kubeconfig, service)).toBe('10.0.0.1');
    expect(await kubectl(spoke.kubeconfig, service)).toBe('10.77.0.1');
    await hub.call({ method: 'POST', path: configMaps, body: configMap('only-on-the-hub') });
    expect(await isGone(spoke, `${configMaps}/only-on-the-hub`)).toBe(true);
  });

  test('they are real Kubernetes of the version they were built from', async () => {
    const version = await hub.call<{ gitVersion: string }>({ path: '/version' });
    expect(version.gitVersion).toMatch(/^v1\.\d\d\.\d+$/);
  });

  test('a Deployment becomes available, is scaled, and its Pods go with it', async () => {
    await spoke.call({ method: 'POST', path: deployments, body: deployment('web', 3) });
    await untilAvailable(spoke, 'web', 3);
    await kubectl(spoke.kubeconfig, ['scale', 'deployment/web', '--replicas=5']);
    await untilAvailable(spoke, 'web', 5);
    await spoke.call({ method: 'DELETE', path: `${deployments}/web` });
    const pods = ['get', 'pods', '--selector=app=web', '--output=name'];
    const noPods = waitFor('the Pods to go', async (saw) => {
      const names = await kubectl(spoke.kubeconfig, pods);
      saw(names);
      return names === '';
    });
    await expect(noPods).resolves.toBe(true);
  });

  test('an object whose owner does not exist is collected', async () => {
    const owner = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'never-was',
      uid: '00000000-0000-4000-8000-000000000000',
    };
    const body = configMap('orphan', { ownerReferences: [owner] });
    await spoke.call({ method: 'POST', path: configMaps, body });
    await expect(waitFor('the orphan to go', () => isGone(spoke, `${configMaps}/orphan`))).resolves.toBe(
      true,
    );
  });

  test('admission webhooks are called on the hub, not on a spoke', async () => {
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { generateName: 'any-' } };
    const create = async (cluster: Cluster): Promise<unknown> =>
      await cluster.call({
        method: 'POST',
        path: '/api/v1/namespaces/default/secrets?dryRun=All',
        body: secret,
      });
    await Promise.all([hub, spoke].map((one) => one.call({ method: 'POST', path, body: failingWebhook })));
    await waitFor('the hub to call the webhook', async (saw) => {
      const answer = await create(hub).then(JSON.stringify, (error: Error) => error.message);
      saw(answer);
      return answer.includes('failed calling webhook');
    });
    await expect(create(spoke)).resolves.toMatchObject({ kind: 'Secret' });
    await hub.call({ method: 'DELETE', path: `${path}/nobody-serves-it` });
  });

  test('a token may do what its ClusterRole allows', async () => {
    const { token, expiresAt } = await spoke.issueToken({
      serviceAccount: 'viewer',
      namespace: 'fleet',
      clusterRole: 'view',
      durationSeconds: 1_200,
    });
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(1_200_000);
    const kubeconfig = await spoke.writeKubeconfig('viewer', { token }, 'fleet');
    await waitFor('the role to be bound', () =>
      kubectl(kubeconfig, ['get', 'configmaps', '--all-namespaces']),
    );
    const creating = kubectl(kubeconfig, ['create', 'configmap', 'mine']);
    await expect(creating).rejects.toThrow(/system:serviceaccount:fleet:viewer.* in the namespace "fleet"/);
  });

  test('a client certificate makes its holder the user and groups it names', async () => {
    const client = await spoke.issueClientCertificate('jane', ['devs']);
    const kubeconfig = await spoke.writeKubeconfig('jane', client);
    const self = JSON.parse(await kubectl(kubeconfig, ['auth', 'whoami', '--output=json'])) as {
      status: { userInfo: { username: string; groups: string[] } };
    };
    expect(self.status.userInfo).toMatchObject({
      username: 'jane',
      groups: ['devs', 'system:authenticated'],
    });
  });

  test('the upstream definition of ClusterProfile is served, and Knative has manifests', async () => {
    await kubectl(hub.kubeconfig, ['apply', `--filename=${await clusterProfileCrdFile()}`]);
    await kubectl(hub.kubeconfig, [
      'wait',
      '--for=condition=Established',
      'crd/clusterprofiles.multicluster.x-k8s.io',
    ]);
    for (const directory of await knativeManifestDirectories()) {
      expect(await readdir(directory)).toEqual(
        expect.arrayContaining(['ingress', 'knative-eventing', 'knative-serving']),
      );
    }
  });

  test('while a cluster is frozen requests time out, and afterwards everything goes on', async () => {
    await spoke.freeze();
    const asking = spoke.call({ path: '/api/v1/nodes', timeoutMs: 300 });
    await expect(asking).rejects.toThrow("GET /api/v1/nodes on cluster 'spoke-1': no answer within 300 ms");
    await hub.call({ path: '/readyz' });
    await spoke.thaw();
    await spoke.call({ method: 'POST', path: deployments, body: deployment('after-thaw', 1) });
    await untilAvailable(spoke, 'after-thaw', 1);
  });

  test('a stopped scheduler leaves Pods waiting until it runs again', async () => {
    await spoke.stop('kube-scheduler');
    expect(spoke.stateOf('kube-scheduler')).toBe('stopped');
    await spoke.call({ method: 'POST', path: deployments, body: deployment('waiting', 1) });
    const pods = ['get', 'pods', '--selector=app=waiting', '--output=jsonpath={.items[*].spec}'];
    const unscheduled = await waitFor(
      'the Pod',
      async () => (await kubectl(spoke.kubeconfig, pods)) || undefined,
    );
    expect(unscheduled).not.toContain('"nodeName"');
    await spoke.start('kube-scheduler');
    await untilAvailable(spoke, 'waiting', 1);
  });

  test.each(['kube-apiserver', 'etcd'] as const)(
    'a killed %s comes back on the same port with the same data',
    async (component) => {
      const { server } = spoke;
      const name = `survivor-of-${component}`;
      await spoke.call({ method: 'POST', path: configMaps, body: configMap(name) });
      const pid = spoke.pidOf(component);
      await spoke.kill(component);
      await expect(spoke.call({ path: `${configMaps}/${name}`, timeoutMs: 300 })).rejects.toThrow(name);
      await spoke.start(component);
      expect(spoke.pidOf(component)).not.toBe(pid);
      expect(spoke.server).toBe(server);
      expect(await spoke.call({ path: `${configMaps}/${name}` })).toMatchObject({ metadata: { name } });
    },
  );

  test('a component that refuses its flags is told of with its log', async () => {
    await spoke.stop('kube-apiserver');
    await expect(spoke.start('kube-apiserver', ['--no-such-flag'])).rejects.toThrow(
      /^kube-apiserver of cluster 'spoke-1' ended with exit code 1; its log, .*kube-apiserver\.log:\n(.*\n)*.*no-such-flag/,
    );
    await spoke.start('kube-apiserver', []);
  });

  test('a renewed serving certificate is trusted by those who know its authority', async () => {
    const knows = spoke.certificateAuthority;
    const before = await servedCertificate(spoke);
    await spoke.renewServingCertificate('same-authority');
    expect(spoke.certificateAuthority).toBe(knows);
    expect((await servedCertificate(spoke)).fingerprint256).not.toBe(before.fingerprint256);
    await kubectl(spoke.kubeconfig, ['get', 'nodes']);
  });

  test('a serving certificate of a new authority is refused by old kubeconfigs, and the cluster works on', async () => {
    const old = await spoke.writeKubeconfig('old', spoke.admin);
    await spoke.renewServingCertificate('new-authority');
    await expect(kubectl(old, ['get', 'nodes'])).rejects.toThrow(/certificate signed by unknown authority/);
    await kubectl(spoke.kubeconfig, ['get', 'nodes']);
    await spoke.call({ method: 'POST', path: deployments, body: deployment('after-renewal', 1) });
    await untilAvailable(spoke, 'after-renewal', 1);
  });

  test('a cluster comes and goes while the others run', async () => {
    const late = await bed.addSpoke({ controllers: [] });
    expect(late.name).toBe('spoke-2');
    await late.call({ method: 'POST', path: configMaps, body: configMap('here') });
    expect(() => late.stateOf('kwok')).toThrow(
      "cluster 'spoke-2' has no component 'kwok', only etcd, kube-apiserver",
    );
    await late.wipe();
    expect(existsSync(late.directory)).toBe(false);
    await expect(late.call({ path: '/readyz', timeoutMs: 300 })).rejects.toThrow('ECONNREFUSED');
    await spoke.call({ path: '/readyz' });
  });
});

test('a bed that is stopped leaves neither process nor file', async () => {
  const bed = await Bed.start({ spokes: 0, hub: { controllers: [] } });
  const record = recordOf(bed.directory);
  await bed.stop();
  expect(survivors(record)).toEqual([]);
  expect(existsSync(bed.directory)).toBe(false);
});

test('when somebody takes the port first, the API server gets another', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bed-port-'));
  const supervisor = await Supervisor.start({ bedDirectory: directory, temporary: true });
  const somebody = createServer().listen(0, '127.0.0.1');
  await once(somebody, 'listening');
  const { port: taken } = somebody.address() as AddressInfo;
  const free = await freePort();
  const ports = [taken, free];
  const warnings: string[] = [];
  try {
    const cluster = await Cluster.start({
      cluster: 'hub',
      directory: join(directory, 'hub'),
      components: ['etcd', 'kube-apiserver'],
      admissionWebhooks: true,
      nodes: 0,
      flags: {},
      executables: dirname(await binary('etcd')),
      stageFiles: [],
      supervisor,
      choosePort: async () => ports.shift() ?? 0,
      onUnaskedExit: (message) => warnings.push(message),
    });
    expect(cluster.server).toBe(`https://127.0.0.1:${free}`);
    expect(warnings).toEqual(["kube-apiserver of cluster 'hub' ended with exit code 1"]);
    expect(await kubectl(cluster.kubeconfig, ['get', '--raw', '/readyz'])).toBe('ok');
  } finally {
    somebody.close();
    await supervisor.stop();
  }
});

test('a bed that cannot start leaves neither process nor file, and says why', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bed-broken-'));
  const starting = Bed.start({
    directory,
    spokes: 1,
    hub: { flags: { etcd: ['--no-such-flag'] } },
    warn: () => undefined,
  });
  await expect(starting).rejects.toThrow(
    /^etcd of cluster 'hub' ended with exit code \d+; its log, .*etcd\.log:\n(.*\n)*.*no-such-flag/,
  );
  expect(existsSync(directory)).toBe(false);
});

test('a start that is aborted ends with the reason and leaves nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bed-aborted-'));
  const abort = new AbortController();
  const starting = Bed.start({ directory, signal: abort.signal }).catch((error: unknown) => error);
  await waitFor(
    'the first process',
    () => existsSync(recordFile(directory)) && recordOf(directory).components.length > 0,
  );
  const record = recordOf(directory);
  abort.abort(new Error('changed my mind'));
  expect(await starting).toBe(abort.signal.reason);
  expect(survivors(record)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

test('when the process that started a bed is killed, nothing survives', async () => {
  const owner = fork(join(import.meta.dirname, '..', 'bed', 'testdata', 'owner.ts'), { execArgv: [] });
  const [directory] = (await once(owner, 'message')) as [string];
  const record = recordOf(directory);
  expect(record.components).toHaveLength(5);
  owner.kill('SIGKILL');
  await waitFor('everything to end', (saw) => {
    saw(survivors(record));
    return survivors(record).length === 0;
  });
  await waitFor('the directory to go', () => !existsSync(directory));
});

describe('npm run bed', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'bed-cli-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('up prints where the clusters are, and ends on SIGTERM', async () => {
    const up = bedCommand('up', '--spokes', '1', '--dir', directory);
    const paths = await printed(up);
    expect(paths).toMatchObject({
      hub: join(directory, 'hub', 'admin.kubeconfig'),
      spokes: [join(directory, 'spoke-1', 'admin.kubeconfig')],
      directory,
    });
    expect(await kubectl(paths.spokes[0] ?? '', ['get', 'nodes', '--output=name'])).toBe(
      'node/simulated-0\n',
    );
    const record = recordOf(directory);
    up.kill('SIGTERM');
    expect(await once(up, 'exit')).toEqual([0, null]);
    expect(survivors(record)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  test('a second bed in the same directory is refused; down ends the first from elsewhere', async () => {
    const up = bedCommand('up', '--spokes', '0', '--dir', directory);
    await printed(up);
    const record = recordOf(directory);
    const second = bedCommand('up', '--spokes', '0', '--dir', directory);
    expect(await once(second, 'exit')).toEqual([2, null]);
    const ended = once(up, 'exit');
    expect(await once(bedCommand('down', '--dir', directory), 'exit')).toEqual([0, null]);
    expect(await ended).toEqual([0, null]);
    expect(survivors(record)).toEqual([]);
  });

  test('down cleans up when owner and supervisor were both killed, and touches nothing else in the directory', async () => {
    const owner = fork(join(import.meta.dirname, '..', 'bed', 'testdata', 'owner.ts'), [directory], {
      execArgv: [],
    });
    await once(owner, 'message');
    const record = recordOf(directory);
    writeFileSync(join(directory, 'notes'), 'mine');
    // Frozen first, so that neither can act on the other's end.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      for (const one of [record.supervisor, record.owner]) signalProcess(one, signal);
    }
    await waitFor('both to end', () => ![record.supervisor, record.owner].some(isRunning));
    expect(survivors(record)).toHaveLength(5);
    expect(await once(bedCommand('down', '--dir', directory), 'exit')).toEqual([0, null]);
    expect(survivors(record)).toEqual([]);
    expect(await readdir(directory)).toEqual(['notes']);
  });
});

function bedCommand(...args: string[]): ChildProcess {
  const main = join(import.meta.dirname, '..', 'bed', 'main.ts');
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
}

async function printed(up: ChildProcess): Promise<{ hub: string; spokes: string[]; directory: string }> {
  if (up.stdout === null) throw new Error('no standard output');
  const [line] = (await once(up.stdout, 'data')) as [Buffer];
  return JSON.parse(String(line)) as { hub: string; spokes: string[]; directory: string };
}

async function servedCertificate(cluster: Cluster): Promise<X509Certificate> {
  const { hostname, port } = new URL(cluster.server);
  const socket = connect({ host: hostname, port: Number(port), ca: cluster.certificateAuthority });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (certificate === undefined) throw new Error(`${cluster.server} served no certificate`);
  return certificate;
}

function recordOf(directory: string): ProcessRecord {
  const record = readRecord(directory);
  if (record === undefined) throw new Error(`no record in ${directory}`);
  return record;
}

function survivors(record: ProcessRecord): readonly string[] {
  const supervisor = { ...record.supervisor, name: 'supervisor' };
  return [supervisor, ...record.components].filter(isRunning).map(({ name }) => name);
}
