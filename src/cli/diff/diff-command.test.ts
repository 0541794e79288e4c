import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { contentHash } from '../../delivery/index.ts';
import {
  ForbiddenError,
  type KubeClientOptions,
  UnauthorizedError,
  UnreachableError,
} from '../../kube/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { forbiddenAccess } from '../testing/forbidden-access.ts';
import { accessProvider, clusterProfile, secret } from '../testing/objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { diffCommand } from './diff-command.ts';
import { fakeCluster, type FakeClusterOptions } from './testing/fake-cluster.ts';
import {
  anchor,
  fetch,
  hubObjects,
  installed,
  namespace,
  providerFile,
  releases,
  serving,
  tampered,
  token,
} from './testing/installed-spoke.ts';

interface World {
  readonly hub?: FakeHubOptions;
  readonly spoke?: Omit<FakeClusterOptions, 'cluster'>;
  readonly host?: TestHostOptions;
  readonly cr?: unknown;
}

async function diff(
  line: string,
  { hub = { objects: hubObjects }, spoke = {}, host = {}, cr = serving }: World = {},
) {
  const { open, clock, closed } = fakeHub(hub);
  const connected = [{ closed }];
  const services = {
    open,
    clock,
    fetch,
    connect: ({ cluster }: KubeClientOptions) => {
      const client = fakeCluster({ cluster, ...spoke });
      connected.push(client);
      return client;
    },
  };
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'diff' ? { ...entry, load: async () => diffCommand(services) } : entry,
  );
  const process = testHost({ env: { KO_DATA_PATH: releases }, stdin: JSON.stringify(cr), ...host });
  const words = line.split(' ').filter((word) => word !== '');
  const exit = await run(['diff', '-f', '-', ...words], process, entries);
  expect(connected.every((one) => one.closed())).toBe(true);
  return { exit, ...process.written };
}

const withFile = `--provider-file ${providerFile}`;

describe('the difference of a cluster', () => {
  it.each([
    ['diff', '', {}],
    ['short', '-o short', {}],
    ['json', '-o json', {}],
    ['accessible', '--accessible', {}],
    ['terminal', '', { terminal: 100 }],
  ])('looks like golden/diff-%s.txt', async (name, line, host) => {
    const { exit, stdout, stderr } = await diff(`${withFile} ${line}`, {
      spoke: { objects: await tampered() },
      host,
    });
    await expect(stdout).toMatchFileSnapshot(`../golden/diff-${name}.txt`);
    expect(stderr).toBe(
      'KnativeServing knative-serving/kn 1.22.1 on fleet/eu-1: of 9 objects 1 would be created, 1 would be changed, 1 would be removed.\n',
    );
    expect(exit).toBe(1);
    expect(stdout).not.toContain(Buffer.from(token).toString('base64'));
  });

  it('is none right after the installation', async () => {
    expect(await diff(withFile, { spoke: { objects: await installed() } })).toEqual({
      exit: 0,
      stdout: '',
      stderr: 'KnativeServing knative-serving/kn 1.22.1 on fleet/eu-1: 8 objects, no difference.\n',
    });
  });

  it.each<[what: string, wanted: object | undefined]>([
    ['', undefined],
    [', with labels for it', { labels: { team: 'edge' } }],
  ])('is none in a namespace that was there before%s', async (_, namespaceOf) => {
    const spec = { ...(serving['spec'] as object), ...(namespaceOf && { namespace: namespaceOf }) };
    const objects = (await installed()).map((object): KubeObject =>
      object.kind === 'Namespace'
        ? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, ...namespaceOf } }
        : object,
    );
    const { exit, stdout, stderr } = await diff(withFile, { spoke: { objects }, cr: { ...serving, spec } });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: '' });
    expect(stderr).toContain(', no difference.\n');
  });

  it('is everything where nothing is installed, and its owner has no uid yet', async () => {
    const { exit, stdout, stderr } = await diff(withFile);
    expect(exit).toBe(1);
    expect(stderr).toContain('of 8 objects 8 would be created.\n');
    expect(stdout).toContain("+      uid: ''\n");
    expect(stdout).toContain('+    operator.knative.dev/created-for: knativeserving/knative-serving/kn\n');
  });

  it('of an object that the hub does not have is what there would be once it has', async () => {
    const objects = hubObjects.filter(({ kind }) => kind !== 'KnativeServing');
    expect((await diff(withFile, { hub: { objects } })).stderr).toContain(
      '8 would be created, once the hub has it.\n',
    );
  });

  it('is looked for in the version that is asked for', async () => {
    const { stdout, stderr } = await diff(`${withFile} --version 1.21 -o short`, {
      spoke: { objects: await installed() },
    });
    expect(stderr).toContain('Cannot render KnativeServing');
    expect(stdout).toBe('');
    const plain = { ...serving, spec: { ...(serving['spec'] as object), ingress: {} } };
    const other = await diff(`${withFile} --version 1.21 -o short`, {
      spoke: { objects: await installed() },
      cr: plain,
    });
    expect(other.stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'change Deployment.apps knative-serving/webhook',
        'create Job.batch knative-serving/migrate-serving-1.21.3',
        'remove Job.batch knative-serving/migrate-serving-1.22.1',
        'remove Deployment.apps knative-serving/net-kourier-controller',
      ]),
    );
  });

  it('leaves out what somebody owns on purpose, and says so', async () => {
    const conflicts = { webhook: { field: '.spec.template', manager: 'platform-team' } };
    const { exit, stderr } = await diff(withFile, { spoke: { objects: await installed(), conflicts } });
    expect(exit).toBe(0);
    expect(stderr).toContain(
      '.spec.template of Deployment knative-serving/webhook belongs to platform-team and would be left to it.\n',
    );
  });
});

describe('the difference of a cluster whose drift is only reported', () => {
  const annotated = { 'operator.knative.dev/drift-policy': 'report' };
  const withPolicy = (object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, annotations },
  });
  const onHub = hubObjects.map((object) =>
    object.kind === 'KnativeServing' ? withPolicy(object, annotated) : object,
  );

  /** The Deployment was applied as it is rendered now, the ConfigMap from something else. */
  async function drifted(): Promise<readonly KubeObject[]> {
    const webhook = (await installed()).find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'webhook',
    );
    const { name, namespace: place, labels, annotations } = webhook?.metadata ?? { name: '' };
    const metadata = { name, namespace: place, labels, annotations };
    return tampered(new Map([['webhook', contentHash({ ...webhook, status: undefined, metadata })]]));
  }

  it.each([
    ['by the file', { cr: withPolicy(serving, annotated) }],
    ['by the hub', { hub: { objects: onHub } }],
  ])('%s tells drift from what would happen', async (_, world) => {
    const spoke = { objects: await drifted() };
    const { exit, stdout, stderr } = await diff(`${withFile} -o short`, { ...world, spoke });
    expect(stdout.split('\n')).toEqual([
      'create ConfigMap knative-serving/config-deployment',
      'report Deployment.apps knative-serving/webhook',
      'remove Secret knative-serving/obsolete',
      '',
    ]);
    expect(stderr).toContain('1 would be created, 1 would be removed, 1 differs and would only be reported.');
    expect(exit).toBe(1);
  });

  it('shows what differs, to programs too', async () => {
    const world = { cr: withPolicy(serving, annotated), spoke: { objects: await drifted() } };
    const { stdout } = await diff(withFile, world);
    expect(stdout).toContain(
      'Deployment.apps knative-serving/webhook on fleet/eu-1 differs, which would only be reported\n',
    );
    expect(stdout).toContain('-          image: example.com/mine:1\n');
    const report = JSON.parse((await diff(`${withFile} -o json`, world)).stdout) as {
      readonly installations: readonly { readonly differences: readonly object[] }[];
    };
    expect(report.installations[0]?.differences).toMatchObject([
      { name: 'config-deployment', action: 'create' },
      { name: 'webhook', action: 'change', reportedOnly: true },
      { name: 'obsolete', action: 'remove' },
    ]);
  });

  it('is what would be mended again, where the file says so', async () => {
    const cr = withPolicy(serving, { 'operator.knative.dev/drift-policy': 'correct' });
    const world = { cr, hub: { objects: onHub }, spoke: { objects: await drifted() } };
    expect((await diff(`${withFile} -o short`, world)).stdout).toContain('change Deployment.apps');
  });
});

describe('a way to a cluster that the operator would not take', () => {
  it.each(forbiddenAccess)('is not taken with $flag', async ({ flag, server, says }) => {
    const offered = accessProvider('other', server);
    const others = hubObjects.filter(({ kind }) => kind !== 'ClusterProfile');
    const profile = clusterProfile('fleet/eu-1', { providers: [offered] });
    const hub = { objects: [...others, profile, secret('wheelwright/other', token)] };
    const spoke = { objects: await installed() };
    expect(await diff(withFile, { hub, spoke })).toMatchObject({ exit: 0 });
    const { exit, stdout, stderr } = await diff(`${withFile} ${flag}`, { hub, spoke });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(says);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  });

  it('is none where a plugin of the provider file lies elsewhere than it must', async () => {
    const { exit, stderr } = await diff(`${withFile} --access-plugin-dirs=/plugins`);
    expect(stderr).toContain("plugin '/access-plugins/cloud/login' must lie below '/plugins'");
    expect(exit).toBe(2);
  });

  it('is none at all with flags that it would refuse', async () => {
    const { exit, stderr } = await diff(`${withFile} --deny-hub-spokes=maybe`);
    expect(stderr).toContain("--deny-hub-spokes must be 'true' or 'false', not 'maybe'.");
    expect(exit).toBe(2);
  });
});

describe('a diff that is an error', () => {
  const unreachable: FakeClusterOptions['fails'] = (call) =>
    new UnreachableError(call, 'Refused', 'connect ECONNREFUSED 10.4.0.1:6443');
  const without = (kind: string): FakeHubOptions => ({
    objects: hubObjects.filter((object) => object.kind !== kind),
  });
  const withProfile = (...options: Parameters<typeof clusterProfile>): FakeHubOptions => ({
    objects: [...hubObjects.filter(({ kind }) => kind !== 'ClusterProfile'), clusterProfile(...options)],
  });
  const withSpec = (changes: object): KubeObject => ({
    ...serving,
    spec: { ...(serving['spec'] as object), ...changes },
  });

  /** The fixtures have no such layer, which is tolerated beside manifests of one's own. */
  const gatewayApi = withSpec({
    manifests: [{ URL: `${releases}/knative-serving/1.22.1` }],
    ingress: { 'gateway-api': { enabled: true } },
  });

  const cases: readonly [what: string, line: string, world: World, says: readonly string[]][] = [
    [
      'the hub does not answer',
      withFile,
      { hub: { fails: unreachable } },
      ['on cluster "prod-hub"', 'start the API server'],
    ],
    [
      'the hub does not let the user look',
      withFile,
      { hub: { objects: hubObjects, fails: (call) => new ForbiddenError(call, { message: 'forbidden' }) } },
      ['error: Cannot get', 'get the right that the cause names'],
    ],
    [
      'the cluster does not answer',
      withFile,
      { spoke: { fails: unreachable } },
      ['Cannot reach cluster "fleet/eu-1"', 'ECONNREFUSED', 'help WW2007'],
    ],
    [
      'the cluster does not know the credential',
      withFile,
      { spoke: { fails: (call) => new UnauthorizedError(call, { message: 'Unauthorized' }) } },
      ['Cannot reach cluster "fleet/eu-1"', 'refuses the credential'],
    ],
    ['no provider file', '', {}, ['without the access provider file', '--provider-file', 'help WW1106']],
    ['no such provider file', '--provider-file /nowhere', {}, ['there is no such file', 'help WW1107']],
    [
      'no such ClusterProfile',
      withFile,
      { hub: without('ClusterProfile') },
      ['there is no such ClusterProfile', 'help WW2001'],
    ],
    [
      'no ClusterProfiles at all',
      withFile,
      { hub: { objects: hubObjects, without: ['ClusterProfile'] } },
      ['does not serve ClusterProfile', 'install the Cluster Inventory API'],
    ],
    [
      'no provider for it',
      withFile,
      { hub: withProfile('fleet/eu-1', { providers: [{ ...accessProvider('eu-1'), name: 'other' }] }) },
      ['its access providers [other] are none of the configured', 'help WW2003'],
    ],
    [
      'no Secret for it',
      withFile,
      { hub: without('Secret') },
      ['Secret wheelwright/eu-1 does not exist', 'help WW2004'],
    ],
    [
      'another hub has the cluster',
      withFile,
      { spoke: { objects: [anchor([], { hub: 'other-hub' })] } },
      [
        'Nothing of KnativeServing knative-serving/kn would be applied to cluster "fleet/eu-1".',
        'belongs to another hub',
        'help WW3013',
      ],
    ],
    [
      'another object has the cluster',
      withFile,
      {
        spoke: {
          objects: [
            { ...anchor([]), metadata: { ...anchor([]).metadata, name: 'knativeserving-other-root-owner' } },
          ],
        },
      },
      ['another KnativeServing already manages Knative', 'help WW3008'],
    ],
    [
      'its namespace is going',
      withFile,
      {
        spoke: {
          objects: [
            {
              apiVersion: 'v1',
              kind: 'Namespace',
              metadata: { name: namespace, deletionTimestamp: '2026-01-01T00:00:00Z' },
            },
          ],
        },
      },
      ['is being deleted'],
    ],
    [
      'a step of two minors',
      withFile,
      { cr: withSpec({ version: '1.24.0' }) },
      ['across multiple MINOR versions', 'help WW3002'],
    ],
    [
      'a move to another cluster',
      withFile,
      { cr: withSpec({ clusterProfileRef: undefined }) },
      ['installs on cluster "fleet/eu-1" and cannot move to the hub', 'put spec.clusterProfileRef back'],
    ],
    [
      'an object that is being deleted',
      withFile,
      {
        hub: {
          objects: hubObjects.map((object) =>
            object.kind === 'KnativeServing'
              ? { ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
              : object,
          ),
        },
      },
      ['is being deleted: nothing would be applied'],
    ],
    [
      'a field of the wrong type',
      withFile,
      { cr: withSpec({ version: 7 }) },
      ["spec.version '7' must be a string"],
    ],
    [
      'a cluster that lacks what an ingress needs',
      withFile,
      { spoke: { without: ['Deployment', 'HTTPRoute'] }, cr: gatewayApi },
      [
        'Nothing of KnativeServing knative-serving/kn would be applied to cluster "fleet/eu-1".',
        'cluster "fleet/eu-1" does not serve Deployment.apps and HTTPRoute.gateway.networking.k8s.io. Install',
        'and the Gateway API CRDs there; it continues by itself.',
        'help WW3003',
      ],
    ],
    ['no such format', '-o yaml', {}, ["--output must be 'diff', 'short' or 'json', not 'yaml'."]],
  ];

  it.each(cases)('%s: 2', async (_, line, world, says) => {
    const { exit, stdout, stderr } = await diff(line, world);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    for (const text of says) expect(stderr).toContain(text);
    expect(stderr).not.toContain(token);
  });

  it('shows the rest of a cluster that would refuse an object', async () => {
    const refuses = { webhook: 'admission webhook said no' };
    const { exit, stdout, stderr } = await diff(`${withFile} -o short`, {
      spoke: { objects: await tampered(), refuses },
    });
    expect(exit).toBe(2);
    expect(stdout).toContain('create ConfigMap knative-serving/config-deployment\n');
    expect(stderr).toContain(
      'error: Cluster "fleet/eu-1" would refuse Deployment knative-serving/webhook.\n',
    );
    expect(stderr).toContain('Cause  admission webhook said no\n');
  });

  it('hinders no other object of the file', async () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [{ ...serving, spec: { version: 7 } }, serving] };
    const { exit, stderr } = await diff(withFile, { spoke: { objects: await installed() }, cr: list });
    expect(exit).toBe(2);
    expect(stderr).toContain("spec.version '7' must be a string");
    expect(stderr).toContain('8 objects, no difference.');
  });

  it('of Ctrl-C is none, but an interruption', async () => {
    const host = testHost({ env: { KO_DATA_PATH: releases }, stdin: JSON.stringify(serving) });
    const { clock } = fakeHub({});
    const services = {
      clock,
      fetch,
      connect: () => fakeCluster({ cluster: 'a' }),
      open: async () => {
        host.interrupt();
        throw new Error('the call was given up');
      },
    };
    const entries = commands.map((entry): CommandEntry =>
      entry.name === 'diff' ? { ...entry, load: async () => diffCommand(services) } : entry,
    );
    expect(await run(['diff', '-f', '-'], host, entries)).toBe(130);
  });
});
