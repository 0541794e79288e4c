import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { memberLabel } from '../../clusters/index.ts';
import {
  type CallContext,
  ForbiddenError,
  type KubeClientOptions,
  UnauthorizedError,
  UnreachableError,
} from '../../kube/index.ts';
import { memberRules } from '../../operator/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { bundledSecretName } from '../members/hub-registration.ts';
import { memberObjects } from '../members/member-objects.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { fakeKubeClient, type FakeKubeClientOptions } from '../testing/fake-kube-client.ts';
import { ago, clusterProfile, lease, now } from '../testing/objects.ts';
import { kedifyConfiguration, reached, scaledObject, type ShownMember } from '../testing/scaling-objects.ts';
import { testHost } from '../testing/test-host.ts';
import { checkCommand } from './check-command.ts';
import { placeInBundle } from './facts/gather-member-facts.ts';
import { minimalMemberRules } from './facts/member-rules.ts';

const dayMs = 86_400_000;
const token = `secret-${'x'.repeat(30)}`;
const expiring = ['{"alg":"none"}', JSON.stringify({ exp: now / 1000 + 3 * 86_400 }), 'signed']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

function kubeconfig(user: object = { token }, server = 'https://eu-1.example.com:6443'): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'kedify-agent@eu-1', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'kedify-agent@eu-1',
    users: [{ name: 'u', user }],
  });
}

function secretOf(name: string, data: Readonly<Record<string, string>>, label = 'true'): KubeObject {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'keda', name, labels: { [memberLabel]: label } },
    data: Object.fromEntries(encoded),
  };
}

const path = '/etc/mc/eu-1-cluster.kubeconfig';
const ofFile: ShownMember = reached(`file#${path}+kedify-agent@eu-1`, { provider: 'file' });
const bundled = secretOf(bundledSecretName, { 'eu-1-cluster.kubeconfig': kubeconfig() });

interface World {
  readonly members?: Readonly<Record<string, ShownMember>>;
  readonly objects?: readonly KubeObject[];
  readonly hub?: FakeHubOptions;
  readonly member?: Omit<FakeKubeClientOptions, 'cluster'>;
  readonly certificateDays?: number;
}

const byFile: World = { members: { 'eu-1': ofFile }, objects: [bundled] };

function withUser(user: object, server?: string): World {
  return { objects: [secretOf('eu-1', { kubeconfig: kubeconfig(user, server) })] };
}

async function check(line: string, world: World = {}) {
  const { members = { 'eu-1': reached('eu-1') }, member = {}, certificateDays = 200 } = world;
  const own = world.objects ?? [secretOf('eu-1', { kubeconfig: kubeconfig() })];
  const objects = [lease('serving'), lease('eventing'), kedifyConfiguration(members), ...own];
  const { open, clock } = fakeHub({ ...world.hub, objects });
  const dialled: string[] = [];
  const clients: { readonly closed: () => boolean }[] = [];
  const services = {
    open,
    clock,
    version: '0.1.0',
    look: async () => ({ expiresAt: now + certificateDays * dayMs, issuer: 'CA', names: [] }),
    connect: ({ endpoint, cluster }: KubeClientOptions) => {
      dialled.push(endpoint.server);
      const client = fakeKubeClient({ cluster, username: 'kedify-agent', ...member });
      clients.push(client);
      return client;
    },
  };
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'check' ? { ...entry, load: async () => checkCommand(services) } : entry,
  );
  const host = testHost();
  const exit = await run(['check', ...line.split(' ')], host, entries);
  const { stdout, stderr } = host.written;
  expect(clients.every(({ closed }) => closed())).toBe(true);
  expect(stdout + stderr).not.toContain(token);
  return { exit, stdout, stderr, dialled };
}

function forbid(resource: string) {
  return (call: CallContext) =>
    call.resource === resource ? new ForbiddenError(call, { message: 'forbidden' }) : undefined;
}

describe('a member that is well', () => {
  it.each([
    ['by a Secret', {}, 'by Secret keda/eu-1', 'keda/eu-1'],
    [
      'by a mounted file',
      byFile,
      `by ${path}+kedify-agent@eu-1, mounted from Secret keda/${bundledSecretName}`,
      `keda/${bundledSecretName}`,
    ],
  ] as const)('%s is asked for everything', async (_, world, about, secret) => {
    const { exit, stdout, dialled } = await check('--on eu-1', world);
    expect(stdout.split('\n')).toEqual([
      `member/eu-1 (member ${about}, seen from laptop, not from the operator)`,
      '✓ ok   WW2005  the credential does not say when it ends',
      expect.stringMatching(/WW2006 {2}the certificate of the server is valid until .*200d/),
      '✓ ok   WW2007  /livez answered in 0 ms',
      '✓ ok   WW2008  the API server knows us as kedify-agent',
      `✓ ok   WW2013  the kubeconfig in Secret ${secret} leads to https://eu-1.example.com:6443`,
      '✓ ok   WW2015  no proxy is on the way',
      '✓ ok   WW2020  the operator tells: Ready, The cluster answers',
      '✓ ok   WW2021  kedify-agent may do all that scaling takes',
      '✓ ok   WW2022  the clocks of the member and this machine are 0 s apart',
      '0 failed, 0 warnings, 9 ok, 0 skipped',
      '',
    ]);
    expect(dialled).toEqual(['https://eu-1.example.com:6443']);
    expect(exit).toBe(0);
  });

  it.each(['eu-1', 'member/eu-1', 'kubeconfig#eu-1'])('is meant by --on %s', async (on) => {
    expect((await check(`--on ${on} --only WW2013`)).stdout).toContain('1 ok');
  });

  it.each(['shop', 'member/shop', 'clusterprofile#fleet/eu-1'])(
    'is its cluster where it comes from a profile, also as --on %s',
    async (on) => {
      const { stdout, exit } = await check(`--on ${on} --only WW2001 -o short`, {
        members: { shop: reached('clusterprofile#fleet/eu-1', { provider: 'clusterprofile' }) },
        objects: [clusterProfile('fleet/eu-1')],
      });
      expect({ stdout, exit }).toEqual({ stdout: expect.not.stringContaining('error'), exit: 0 });
    },
  );

  it('is meant before the operator has told of it', async () => {
    const { exit, stdout } = await check('--on eu-1', { members: {} });
    expect(stdout).toContain('WW2021  kedify-agent may do all');
    expect(stdout).toContain('WW2020 needs a KedifyConfiguration that tells of it');
    expect(exit).toBe(0);
  });

  it('is looked at once, and beside the cluster of its name', async () => {
    const { stdout } = await check('--only WW2001,WW2013 --on eu-1 -o short', {
      objects: [clusterProfile('fleet/eu-1'), secretOf('eu-1', { kubeconfig: '' })],
    });
    expect(stdout).toMatch(/^WW2013 error member\/eu-1: /);
    const json = await check('--only WW2001,WW2013 --on eu-1 -o json', {
      objects: [clusterProfile('fleet/eu-1'), secretOf('eu-1', { kubeconfig: '' })],
    });
    const { sections } = JSON.parse(json.stdout) as { sections: readonly { subject: string }[] };
    expect(sections.map(({ subject }) => subject)).toEqual(['fleet/eu-1', 'member/eu-1']);
  });

  it('needs no hub that serves ClusterProfiles', async () => {
    const hub = { without: ['ClusterProfile'] };
    expect((await check('--on eu-1', { hub })).exit).toBe(0);
    expect((await check('--on us-9', { hub })).exit).not.toBe(0);
  });

  it('is one of those that are looked at without --on', async () => {
    const { stdout } = await check('--only WW2021', {
      members: { 'eu-1': reached('eu-1'), hub: reached('hub', { provider: 'hub' }) },
    });
    expect(stdout).toContain('member/eu-1');
    expect(stdout).not.toContain('member/hub');
  });

  it('is left alone where nobody asked about members', async () => {
    expect((await check('--only WW40xx')).dialled).toEqual([]);
  });
});

describe('what a check of a member finds', () => {
  const cases: readonly [code: string, says: string, world: World][] = [
    ['WW2005', 'the credential ends soon', withUser({ token: expiring })],
    ['WW2006', 'the certificate of the server ends soon', { certificateDays: 10 }],
    [
      'WW2007',
      'connect ETIMEDOUT',
      { member: { fails: (call) => new UnreachableError(call, 'Timeout', 'connect ETIMEDOUT') } },
    ],
    [
      'WW2008',
      'does not accept the credential',
      { member: { fails: (call) => new UnauthorizedError(call, { message: 'Unauthorized' }) } },
    ],
    ['WW2013', 'there is no Secret keda/eu-1 on the hub', { objects: [] }],
    [
      'WW2013',
      "kubeconfig in Secret keda/eu-1: there is nothing under the key 'kubeconfig'",
      {
        objects: [secretOf('eu-1', {})],
      },
    ],
    [
      'WW2013',
      'no commands are run',
      withUser({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'a' } }),
    ],
    ['WW2013', 'must begin with https://', withUser({ token }, 'http://eu-1:80')],
    ['WW2013', 'deprecated', withUser({ username: 'a', password: 'b' })],
    [
      'WW2020',
      'connect ECONNREFUSED',
      { members: { 'eu-1': reached('eu-1', { state: 'NotReady', info: 'connect ECONNREFUSED.' }) } },
    ],
    ['WW2022', 'the clock of the member is 60 s ahead', { member: { serverTime: ago(-60) } }],
  ];

  it.each(cases)('%s: %s', async (code, says, world) => {
    const { stdout } = await check('--on eu-1', world);
    const from = stdout.search(new RegExp(`(FAIL|WARN) ${code} `));
    expect(from).toBeGreaterThanOrEqual(0);
    const finding = stdout.slice(from, stdout.indexOf(`help ${code}`, from));
    expect(finding).toContain(says);
    expect(finding).toMatch(/\n +Fix {4}\S/);
  });

  it.each([
    ['*', '*', 'scale', '"*/scale"'],
    ['apps', 'deployments', undefined, '"deployments"'],
    ['', 'pods', undefined, '"pods"'],
    ['batch', 'jobs', undefined, '"jobs"'],
  ])('WW2021: lacks %s %s/%s', async (group, resource, subresource, named) => {
    const { stdout, exit } = await check('--on eu-1 --only WW2021', {
      member: {
        allows: (right) =>
          right['verb'] !== '*' &&
          !(
            right['group'] === group &&
            right['resource'] === resource &&
            right['subresource'] === subresource
          ),
      },
    });
    expect(stdout).toContain(`apiGroups: ["${group}"], resources: [${named}], verbs: [get, list, watch`);
    expect(exit).toBe(1);
  });
});

describe('rights to deliver from the hub', () => {
  const scaling = new Set(memberRules.map(({ group, resources }) => `${group} ${resources.join()}`));
  const onlyScaling = ({ group, resource, subresource, verb }: Readonly<Record<string, string>>): boolean =>
    verb !== '*' &&
    !['create', 'delete'].includes(verb ?? '') &&
    scaling.has(`${group} ${resource}${subresource === undefined ? '' : `/${subresource}`}`);
  const rows = [{ member: 'eu-1', desired: 1 }];
  const object = (more: object, members?: readonly object[]): KubeObject => {
    const made = scaledObject('shop/checkout', { rows, ...(members === undefined ? {} : { members }) });
    return { ...made, spec: { ...(made['spec'] as object), ...more } };
  };
  const fromHub = { workload: { fromHub: true } };
  const lacking = (namespace: string): readonly string[] => [
    `Cause  workloads come from the hub into ${namespace}`,
    'resources: ["configmaps", "secrets", "serviceaccounts"], verbs: [get, list',
    'resources: ["deployments"], verbs: [create, delete]',
  ];

  it.each([
    ['are not asked for where nothing comes from there', object({}), [], ['may do all that scaling takes']],
    ['are asked for in the namespace of the object', object(fromHub), ['shop'], lacking('shop')],
    [
      'are asked for in the namespace that the list gives the member',
      object(fromHub, [{ name: 'eu-1', targetNamespace: 'elsewhere' }]),
      ['elsewhere'],
      lacking('elsewhere'),
    ],
  ])('%s', async (_, dso, namespaces, says) => {
    const asked = new Set<string>();
    const { stdout } = await check('--on eu-1 --only WW2021', {
      objects: [secretOf('eu-1', { kubeconfig: kubeconfig() }), dso],
      member: {
        allows: (right) => {
          if (right['namespace'] !== undefined) asked.add(right['namespace']);
          return right['group'] === 'batch' ? right['verb'] !== '*' : onlyScaling(right);
        },
      },
    });
    expect([...asked]).toEqual(namespaces);
    for (const text of says) expect(stdout).toContain(text);
  });
});

describe('a member whose kubeconfig cannot be read from here', () => {
  it.each([
    ['Ready', reached('eu-1'), 4, 'WW2020  the operator tells: Ready'],
    ['NotReady', reached('eu-1', { state: 'NotReady', info: 'It is away.' }), 1, 'Cause  It is away'],
  ])('is told of by the operator: %s', async (_, told, exit, says) => {
    const world: World = { members: { 'eu-1': told }, hub: { fails: forbid('secrets') } };
    const answer = await check('--on eu-1', world);
    expect(answer.stdout).toContain(says);
    expect(answer.stdout).toContain(
      '– skip WW2005–WW2015, WW2021, WW2022 need the right to get Secret keda/eu-1',
    );
    expect(answer.dialled).toEqual([]);
    expect(answer.exit).toBe(exit);
  });

  it.each([
    [
      'is not in the bundled Secret',
      { members: { 'eu-1': ofFile }, objects: [secretOf(bundledSecretName, {})] },
      'has no such one',
    ],
    [
      'names files that the operator has',
      {
        members: { 'eu-1': ofFile },
        objects: [
          secretOf(bundledSecretName, { 'eu-1-cluster.kubeconfig': kubeconfig({ tokenFile: 'token' }) }),
        ],
      },
      'the files that its kubeconfig names',
    ],
  ])('%s', async (_, world, needs) => {
    const { exit, stdout } = await check('--on eu-1', world);
    expect(stdout).toContain(needs);
    expect(exit).toBe(4);
  });
});

describe('the place of a mounted kubeconfig', () => {
  it.each([
    ['/etc/mc/a.kubeconfig+b', ['a.kubeconfig', 'b'], { key: 'a.kubeconfig', context: 'b' }],
    ['/etc/mc/a.kubeconfig+arn:x/y+z', ['a.kubeconfig'], { key: 'a.kubeconfig', context: 'arn:x/y+z' }],
    ['/etc/mc/a+/b+c', ['b', 'a'], { key: 'a', context: '/b+c' }],
    ['/etc/mc/aa.kubeconfig+b', ['a.kubeconfig'], undefined],
    ['/etc/mc/a+b', [], undefined],
  ])('%s', (local, keys, expected) => {
    expect(placeInBundle(local, keys)).toEqual(expected);
  });
});

it('takes the least by which members are set up for enough', async () => {
  const least = new Set(
    minimalMemberRules.flatMap(({ verbs, resources }) => verbs.map((verb) => `${verb} ${resources.join()}`)),
  );
  const { exit, stdout } = await check('--on eu-1 --only WW2021', {
    objects: [secretOf('eu-1', { kubeconfig: kubeconfig() })],
    member: {
      allows: ({ verb, resource, subresource }) =>
        least.has(`${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`),
    },
  });
  expect(stdout).toContain('may do the least that scaling takes, without ');
  expect(exit).toBe(0);
});

it('asks for exactly the rules that members are set up with', () => {
  const role = memberObjects('keda').find(({ kind }) => kind === 'ClusterRole');
  expect(role?.['rules']).toEqual(
    memberRules.map(({ group, resources, verbs }) => ({ apiGroups: [group], resources, verbs })),
  );
});
