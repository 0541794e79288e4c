import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { describe, expect, it, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import {
  ForbiddenError,
  type KubeClientOptions,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../../kube/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { crdDefinitionsFor } from '../crds/definitions.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { fakeKubeClient, type FakeKubeClientOptions } from '../testing/fake-kube-client.ts';
import { forbiddenAccess } from '../testing/forbidden-access.ts';
import {
  accessProvider,
  ago,
  clusterProfile,
  installation,
  lease,
  now,
  operatorDeployment,
  secret,
} from '../testing/objects.ts';
import { kedifyConfiguration, reached, scaledObject } from '../testing/scaling-objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { checkCommand } from './check-command.ts';

const providerFile = fileURLToPath(new URL('testing/providers.json', import.meta.url));
const helmTest = new URL('../../../charts/wheelwright/templates/tests/check.yaml', import.meta.url);
const dayMs = 86_400_000;
const token = `secret-${'x'.repeat(30)}`;

const established = crdDefinitionsFor('knative').map((definition) => ({
  ...definition,
  status: { conditions: [{ type: 'Established', status: 'True' }] },
}));
const healthyHub: readonly KubeObject[] = [
  ...established,
  lease('serving'),
  lease('eventing'),
  operatorDeployment('0.1.3'),
];
const fleet: readonly KubeObject[] = [
  ...healthyHub,
  clusterProfile('fleet/ap-1'),
  clusterProfile('fleet/eu-1'),
  clusterProfile('fleet/us-1', { providers: [{ ...accessProvider('us-1'), name: 'gke-fleet' }] }),
  clusterProfile('other/eu-1', { providers: [accessProvider('eu-1', 'https://other.example.com:6443')] }),
  secret('wheelwright/ap-1', token),
  secret('wheelwright/eu-1', token),
  installation('knative-serving/kn', { on: 'fleet/eu-1', wanted: '1.22.1' }),
];

const insecure = accessProvider('a', undefined, { 'insecure-skip-tls-verify': true });
const proxied = accessProvider('a', undefined, { 'proxy-url': 'http://proxy.example.com:3128' });

function restarted(restartCount: number, seconds: number): KubeObject {
  const { labels } = operatorDeployment('0.1.0').metadata;
  const terminated = { finishedAt: ago(seconds), reason: 'OOMKilled' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'wheelwright',
      name: 'wheelwright-1',
      ...(labels === undefined ? {} : { labels }),
    },
    status: { containerStatuses: [{ restartCount, lastState: { terminated } }] },
  };
}

function referenceOperator(replicas: number): KubeObject {
  const labels = { 'app.kubernetes.io/name': 'knative-operator' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'knative-operator', name: 'knative-operator', labels },
    spec: { replicas },
  };
}

interface World {
  readonly hub?: FakeHubOptions;
  /** By the name of the cluster. */
  readonly clusters?: Readonly<Record<string, Omit<FakeKubeClientOptions, 'cluster'>>>;
  readonly host?: TestHostOptions;
  readonly certificateDays?: number;
}

const timeout: World['clusters'] = {
  'fleet/ap-1': {
    fails: (call) => new UnreachableError(call, 'Timeout', 'connect ETIMEDOUT 10.4.0.1:6443'),
  },
};

/** Of a ClusterRole. */
interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

async function check(line: string, world: World = {}) {
  const { hub = { objects: fleet }, clusters = {}, host = {}, certificateDays = 200 } = world;
  const { open, clock, closed } = fakeHub(hub);
  const connected = [{ closed }];
  const services = {
    open,
    clock,
    version: '0.1.0',
    look: async () => ({
      expiresAt: now + certificateDays * dayMs,
      issuer: 'Fleet CA',
      names: ['api.example.com', '10.4.0.1'],
    }),
    connect: ({ cluster }: KubeClientOptions) => {
      const spoke = fakeKubeClient({ cluster, ...clusters[cluster] });
      connected.push(spoke);
      return spoke;
    },
  };
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'check' ? { ...entry, load: async () => checkCommand(services) } : entry,
  );
  const process = testHost(host);
  const exit = await run(['check', ...line.split(' ').filter((word) => word !== '')], process, entries);
  expect(connected.every((one) => one.closed())).toBe(true);
  return { exit, ...process.written };
}

const withFile = `--provider-file ${providerFile}`;

describe('rights on Secrets of the hub', () => {
  const allowedIn =
    (...namespaces: readonly string[]): NonNullable<FakeHubOptions['allows']> =>
    ({ group, resource, namespace = '' }) =>
      group !== '*' && (resource !== 'secrets' || namespaces.includes(namespace));
  const named = { name: 'eu-1', key: 'value', namespace: 'edge' };
  const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: named }];
  const kubeconfig = {
    name: 'kubeconfig-secretreader',
    cluster: { server: 'https://eu-1.example.com', extensions },
  };

  it.each<[string, readonly KubeObject[], readonly string[], boolean]>([
    ['where no cluster is named', healthyHub, [], true],
    ['in the namespace of the operator', fleet, ['wheelwright'], true],
    ['in no namespace', fleet, [], false],
    [
      'in the namespace that a profile names',
      [...healthyHub, clusterProfile('fleet/eu-1', { providers: [kubeconfig] })],
      ['edge'],
      true,
    ],
    [
      'in another one',
      [...healthyHub, clusterProfile('fleet/eu-1', { providers: [kubeconfig] })],
      ['wheelwright', 'fleet'],
      false,
    ],
    [
      'for a plugin that reads none',
      [...healthyHub, clusterProfile('fleet/us-1', { providers: [{ name: 'cloud', cluster: {} }] })],
      [],
      true,
    ],
  ])('%s are judged by WW1104', async (_, objects, namespaces, isEnough) => {
    const { stdout } = await check('--only WW1104', { hub: { objects, allows: allowedIn(...namespaces) } });
    expect(stdout).toContain(
      isEnough ? 'may do all that the operator does on the hub' : 'lacks rights on secrets\n',
    );
  });
});

describe('the report of a check', () => {
  const goldens: readonly [file: string, line: string, world: World][] = [
    ['fleet', withFile, { clusters: timeout }],
    ['one-cluster', `--on ap-1 ${withFile}`, { clusters: timeout }],
    ['terminal', `--on ap-1 ${withFile}`, { clusters: timeout, host: { terminal: 100 } }],
    ['ascii', `--on ap-1 --ascii ${withFile}`, { clusters: timeout }],
    ['accessible', `--on ap-1 --accessible ${withFile}`, { clusters: timeout }],
    ['short', `-o short ${withFile}`, { clusters: timeout }],
    ['json', `--on ap-1 -o json ${withFile}`, { clusters: timeout }],
    ['junit', `-o junit ${withFile}`, { clusters: timeout }],
    ['without-file', '', {}],
    ['list', '--list', {}],
  ];

  it.each(goldens)('looks like golden/check-%s.txt', async (file, line, world) => {
    const { stdout } = await check(line, world);
    await expect(stdout).toMatchFileSnapshot(`../golden/check-${file}.txt`);
  });

  it.each(goldens.filter(([, , { host }]) => host === undefined))(
    'leaves no escape in a pipe, and no credential anywhere: %s',
    async (_, line, world) => {
      const { stdout, stderr } = await check(line, world);
      expect(stdout + stderr).not.toContain('\u001B');
      expect(stdout + stderr).not.toContain(token);
    },
  );

  it('says nothing on stderr', async () => {
    expect((await check(withFile)).stderr).toBe('');
  });
});

describe('what matters to one object', () => {
  const sections = async (line: string, objects: readonly KubeObject[] = world) => {
    const { exit, stdout, stderr } = await check(`${line} -o json ${withFile}`, { hub: { objects } });
    if (stdout === '') return { exit, stderr };
    const { sections: all } = JSON.parse(stdout) as {
      readonly sections: readonly {
        readonly subject: string;
        readonly findings: readonly { readonly code: string }[];
      }[];
    };
    return {
      exit,
      shown: all.map(
        ({ subject, findings }) => `${subject}: ${findings[0]?.code} and ${findings.length - 1}`,
      ),
    };
  };
  const world: readonly KubeObject[] = [
    ...fleet,
    installation('here/kn'),
    installation('lost/kn', { kind: 'KnativeEventing', on: 'fleet/nowhere' }),
    kedifyConfiguration({
      'eu-1': reached('fleet/eu-1', { provider: 'clusterprofile' }),
      'us-2': reached('us-2'),
      'us-3': reached('us-3'),
    }),
    scaledObject('shop/checkout', {
      rows: [{ member: 'us-2', desired: 1 }],
    }),
    scaledObject('shop/cart', { rows: [{ member: 'us-3', desired: 1 }], selector: undefined }),
  ];

  it.each<[line: string, exit: number, shown: readonly string[]]>([
    ['--for serving/knative-serving/kn', 0, ['fleet/eu-1: WW2001 and 12']],
    ['--for serving/kn -n here', 0, ['prod-hub: WW1001 and 14']],
    ['--for eventing/kn', 1, ['fleet/nowhere: WW2001 and 12']],
    ['--for cluster/fleet/eu-1', 0, ['fleet/eu-1: WW2001 and 12']],
    ['--for member/us-2 --only WW2020', 0, ['member/us-2: WW2020 and 0']],
    ['--for dso/checkout --skip WW2xxx', 0, ['prod-hub: WW4001 and 13']],
    [
      '--for dso/checkout -n shop --only WW4005 WW2020',
      0,
      ['prod-hub: WW4005 and 0', 'member/us-2: WW2020 and 0'],
    ],
    ['--for dso/shop/cart --only WW4005', 1, ['prod-hub: WW4005 and 0']],
  ])('%s', async (line, exit, shown) => {
    expect(await sections(line)).toEqual({ exit, shown });
  });

  it.each<[line: string, exit: number, says: string]>([
    ['--for dso/nothing', 1, 'There is no dso/nothing on this hub.'],
    ['--for pod/a', 2, "The type of 'pod/a' must be"],
    ['--for dso/checkout --on eu-1', 2, '--for'],
    ['--pre --on eu-1', 2, '--pre'],
  ])('is refused: %s', async (line, exit, says) => {
    const refused = await check(line, { hub: { objects: world } });
    expect(refused).toMatchObject({ exit, stdout: '' });
    expect(refused.stderr).toContain(says);
  });

  it('is the hub alone before there is an operator', async () => {
    expect(await check('--pre --only WW1xxx -o short', { hub: {} })).toMatchObject({
      stdout: expect.not.stringContaining('WW1101'),
    });
    expect((await check('--only WW1xxx -o short', { hub: {} })).stdout).toContain('WW1101');
  });
});

describe('the exit code of a check', () => {
  const cases: readonly [what: string, exit: number, line: string, world: World][] = [
    ['all is well', 0, `--on fleet/eu-1 ${withFile}`, {}],
    ['a cluster does not answer', 1, `--on ap-1 ${withFile}`, { clusters: timeout }],
    ['a warning is no failure', 0, `--on fleet/eu-1 ${withFile}`, { certificateDays: 10 }],
    [
      'a warning is a failure where asked for',
      1,
      `--on fleet/eu-1 --fail-on warning ${withFile}`,
      { certificateDays: 10 },
    ],
    ['clusters cannot be reached without the provider file', 4, '--skip WW1xxx', {}],
    ['what was not asked for cannot be missed', 0, '--only WW1103', {}],
    ['there is no such cluster', 1, '--on nowhere', {}],
    ['a name means two clusters', 2, '--on eu-1', {}],
    ['the namespace tells which', 4, '--on eu-1 -n other', {}],
    ['no such check', 2, '--only WW1999', {}],
    ['no such format', 2, '-o xml', {}],
    ['--list has no JUnit', 2, '--list -o junit', {}],
    [
      'the hub does not answer',
      3,
      '--only WW2007',
      { hub: { fails: (call) => new TimeoutError(call, { message: 'no answer within 10000 ms' }) } },
    ],
    [
      'the hub does not know the user',
      3,
      '',
      { hub: { fails: (call) => new UnauthorizedError(call, { message: 'Unauthorized' }) } },
    ],
    [
      'nobody may say which clusters there are',
      3,
      '--on eu-1',
      {
        hub: {
          objects: fleet,
          fails: (call) =>
            call.resource.startsWith('clusterprofiles')
              ? new ForbiddenError(call, { message: 'forbidden' })
              : undefined,
        },
      },
    ],
  ];

  it.each(cases)('%s: %d', async (_, exit, line, world) => {
    expect((await check(line, world)).exit).toBe(exit);
  });
});

test('what `helm test` looks at can be looked at with the rights of its account', async () => {
  const template = await readFile(helmTest, 'utf8');
  const lines = Array.from(template.matchAll(/^ +(?:- (\{apiGroups: .*\})|args: (\[check, .*\]))$/gm));
  const rules = lines.flatMap(([, rule]) => (rule === undefined ? [] : [load(rule) as Rule]));
  const [args = []] = lines.flatMap(([, , list]) =>
    list === undefined ? [] : [load(list.replace(/\{\{.*\}\}/, 'fleet')) as readonly string[]],
  );
  const { exit, stdout } = await check(args.slice(1).join(' '), {
    hub: {
      objects: fleet,
      fails: (call) => {
        const [resource = '', ...group] = call.resource.split('.');
        const isGranted = rules.some(
          ({ apiGroups, resources, verbs }) =>
            apiGroups.includes(group.join('.')) && resources.includes(resource) && verbs.includes(call.verb),
        );
        // Discovery, the version, and who one is.
        const isEverybodys = resource.startsWith('/') || resource.startsWith('selfsubject');
        return isGranted || isEverybodys ? undefined : new ForbiddenError(call, { message: 'forbidden' });
      },
    },
  });
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.not.stringContaining('the right to') });
});

describe('what a check finds', () => {
  const cases: readonly [code: string, says: string, line: string, world: World][] = [
    [
      'WW1002',
      'the hub does not answer, or refuses',
      '',
      { hub: { fails: (call) => new UnreachableError(call, 'Dns', 'getaddrinfo ENOTFOUND hub') } },
    ],
    [
      'WW1003',
      'the operator is 0.9.0, this command line',
      '',
      { hub: { objects: [operatorDeployment('0.9.0')] } },
    ],
    ['WW1004', 'the hub is Kubernetes v1.24.9', '', { hub: { version: 'v1.24.9' } }],
    [
      'WW1005',
      'the clock of the hub is 59 s behind that of this machine',
      '',
      { hub: { serverTime: ago(60) } },
    ],
    [
      'WW1005',
      'the clock of the hub is 60 s ahead of that of this machine',
      '',
      { hub: { serverTime: ago(-60) } },
    ],
    ['WW1101', 'knativeservings.operator.knative.dev is not installed; knativeeventings', '', { hub: {} }],
    ['WW1101', 'is not established', '', { hub: { objects: crdDefinitionsFor('knative') } }],
    ['WW1103', 'no operator has ever held a Lease on this hub', '', { hub: {} }],
    [
      'WW1103',
      'nobody holds wheelwright/knative-operator',
      '',
      { hub: { objects: [lease('serving', { seconds: 90 })] } },
    ],
    [
      'WW1104',
      'jo lacks rights on leases.coordination.k8s.io',
      '',
      { hub: { username: 'jo', allows: ({ group, resource }) => group !== '*' && resource !== 'leases' } },
    ],
    [
      'WW1102',
      '1 of 2 replicas of wheelwright/wheelwright are available',
      '',
      { hub: { objects: [{ ...operatorDeployment('0.1.0'), status: { availableReplicas: 1 } }] } },
    ],
    [
      'WW1102',
      'pod wheelwright/wheelwright-1 was started 3 times again\n         Cause  the last one ended with OOMKilled',
      '',
      { hub: { objects: [operatorDeployment('0.1.0'), restarted(3, 60)] } },
    ],
    [
      'WW1105',
      'Deployment knative-operator/knative-operator is to have replicas',
      '',
      { hub: { objects: [referenceOperator(1)] } },
    ],
    [
      'WW1105',
      'knative-operator-1_a holds Leases',
      '',
      { hub: { objects: [referenceOperator(0), lease('serving', { holder: 'knative-operator-1_a' })] } },
    ],
    [
      'WW1111',
      'serving/a/kn has spec.deployments; serving/a/kn has spec.resources',
      '',
      { hub: { objects: [{ ...installation('a/kn'), spec: { deployments: [], resources: [] } }] } },
    ],
    [
      'WW1110',
      'ghcr.io/wheelwright:0.1.0 has no digest',
      '',
      {
        hub: {
          objects: [
            {
              ...operatorDeployment('0.1.0'),
              spec: { template: { spec: { containers: [{ image: 'ghcr.io/wheelwright:0.1.0' }] } } },
            },
          ],
        },
      },
    ],
    [
      'WW1106',
      'serving/a/kn reports that the operator has none',
      '',
      {
        hub: {
          objects: [
            installation('a/kn', {
              conditions: [{ type: 'Ready', status: 'False', reason: 'AccessProviderNotConfigured' }],
            }),
          ],
        },
      },
    ],
    ['WW1107', 'there is no such file', '--provider-file /nowhere/providers.json', {}],
    [
      'WW1107',
      "plugin '/access-plugins/cloud/login' must lie below '/plugins'",
      `${withFile} --access-plugin-dirs=/plugins`,
      {},
    ],
    ['WW2017', 'the hub does not serve ClusterProfiles', '', { hub: { without: ['ClusterProfile'] } }],
    ['WW2001', 'there is no ClusterProfile ap-9', '--on ap-9', {}],
    [
      'WW2002',
      'condition ControlPlaneHealthy has not been set',
      '--on a',
      { hub: { objects: [clusterProfile('fleet/a', { healthy: { type: 'Other' } })] } },
    ],
    [
      'WW2003',
      'its access providers [gke-fleet] are none of the configured [secretreader, cloud]',
      `--on us-1 ${withFile}`,
      {},
    ],
    [
      'WW2004',
      'server must begin with https://',
      `--on a ${withFile}`,
      { hub: { objects: [clusterProfile('fleet/a', { providers: [accessProvider('a', 'http://a:80')] })] } },
    ],
    [
      'WW2004',
      'Secret wheelwright/a does not exist',
      `--on a ${withFile}`,
      { hub: { objects: [lease('serving'), clusterProfile('fleet/a')] } },
    ],
    ['WW2006', 'the certificate of the server ends soon', `--on ap-1 ${withFile}`, { certificateDays: 12 }],
    [
      'WW2006',
      'the certificate names api.example.com, 10.4.0.1; issued by Fleet CA',
      `--on ap-1 ${withFile}`,
      {
        clusters: {
          'fleet/ap-1': {
            fails: (call) =>
              new UnreachableError(call, 'TlsHostname', "Host: ap-1. is not in the cert's altnames"),
          },
        },
      },
    ],
    ['WW2007', 'connect ETIMEDOUT 10.4.0.1:6443', `--on ap-1 ${withFile}`, { clusters: timeout }],
    [
      'WW2008',
      'the API server does not accept the credential',
      `--on ap-1 ${withFile}`,
      {
        clusters: {
          'fleet/ap-1': { fails: (call) => new UnauthorizedError(call, { message: 'Unauthorized' }) },
        },
      },
    ],
    [
      'WW2009',
      '{apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], resourceNames: ["addressable-resolver", ',
      `--on ap-1 ${withFile}`,
      {
        clusters: {
          'fleet/ap-1': {
            allows: ({ group, resource, verb }) =>
              group !== '*' && !(resource === 'clusterroles' && verb === 'escalate'),
          },
        },
      },
    ],
    [
      'WW2012',
      'fleet/b has the same address and authority',
      '--on a',
      {
        hub: {
          objects: [
            clusterProfile('fleet/a', { providers: [accessProvider('a', 'https://a:1')] }),
            clusterProfile('fleet/b', {
              providers: [{ ...accessProvider('b', 'https://a:1'), name: 'cloud' }],
            }),
            clusterProfile('fleet/c', { providers: [accessProvider('c', 'https://c:1')] }),
          ],
        },
      },
    ],
    [
      'WW2014',
      'insecure-skip-tls-verify is true',
      `--on a --allow-insecure-spokes ${withFile}`,
      {
        hub: {
          objects: [
            lease('serving'),
            clusterProfile('fleet/a', { providers: [insecure] }),
            secret('wheelwright/a', token),
          ],
        },
      },
    ],
    [
      'WW2015',
      'the proxy does not let requests through',
      `--on a ${withFile}`,
      {
        hub: {
          objects: [
            lease('serving'),
            clusterProfile('fleet/a', { providers: [proxied] }),
            secret('wheelwright/a', token),
          ],
        },
        clusters: {
          'fleet/a': { fails: (call) => new UnreachableError(call, 'ProxyError', 'proxy answered 403') },
        },
      },
    ],
    [
      'WW2010',
      'serving/knative-serving/kn wants Knative 1.22.1, which needs Kubernetes 1.34',
      `--on fleet/eu-1 ${withFile}`,
      { clusters: { 'fleet/eu-1': { version: 'v1.33.2' } } },
    ],
  ];

  it.each<[what: string, code: string, objects: readonly KubeObject[]]>([
    [
      'a replica that was started again long ago',
      'WW1102',
      [operatorDeployment('0.1.0'), restarted(9, 7_200)],
    ],
    ['a replica that was started again twice', 'WW1102', [operatorDeployment('0.1.0'), restarted(2, 60)]],
    ['a Knative operator that is scaled to 0', 'WW1105', [referenceOperator(0)]],
  ])('and what it does not: %s', async (_, code, objects) => {
    expect(await check(`--only ${code} -o short --fail-on warning`, { hub: { objects } })).toMatchObject({
      exit: 0,
      stdout: '',
    });
  });

  it('WW1006: another program of one of its names that comes first in PATH', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wheelwright-'));
    const [theirs, ours] = ['theirs', 'ours'].map((name) => join(directory, name)) as [string, string];
    const script = join(ours, 'wheelwright');
    try {
      await Promise.all([mkdir(theirs), mkdir(ours)]);
      for (const file of [script, join(theirs, 'kubectl-mc')]) await writeFile(file, '', { mode: 0o755 });
      await writeFile(join(theirs, 'kubectl-wheelwright'), 'cannot be executed', { mode: 0o644 });
      for (const name of ['kubectl-mc', 'kubectl-wheelwright']) await symlink(script, join(ours, name));
      const look = (path: string) => check('--only WW1006', { host: { script, env: { PATH: path } } });
      expect((await look(`${ours}:${theirs}`)).stdout).toContain('no other program has its names');
      expect((await look('/nowhere')).stdout).toContain('no other program has its names');
      const found = await look(`/nowhere:${theirs}:${ours}`);
      expect(found.stdout).toContain(`WW1006  ${join(theirs, 'kubectl-mc')} is another program`);
      expect(found.exit).toBe(0);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it.each(cases)('%s: %s', async (code, says, line, world) => {
    const { stdout } = await check(line, world);
    const from = stdout.search(new RegExp(`(FAIL|WARN) ${code} `));
    expect(from).toBeGreaterThanOrEqual(0);
    const finding = stdout.slice(from, stdout.indexOf(`help ${code}`, from));
    expect(finding).toContain(says);
    expect(finding).toMatch(/\n +Fix {4}\S/);
  });

  it.each(forbiddenAccess)('WW2004: what $flag forbids', async ({ flag, server, says }) => {
    const providers = [accessProvider('other', server)];
    const profile = clusterProfile('fleet/eu-1', { providers });
    const hub = { objects: [...healthyHub, profile, secret('wheelwright/other', token)] };
    const line = `--on eu-1 --only WW2004 -o json ${withFile}`;
    expect(await check(line, { hub })).toMatchObject({ exit: 0 });
    const { exit, stdout } = await check(`${line} ${flag}`, { hub });
    expect(stdout.replaceAll('\\"', '"')).toContain(says);
    expect(exit).toBe(1);
  });

  it('shows no credential that a server or proxy tells of', async () => {
    const said = 'proxy refused Bearer abcdef.0123456789abcdef and \u001B[2J more';
    const { stdout } = await check(`--on ap-1 ${withFile}`, {
      clusters: { 'fleet/ap-1': { fails: (call) => new UnreachableError(call, 'ProxyError', said) } },
    });
    expect(stdout).toContain('Cause  proxy refused Bearer [redacted] and  more');
  });

  const skipped: readonly [code: string, needs: string, line: string, world: World][] = [
    [
      'WW2004',
      "the operator's plugins on this machine",
      `--on a ${withFile}`,
      {
        hub: {
          objects: [clusterProfile('fleet/a', { providers: [{ ...accessProvider('a'), name: 'cloud' }] })],
        },
      },
    ],
    [
      'WW2004',
      'the right to get the Secret that the ClusterProfile names',
      `--on ap-1 ${withFile}`,
      {
        hub: {
          objects: fleet,
          fails: (call) =>
            call.resource === 'secrets' ? new ForbiddenError(call, { message: 'forbidden' }) : undefined,
        },
      },
    ],
    [
      'WW1103',
      'the right to list leases.coordination.k8s.io',
      '--only WW1103',
      {
        hub: {
          fails: (call) =>
            call.verb === 'list' ? new ForbiddenError(call, { message: 'forbidden' }) : undefined,
        },
      },
    ],
  ];

  it.each(skipped)(
    '%s is skipped and makes the report partial for want of %s',
    async (code, needs, line, world) => {
      const { stdout, exit } = await check(line, world);
      expect(stdout).toMatch(new RegExp(`skip ${code} needs ${needs}`));
      expect(exit).toBe(4);
    },
  );
});
