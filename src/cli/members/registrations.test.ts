import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { isRecord, type KubeObject } from '../../api/index.ts';
import { kubeconfigMark } from '../../clusters/index.ts';
import type { CliCommand, CommandEntry } from '../cli-command.ts';
import type { OpenHub } from '../hub/open-hub.ts';
import { run } from '../run.ts';
import { fakeHub } from '../testing/fake-hub.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { kedifyConfiguration, reached, scaledObject, type ShownMember } from '../testing/scaling-objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { addCommand } from './add-command.ts';
import { drainCommand } from './drain-command.ts';
import { bundledKey, bundledSecret, bundledSecretName, memberSecret } from './hub-registration.ts';
import { memberKubeconfig } from './member-kubeconfig.ts';
import { removeCommand } from './remove-command.ts';

const token = 'token-of-the-account';
const server = 'https://hub.example.com:6443';
const file = '/etc/mc/eu-1-cluster.kubeconfig+kedify-agent@eu-1';

let hub: MemoryCluster;
let member: MemoryCluster;
let clock: ManualClock;
/** What the operator does while time goes by. */
let operator: () => void | Promise<void>;

function tokenSecret(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'keda', name: 'kedify-agent-token' },
    data: { token: Buffer.from(token).toString('base64') },
  };
}

async function kubeconfig(of = token): Promise<string> {
  const access = { server, certificateAuthorityData: undefined, tlsServerName: undefined, token: of };
  return memberKubeconfig('eu-1', access);
}

async function encoded(of?: string): Promise<string> {
  return Buffer.from(await kubeconfig(of)).toString('base64');
}

beforeEach(() => {
  hub = new MemoryCluster({ cluster: 'hub' });
  member = new MemoryCluster({ cluster: 'member', objects: [tokenSecret()] });
  clock = new ManualClock();
  operator = () => undefined;
});

async function cli(line: string, stdin = '', options: TestHostOptions = {}) {
  const { open: openFake } = fakeHub({});
  const open: OpenHub = async (flags, host, options) => {
    const { client } = flags.context === 'member' || flags.kubeconfig !== undefined ? member : hub;
    return { ...(await openFake(flags, host, options)), client };
  };
  const services = { open, clock };
  const entry = (name: string, command: CliCommand<never>): CommandEntry => ({
    name,
    group: 'Change',
    summary: name,
    examples: [],
    load: async () => command,
  });
  const entries = [
    entry('add', addCommand('own', services)),
    entry('remove', removeCommand('own', services)),
    entry('delete-member', removeCommand('compat', services)),
    entry('drain', drainCommand(services)),
  ];
  const host = testHost({ ...options, stdin });
  const life = { isOver: false };
  const ended = run(line.split(' '), host, entries).finally(() => {
    life.isOver = true;
  });
  // Every wait of a command has a deadline.
  while (!life.isOver) {
    await operator();
    await clock.advance(250);
  }
  return { exit: await ended, ...host.written };
}

function tell(
  clusters: Readonly<Record<string, ShownMember>>,
  annotations: Readonly<Record<string, string>> = {},
): void {
  hub.put(kedifyConfiguration(clusters, annotations));
}

const keda = (name: string) => ({ namespace: 'keda', name });

function bundledKeys(): readonly string[] {
  const data = hub.find('Secret', keda(bundledSecretName))?.['data'];
  return isRecord(data) ? Object.keys(data) : [];
}

describe('adding a member', () => {
  const add = 'add eu-1 --member-context member --yes';

  it('says what keeps the operator from seeing members', async () => {
    const why = 'secrets is forbidden';
    hub.put(kedifyConfiguration({}, {}, { kubeconfig: why, file: 'something else' }));
    const ended = await cli(`${add} --wait 20s`);
    expect(ended).toMatchObject({ exit: 124, stdout: '' });
    expect(ended.stderr).toContain('No operator has seen member eu-1 within 20s');
    expect(ended.stderr).toContain(`${why}\n`);
    expect(ended.stderr).not.toContain('something else');
  });

  it('takes no word of the operator about the kubeconfig before for one about the new', async () => {
    hub.put(memberSecret('keda', 'eu-1', await encoded('of-before')));
    const before = (await kubeconfigMark(await kubeconfig('of-before'))) ?? '';
    tell({ 'eu-1': reached('eu-1', { info: `It answers. Credential ${before}.` }) });
    const stale = await cli(`${add} --wait 20s`);
    expect(stale).toMatchObject({ exit: 124, stdout: '' });
    expect(stale.stderr).toContain('has not tried the new kubeconfig of eu-1 within 20s');
    expect(stale.stderr).toContain('it says of the one before: It answers.');
    expect(stale.stderr).not.toContain('--cleanup-member');
    const now = (await kubeconfigMark(await kubeconfig())) ?? '';
    tell({ 'eu-1': reached('eu-1', { state: 'NotReady', info: `It hangs. Credential ${now}.` }) });
    const lost = await cli(`${add} --wait 20s`);
    expect(lost).toMatchObject({ exit: 1, stdout: '' });
    expect(lost.stderr).toContain('The hub does not reach eu-1 after 20s');
    expect(lost.stderr).toContain('It hangs.\n');
    operator = () => tell({ 'eu-1': reached('eu-1', { info: `It answers. Credential ${now}.` }) });
    expect(await cli(`${add} --wait 20s`)).toMatchObject({ exit: 0, stdout: 'member/eu-1 added\n' });
  });

  it.each<[what: string, file: boolean]>([
    ['a Secret of its name', false],
    ['a key of its name', true],
  ])('leaves %s alone that came after it looked', async (_, isFile) => {
    if (isFile) hub.put({ ...bundledSecret('keda', 'eu-1', ''), data: {} });
    const foreign: KubeObject = isFile
      ? bundledSecret('keda', 'eu-1', 'Zm9yZWlnbg==')
      : { ...memberSecret('keda', 'eu-1', 'Zm9yZWlnbg=='), metadata: keda('eu-1') };
    member.before = ({ verb, resource }) => {
      if (verb === 'apply' && resource === 'serviceaccounts') hub.put(foreign);
    };
    const refused = await cli(`${add} --wait 0s --provider ${isFile ? 'file' : 'kubeconfig'}`);
    expect(refused).toMatchObject({ exit: 5, stdout: '' });
    expect(refused.stderr).toContain('Somebody else has written');
    expect(hub.find('Secret', foreign.metadata)?.['data']).toEqual(foreign['data']);
  });

  it('replaces only the Secret that was seen', async () => {
    hub.put(memberSecret('keda', 'eu-1', await encoded('of-before')));
    member.before = ({ verb, resource }) => {
      if (verb === 'apply' && resource === 'serviceaccounts')
        hub.put(memberSecret('keda', 'eu-1', 'bWVhbndoaWxl'));
    };
    expect((await cli(`${add} --wait 0s`)).exit).toBe(5);
    expect(hub.find('Secret', keda('eu-1'))?.['data']).toEqual({ kubeconfig: 'bWVhbndoaWxl' });
  });

  it('writes its key of the bundled Secret when others write theirs at the same time', async () => {
    hub.put({ ...bundledSecret('keda', 'eu-1', ''), data: {} });
    let others = 0;
    hub.before = ({ verb, resource }) => {
      if (verb !== 'patch' || resource !== 'secrets' || ++others > 3) return;
      hub.put({ ...bundledSecret('keda', 'eu-1', ''), data: { [bundledKey(`us-${others}`)]: 'eA==' } });
    };
    expect((await cli(`${add} --wait 0s --provider file`)).exit).toBe(0);
    expect(bundledKeys()).toEqual([bundledKey('us-3'), bundledKey('eu-1')]);
  });

  it('says that one is drained that was so before', async () => {
    hub.put({ ...bundledSecret('keda', 'eu-1', ''), data: {} });
    tell({}, { 'drain.wheelwright.dev/eu-1': 'true' });
    const { exit, stderr } = await cli(`${add} --wait 0s --provider file`);
    expect(exit).toBe(0);
    expect(stderr).toContain('! eu-1 is drained, and gets no replicas until somebody ends that: ');
    expect(stderr).toContain('wheelwright uncordon eu-1\n');
  });
});

describe('adding a member with less', () => {
  const role = () => member.find('ClusterRole', { name: 'kedify-agent' })?.['rules'];

  it('grants the least where that is asked for', async () => {
    expect((await cli('add eu-1 --member-context member --wait 0s --minimal-rbac')).exit).toBe(0);
    expect(role()).toEqual([
      { apiGroups: ['*'], resources: ['*/scale'], verbs: ['get', 'patch'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    ]);
  });

  describe('where another hub has more', () => {
    const full = [
      { apiGroups: ['*'], resources: ['*/scale'], verbs: ['get', 'patch'] },
      { verbs: ['*'], apiGroups: ['batch'], resources: ['jobs'] },
    ];

    beforeEach(() => {
      const metadata = { name: 'kedify-agent' };
      member.put({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata, rules: full });
    });

    const otherSubject = (): KubeObject =>
      member.put({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'kedify-agent' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kedify-agent' },
        subjects: [{ kind: 'ServiceAccount', name: 'kedify-agent', namespace: 'other-hub' }],
      });

    it.each<[what: string, put: () => unknown, isKept: boolean]>([
      ['an account of its own', otherSubject, true],
      [
        'the same account',
        () => {
          const metadata = { ...keda('kedify-agent'), annotations: { 'hub.wheelwright.dev/two': 'west' } };
          member.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
        },
        true,
      ],
      ['nothing there any more', () => undefined, false],
    ])('takes none of that away: %s', async (_, put, isKept) => {
      put();
      expect((await cli('add eu-1 --member-context member --wait 0s --yes --minimal-rbac')).exit).toBe(0);
      const rules = role() as readonly { readonly resources: readonly string[] }[];
      expect(rules.map(({ resources }) => resources.join(','))).toEqual([
        '*/scale',
        'deployments',
        'pods',
        ...(isKept ? ['jobs'] : []),
      ]);
    });

    it('has the servers try just that', async () => {
      const add = 'add eu-1 --member-context member --minimal-rbac --yes';
      otherSubject();
      expect((await cli(`${add} --wait 0s`)).exit).toBe(0);
      const { stdout } = await cli(`${add} --dry-run=server`);
      expect(stdout).toContain('clusterrole/kedify-agent unchanged on the member (server dry run)\n');
      expect(stdout).toContain('clusterrolebinding/kedify-agent unchanged on the member (server dry run)\n');
    });
  });

  it.each(['kubeconfig', 'file'])('has the servers try it, and keeps nothing: %s', async (provider) => {
    hub.put({ ...bundledSecret('keda', 'us-2', 'eA=='), data: {} });
    const tried = await cli(`add eu-1 --member-context member --dry-run=server --provider ${provider}`);
    expect(tried.exit).toBe(0);
    expect(tried.stdout).toContain('namespace/keda created on the member (server dry run)\n');
    expect(tried.stdout).toContain('clusterrole/kedify-agent created on the member (server dry run)\n');
    expect(tried.stdout).toContain(
      provider === 'file'
        ? `secret/${bundledSecretName} changed on the hub (server dry run)\n`
        : 'secret/eu-1 created on the hub (server dry run)\n',
    );
    expect(tried.stdout).not.toContain('added');
    expect(tried.stderr).toContain(
      '! serviceaccount/kedify-agent cannot be tried before its namespace is there',
    );
    expect(role()).toBeUndefined();
    expect(hub.find('Secret', keda('eu-1'))).toBeUndefined();
    expect(bundledKeys()).toEqual([]);
  });
});

describe('a member of a kubeconfig that is used as it is', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wheelwright-'));
    path = join(directory, 'eu-1.yaml');
    await writeFile(path, await kubeconfig());
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('is registered by it, and nothing is changed on the member', async () => {
    const writes: string[] = [];
    member.before = ({ verb, resource }) => {
      if (!['get', 'list'].includes(verb) && !resource.startsWith('selfsubject'))
        writes.push(`${verb} ${resource}`);
    };
    const { exit, stdout, stderr } = await cli(`add eu-1 --from-file ${path} --wait 0s`);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'member/eu-1 added\n' });
    expect(stderr).toContain('3/3 Secret on the hub');
    expect(writes).toEqual([]);
    expect(hub.find('Secret', keda('eu-1'))?.['data']).toEqual({ kubeconfig: await encoded() });
  });

  it('is undone without touching the member', async () => {
    const lost = await cli(`add eu-1 --from-file ${path} --wait 1s`);
    expect(lost.exit).toBe(124);
    expect(lost.stderr).toContain(`members add eu-1 --from-file ${path} --yes; or undo it with: `);
    expect(lost.stderr).toContain('members remove eu-1\n');
  });

  it('is registered in the same place by the command that goes on', async () => {
    const lost = await cli(`add eu-1 --from-file ${path} --provider kubeconfig --wait 1s`);
    expect(lost.stderr).toContain(
      `members add eu-1 --from-file ${path} --provider kubeconfig --yes; or undo`,
    );
    expect(lost.stderr).toContain('members remove eu-1 --provider kubeconfig\n');
  });

  it('is printed for a repository with its text only where that is asked for', async () => {
    const dry = await cli(`add eu-1 --from-file ${path} --as-yaml`);
    expect(dry.stdout.startsWith('# On the hub.\napiVersion: v1\nkind: Secret\n')).toBe(true);
    expect(dry.stdout).toContain('kubeconfig: <BASE64_OF_MEMBER_KUBECONFIG>');
    expect((await cli(`add eu-1 --from-file ${path} --as-yaml --show-secrets`)).stdout).toContain(
      await encoded(),
    );
  });

  it.each<[what: string, user: object, says: string]>([
    ['commands', { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' } }, 'exec'],
    ['files beside it', { tokenFile: 'token' }, 'token'],
  ])('is refused where it names %s', async (_, user, says) => {
    const config = (await kubeconfig()).replace(/user:\n +token: .*/, `user: ${JSON.stringify(user)}`);
    await writeFile(path, config);
    const refused = await cli(`add eu-1 --from-file ${path} --wait 0s`);
    expect(refused).toMatchObject({ exit: 2, stdout: '' });
    expect(refused.stderr).toContain(says);
    expect(refused.stderr).toContain('--from-file');
    expect(hub.find('Secret', keda('eu-1'))).toBeUndefined();
  });
});

describe('removing one of two members of a name with a drain', () => {
  const both = { 'eu-1': reached('eu-1'), [`file#${file}`]: reached(file, { provider: 'file' }) };
  const line = 'remove eu-1 --provider file --drain --yes';

  beforeEach(async () => {
    hub.put(memberSecret('keda', 'eu-1', await encoded()));
    hub.put(bundledSecret('keda', 'eu-1', await encoded('of-the-file')));
    tell(both);
  });

  it('leaves the other one as it is', async () => {
    const { exit, stderr } = await cli(line);
    expect(exit).toBe(0);
    expect(stderr).toContain('is masked by the member that has its name');
    expect(hub.find('Secret', keda('eu-1'))?.metadata.annotations).toBeUndefined();
    expect(bundledKeys()).toEqual([]);
  });

  it('is refused while something runs on the one that nobody can drain', async () => {
    const object = scaledObject('shop/checkout');
    const row = { currentReplicas: 2, desiredReplicas: 2, id: file, provider: 'file', state: 'Ready' };
    hub.put({ ...object, status: { memberClusterStatuses: { [`file#${file}`]: row } } });
    const refused = await cli(line);
    expect(refused).toMatchObject({ exit: 1, stdout: '' });
    expect(refused.stderr).toContain('cannot be drained as a whole: another member has its name');
    expect(bundledKeys()).toEqual([bundledKey('eu-1')]);
  });
});

describe('removing a drained member of the bundled Secret', () => {
  const annotation = 'drain.wheelwright.dev/eu-1';
  const drained = reached(file, { provider: 'file', info: 'It answers. It is drained.' });
  const annotations = () => hub.find('KedifyConfiguration', keda('kedify'))?.metadata.annotations;

  beforeEach(async () => {
    hub.put(bundledSecret('keda', 'eu-1', await encoded()));
    tell({ 'eu-1': drained }, { [annotation]: 'true' });
  });

  it('takes the drain along once the operator has let go of it', async () => {
    let seen: boolean | undefined;
    operator = () => {
      if (bundledKeys().length > 0) return;
      seen ??= annotations()?.[annotation] === 'true';
      tell({}, annotations());
    };
    expect((await cli('remove eu-1 --drain --yes')).exit).toBe(0);
    expect(seen).toBe(true);
    expect(annotations()).toEqual({});
  });

  it('leaves it where the operator keeps the member, and says how to end it', async () => {
    const { exit, stderr } = await cli('remove eu-1 --yes --wait 5s');
    expect(exit).toBe(0);
    expect(stderr).toContain(`kubectl annotate kedifyconfiguration kedify -n keda ${annotation}-\n`);
    expect(annotations()).toEqual({ [annotation]: 'true' });
  });
});

describe('draining a member', () => {
  const rowsAt = (replicas: number) =>
    hub.put(scaledObject('shop/checkout', { rows: [{ member: 'eu-1', desired: replicas }] }));

  beforeEach(async () => {
    hub.put(memberSecret('keda', 'eu-1', await encoded()));
    tell({ 'eu-1': reached('eu-1'), 'us-2': reached('us-2') });
  });

  it('is not done before the operator has taken notice of it', async () => {
    rowsAt(0);
    const unheard = await cli('drain eu-1 --wait 10s');
    expect(unheard).toMatchObject({ exit: 124, stdout: '' });
    expect(unheard.stderr).toContain('No operator has said within 10s');
    expect(unheard.stderr).toContain('eu-1 stays drained');
  });

  it('is not done by one look at a row that is at 0 for a moment', async () => {
    tell({ 'eu-1': reached('eu-1', { info: 'It answers. It is drained.' }), 'us-2': reached('us-2') });
    let turns = 0;
    // Within 1 s after the first look it is back.
    operator = () => void rowsAt(turns++ < 3 ? 0 : 2);
    const stuck = await cli('drain eu-1 --wait 10s');
    expect(stuck).toMatchObject({ exit: 124, stdout: '' });
    expect(stuck.stderr).toContain(
      'Not everything has moved away from eu-1 within 10s: dso/shop/checkout (2)',
    );
  });
});

describe('the last member that can serve an object', () => {
  const drainOf = () => hub.find('Secret', keda('eu-1'))?.metadata.annotations;
  const both = { 'eu-1': reached('eu-1'), 'us-2': reached('us-2') };
  const shop = (members?: readonly object[]) =>
    hub.put(scaledObject('shop/checkout', { members: members ?? [] }));

  beforeEach(async () => {
    hub.put(memberSecret('keda', 'eu-1', await encoded()));
    shop();
  });

  it.each<[why: string, clusters: Readonly<Record<string, ShownMember>>, members?: readonly object[]]>([
    ['there is no other', { 'eu-1': reached('eu-1') }],
    ['the other does not answer', { ...both, 'us-2': reached('us-2', { state: 'NotReady' }) }],
    ['the other is drained', { ...both, 'us-2': reached('us-2', { info: 'It is drained.' }) }],
    [
      'another has its name',
      { 'eu-1': reached('eu-1'), 'file#/etc/mc/a': reached('/etc/mc/a', { provider: 'file' }) },
    ],
    ['the other is not listed', both, [{ name: 'kubeconfig#eu-1' }]],
    ['the other has no weight', both, [{ name: 'eu-1' }, { name: 'us-2', weight: 0 }]],
    ['the other may have nothing', both, [{ name: 'eu-1' }, { name: 'us-2', maxReplicas: 0 }]],
    ['the object drains the other', both, [{ name: 'eu-1' }, { name: 'us-2', drain: true }]],
  ])('is neither drained nor removed by accident where %s', async (_, clusters, listed) => {
    tell(clusters);
    shop(listed);
    for (const line of ['drain eu-1', 'remove eu-1 --yes', 'remove eu-1 --drain --confirm us-2']) {
      const refused = await cli(line);
      expect(refused).toMatchObject({ exit: 5, stdout: '' });
      expect(refused.stderr).toContain('No other member than eu-1 can serve dso/shop/checkout now.');
      expect(refused.stderr).toContain('--confirm=eu-1');
      expect(refused.stderr).toContain('nothing was changed');
    }
    expect(drainOf()).toBeUndefined();
    expect(hub.find('Secret', keda('eu-1'))).toBeDefined();
  });

  it.each<[why: string, clusters: Readonly<Record<string, ShownMember>>, members?: readonly object[]]>([
    ['another answers', both],
    ['nothing uses it', { ...both, 'us-2': reached('us-2', { state: 'NotReady' }) }, [{ name: 'us-2' }]],
    ['another is listed by its id', both, [{ name: 'eu-1' }, { name: 'kubeconfig#us-2' }]],
  ])('is none where %s', async (_, clusters, listed) => {
    tell(clusters);
    shop(listed);
    expect(await cli('drain eu-1 --wait 0s')).toMatchObject({ exit: 0, stdout: 'member/eu-1 draining\n' });
    expect(await cli('remove eu-1 --yes')).toMatchObject({ exit: 0, stdout: 'member/eu-1 removed\n' });
  });

  it('is not given up while something runs there, wanted or not', async () => {
    tell(both);
    hub.put(
      scaledObject('shop/checkout', {
        members: [{ name: 'eu-1', weight: 0 }],
        rows: [{ member: 'eu-1', desired: 2 }],
      }),
    );
    expect((await cli('remove eu-1 --yes')).exit).toBe(5);
  });

  it('is nobody as long as the operator tells of none', async () => {
    shop([{ name: 'eu-1' }]);
    expect((await cli('drain eu-1 --wait 0s')).exit).toBe(0);
    expect((await cli('remove eu-1 --yes')).exit).toBe(0);
  });

  it('goes where its name is given, and by the name of the reference as ever', async () => {
    tell({ 'eu-1': reached('eu-1') });
    expect((await cli('drain eu-1 --wait 0s --confirm eu-1')).exit).toBe(0);
    expect(drainOf()).toEqual({ 'wheelwright.dev/drain': 'true' });
    const asked = await cli('delete-member eu-1', 'n\n');
    expect(asked.exit).toBe(1);
    expect(asked.stderr).toContain(
      'This removes Secret keda/eu-1. No other member than eu-1 can serve dso/shop/checkout now. Go on? [y/n]:',
    );
    expect((await cli('remove eu-1 --confirm=eu-1')).exit).toBe(0);
    expect(hub.find('Secret', keda('eu-1'))).toBeUndefined();
  });

  it('goes where its name is typed at a terminal', async () => {
    tell({ 'eu-1': reached('eu-1') });
    const wrong = await cli('drain eu-1 --wait 0s', 'y\n', { terminal: 100 });
    expect(wrong.exit).toBe(5);
    expect(wrong.stderr).toContain('can serve dso/shop/checkout now. Type its name to go on: ');
    expect((await cli('drain eu-1 --wait 0s', 'eu-1\n', { terminal: 100 })).exit).toBe(0);
  });
});

describe('cleaning a member up', () => {
  const line = 'remove eu-1 --cleanup-member --member-context member';
  const binding = (...namespaces: readonly string[]): KubeObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'kedify-agent' },
    subjects: namespaces.map((namespace) => ({ kind: 'ServiceAccount', name: 'kedify-agent', namespace })),
  });
  const role: KubeObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'kedify-agent' },
  };

  beforeEach(async () => {
    hub.put(memberSecret('keda', 'eu-1', await encoded()));
    member.put(role);
  });

  it('leaves role and binding to the accounts of other hubs', async () => {
    member.put(binding('other-hub', 'keda'));
    const { exit, stderr } = await cli(`${line} --yes`);
    expect(exit).toBe(0);
    expect(stderr).toContain('and so do the role and its binding, which have accounts of others');
    expect(member.find('ClusterRoleBinding', { name: 'kedify-agent' })?.['subjects']).toEqual(
      binding('other-hub')['subjects'],
    );
    expect(member.find('ClusterRole', role.metadata)).toBeDefined();
    expect(member.find('Secret', keda('kedify-agent-token'))).toBeUndefined();
  });

  it('takes role and binding away where there are no others', async () => {
    member.put(binding('keda'));
    expect((await cli(`${line} --yes`)).stderr).toContain('Removed 3 objects from the member');
    expect(member.find('ClusterRoleBinding', { name: 'kedify-agent' })).toBeUndefined();
    expect(member.find('ClusterRole', role.metadata)).toBeUndefined();
  });

  it('leaves the account to another hub that works by it, until the last of them goes', async () => {
    const hubs = ['one', 'two'].map((uid) => {
      const cluster = new MemoryCluster({ cluster: 'hub' });
      cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } });
      return cluster;
    });
    const on = async (index: number, command: string) => {
      hub = hubs[index] ?? hub;
      return cli(command);
    };
    const marks = () => member.find('ServiceAccount', keda('kedify-agent'))?.metadata.annotations;
    await on(0, 'add eu-1 --member-context member --wait 0s --yes');
    await on(1, 'add west --member-context member --wait 0s --yes');
    expect(marks()).toEqual({ 'hub.wheelwright.dev/one': 'eu-1', 'hub.wheelwright.dev/two': 'west' });

    const first = await on(0, `${line} --yes`);
    expect(first).toMatchObject({ exit: 0, stdout: 'member/eu-1 removed\n' });
    expect(first.stderr).toContain(
      `! Account keda/kedify-agent on the member at ${server} stays: another hub works by it, which calls the member 'west'.`,
    );
    expect(first.stderr).toContain('annotate serviceaccount -n keda kedify-agent hub.wheelwright.dev/two-,');
    expect(marks()).toEqual({ 'hub.wheelwright.dev/two': 'west' });
    expect(member.find('Secret', keda('kedify-agent-token'))).toBeDefined();

    const last = await on(1, `${line.replace('eu-1', 'west')} --yes`);
    expect(last.stderr).toContain('objects from the member');
    expect(marks()).toBeUndefined();
    expect(member.find('Secret', keda('kedify-agent-token'))).toBeUndefined();
  });

  it('takes no mark of the same member for its own where it may not know which hub it is', async () => {
    const marked = { ...keda('kedify-agent'), annotations: { 'hub.wheelwright.dev/one': 'eu-1' } };
    member.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: marked });
    const asked = await cli(line.replace('remove', 'delete-member'), 'n\n');
    expect(asked.stderr).toContain(
      `This removes Secret keda/eu-1. Account keda/kedify-agent on the member at ${server} stays. Go on? [y/n]:\n`,
    );
    const removed = await cli(`${line} --yes`);
    expect(removed).toMatchObject({ exit: 0, stdout: 'member/eu-1 removed\n' });
    expect(removed.stderr).toContain("a hub works by it, which calls the member 'eu-1'; nobody can tell");
    expect(removed.stderr).toContain('If it is this one, or is gone: kubectl annotate serviceaccount');
    expect(member.find('ServiceAccount', marked)?.metadata.annotations).toEqual(marked.annotations);
    expect(member.find('Secret', keda('kedify-agent-token'))).toBeDefined();
    // With nothing left to remove from the hub, there is nothing to agree to.
    expect(await cli(line)).toMatchObject({ exit: 0, stdout: '' });
  });

  it('changes nothing on the member before the hub has said which it is', async () => {
    hub.before = ({ resource, name }) => {
      if (resource === 'namespaces' && name === 'kube-system') throw new Error('the hub is gone');
    };
    const { exit, stderr } = await cli('add eu-2 --member-context member --wait 0s --yes');
    expect(exit).not.toBe(0);
    expect(stderr).toContain('nothing was changed');
    expect(member.find('ServiceAccount', keda('kedify-agent'))).toBeUndefined();
  });

  it('loses no mark that another hub puts on while this one registers it', async () => {
    hub.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'one' } });
    member.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: keda('kedify-agent') });
    const other = { 'hub.wheelwright.dev/two': 'west' };
    member.before = ({ verb, resource }) => {
      if (verb === 'apply' && resource === 'serviceaccounts')
        member.put({
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { ...keda('kedify-agent'), annotations: other },
        });
    };
    await cli('add eu-1 --member-context member --wait 0s --yes');
    expect(member.find('ServiceAccount', keda('kedify-agent'))?.metadata.annotations).toEqual({
      'hub.wheelwright.dev/one': 'eu-1',
      ...other,
    });
  });

  it.each<[what: string, put: () => Promise<unknown>, says: string]>([
    [
      'the same member in the bundled Secret',
      async () => hub.put(bundledSecret('keda', 'eu-1', await encoded())),
      'The hub reaches eu-1 (file) by account keda/kedify-agent',
    ],
    [
      'a member of another name',
      async () => hub.put(memberSecret('keda', 'eu-2', await encoded())),
      'The hub reaches eu-2 (kubeconfig) by account keda/kedify-agent',
    ],
  ])('is refused while %s works by the account', async (_, put, says) => {
    await put();
    const refused = await cli(`${line} --provider kubeconfig --yes`);
    expect(refused).toMatchObject({ exit: 5, stdout: '' });
    expect(refused.stderr).toContain(says);
    expect(hub.find('Secret', keda('eu-1'))).toBeDefined();
    expect(member.find('Secret', keda('kedify-agent-token'))).toBeDefined();
  });

  it('names the cluster before anybody agrees, and says where it may be another one', async () => {
    const asked = await cli(line.replace('remove', 'delete-member'), 'n\n');
    expect(asked.exit).toBe(1);
    expect(asked.stderr).toContain(
      `This removes Secret keda/eu-1 and account keda/kedify-agent, its role and binding on the member at ${server}. Go on? [y/n]:\n`,
    );
    hub.put(memberSecret('keda', 'eu-1', await encoded('of-another-cluster')));
    expect((await cli(line.replace('remove', 'delete-member'), 'n\n')).stderr).toContain(
      'The hub does not reach eu-1 by that account: see whether it is the cluster that is meant.',
    );
  });
});
