import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { UnreachableError } from '../../kube/index.ts';
import type { CliCommand, CommandEntry } from '../cli-command.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { kedifyConfiguration, reached } from '../testing/scaling-objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { addCommand } from './add-command.ts';
import { drainCommand } from './drain-command.ts';
import { listCommand } from './list-command.ts';
import { memberSecret } from './hub-registration.ts';
import { removeCommand } from './remove-command.ts';

const members = kedifyConfiguration({
  'k3d-member-2': reached('k3d-member-2'),
  'k3d-member-1': reached('k3d-member-1', { state: 'NotReady', info: 'It hangs.' }),
  'k3d-member-3': {},
});

async function cli(line: string, hub: FakeHubOptions, host: TestHostOptions = {}) {
  const { open, clock } = fakeHub(hub);
  const services = { open, clock };
  const entry = (name: string, command: CliCommand<never>): CommandEntry => ({
    name,
    group: 'Change',
    summary: name,
    examples: [],
    load: async () => command,
  });
  const entries = [
    entry('list', listCommand('own', services)),
    entry('list-members', listCommand('compat', services)),
    entry('add', addCommand('own', services)),
    entry('setup-member', addCommand('compat', services)),
    entry('remove', removeCommand('own', services)),
    entry('delete-member', removeCommand('compat', services)),
    entry('drain', drainCommand(services)),
  ];
  const process = testHost(host);
  const exit = await run(line.split(' '), process, entries);
  return { exit, ...process.written };
}

describe('the list of members', () => {
  it.each([
    ['table', 'list-members'],
    ['wide', 'list-members -o wide'],
    ['json', 'list -o json'],
    ['yaml', 'list -o yaml'],
    ['name', 'list -o name'],
    ['accessible', 'list --accessible'],
  ])('looks like golden/members-%s.txt', async (file, line) => {
    const { exit, stdout, stderr } = await cli(line, { objects: [members] });
    await expect(stdout).toMatchFileSnapshot(`../golden/members-${file}.txt`);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  it.each<[line: string, exit: number, objects: readonly KubeObject[]]>([
    ['list-members', 1, []],
    ['list-members', 1, [kedifyConfiguration(undefined)]],
    ['list-members -n other', 1, [members]],
    ['list-members --allow-empty', 0, []],
    ['list', 0, []],
  ])('%s exits with %d where there is none', async (line, exit, objects) => {
    const listed = await cli(line, { objects });
    expect(listed).toMatchObject({ exit, stdout: '' });
    expect(listed.stderr).toContain('No member is registered in namespace');
  });

  it('says what the operator could not read, also where it knows of others', async () => {
    const why = 'The directory /etc/mc cannot be read (ENOENT).';
    const told = `! the operator does not know the members by file: ${why}\n`;
    const none = await cli('list-members', { objects: [kedifyConfiguration(undefined, {}, { file: why })] });
    expect(none).toEqual({ exit: 1, stdout: '', stderr: told });
    const clusters = { 'eu-1': reached('eu-1') };
    const some = await cli('list -o name', { objects: [kedifyConfiguration(clusters, {}, { file: why })] });
    expect(some).toEqual({ exit: 0, stdout: 'member/eu-1\n', stderr: told });
  });

  it('is not to be had from a hub without the kind', async () => {
    const { exit, stderr } = await cli('list', { without: ['KedifyConfiguration'] });
    expect(exit).toBe(1);
    expect(stderr).toContain('WW1101');
  });
});

describe('a command line about a member', () => {
  const secret = memberSecret('keda', 'eu-1', 'eA==');
  it.each<[line: string, exit: number, says: string]>([
    ['add', 2, "Missing required argument 'name'."],
    ['add eu-1', 2, 'It is not said which cluster the member is.'],
    ['add EU-1 --member-context a', 2, "not 'EU-1'"],
    ['add eu-1- --member-context a', 2, "not 'eu-1-'"],
    ['add 1 --member-context a', 2, "not '1'"],
    ['add eu-1 --member-context a --show-secrets', 2, '--show-secrets goes with --dry-run=client only.'],
    ['add eu-1 --member-context a --provider vcluster', 2, "'kubeconfig' or 'file', not 'vcluster'"],
    ['add eu-1 --member-context a --dry-run=hub', 2, "--dry-run must be 'client' or 'server', not 'hub'."],
    ['setup-member eu-1 --member-context a --dry-run=server', 2, "--dry-run must be 'client', not 'server'."],
    ['setup-member eu-1 --from-file a', 2, '--from-file'],
    ['add eu-1 --from-file a --member-context a', 2, '--member-context does not go with it.'],
    ['add eu-1 --from-file a --tls-server-name a', 2, '--tls-server-name does not go with it.'],
    ['add eu-1 --from-file a --as-yaml=rbac', 2, '--as-yaml does not go with it.'],
    ['add eu-1 --from-file /nowhere/a.yaml', 2, '/nowhere/a.yaml'],
    ['add eu-1 --member-context a --as-yaml --dry-run=server', 2, 'it does not go with --dry-run=server'],
    ['add eu-1 --member-context a --as-yaml=all', 2, "--as-yaml must be 'rbac', not 'all'."],
    ['add eu-1 --member-context a --wait soon', 2, '--wait must be a duration'],
    ['add eu-1 --member-context a --ca-file /nowhere/ca.pem', 2, '/nowhere/ca.pem'],
    ['remove eu-1 --cleanup-member', 2, '--cleanup-member needs to know where the member is.'],
    ['remove eu-2 --yes', 1, "Member 'eu-2' is not registered in namespace keda."],
    ['remove eu-1 --provider file --yes', 1, 'it is by provider kubeconfig'],
    ['remove eu-1', 5, 'This removes Secret keda/eu-1. Go on?'],
    ['delete-member eu-1', 1, 'Nobody said yes.'],
    ['drain nobody', 1, "There is no member 'nobody' in namespace keda of this hub."],
  ])('%s exits with %d', async (line, exit, says) => {
    const refused = await cli(line, { objects: [secret] });
    expect(refused).toMatchObject({ exit, stdout: '' });
    expect(refused.stderr).toContain(says);
  });

  it('asks at a terminal only, and takes nothing but yes for it', async () => {
    const asked = await cli('remove eu-1', { objects: [secret] }, { terminal: 100, stdin: 'n\n' });
    expect(asked.exit).toBe(1);
    expect(asked.stderr).toContain('This removes Secret keda/eu-1. Go on? [y/n]: ');
    const piped = await cli('delete-member eu-1', { objects: [secret] }, { stdin: 'no\n' });
    expect(piped.exit).toBe(1);
    expect(piped.stderr).toContain('This removes Secret keda/eu-1. Go on? [y/n]:\n');
  });
});

describe('setting a member up', () => {
  it.each<[file: string, line: string, hub: FakeHubOptions, exit: number]>([
    [
      'rights',
      'add eu-1 --member-context a',
      { allows: ({ group, resource }) => group !== '*' && resource !== 'clusterrolebindings' },
      3,
    ],
    [
      'rights-accessible',
      'setup-member eu-1 --member-context a --accessible',
      { allows: ({ group, resource }) => group !== '*' && resource !== 'clusterrolebindings' },
      3,
    ],
    [
      'unreachable',
      'add eu-1 --member-kubeconfig eu-1.yaml',
      {
        fails: (call) =>
          call.resource === '/version'
            ? new UnreachableError(call, 'Timeout', 'connect ETIMEDOUT 10.4.0.1:6443')
            : undefined,
      },
      3,
    ],
    [
      'foreign',
      'add eu-1 --member-context a',
      { objects: [{ ...memberSecret('keda', 'eu-1', ''), metadata: { namespace: 'keda', name: 'eu-1' } }] },
      5,
    ],
    ['no-bundle', 'setup-member eu-1 --member-context a --provider file', {}, 1],
  ])('ends like golden/members-add-%s.txt before anything is changed', async (file, line, hub, exit) => {
    const ended = await cli(line, hub);
    await expect(ended.stderr).toMatchFileSnapshot(`../golden/members-add-${file}.txt`);
    expect(ended).toMatchObject({ exit, stdout: '' });
    expect(ended.stderr).toContain('State  nothing was changed');
  });
});

describe('manifests for a repository', () => {
  it.each([
    ['kubeconfig', 'add eu-1 --member-context a --dry-run=client'],
    ['kubeconfig', 'add eu-1 --member-context a --as-yaml'],
    ['file', 'setup-member eu-1 --member-context a --dry-run=client --provider file -n scaling'],
  ])('look like golden/members-manifests-%s.txt, without a secret', async (file, line) => {
    const { exit, stdout, stderr } = await cli(line, {});
    expect(exit).toBe(0);
    expect(stderr).toContain('--show-secrets prints it');
    await expect(stdout).toMatchFileSnapshot(`../golden/members-manifests-${file}.txt`);
  });

  it('are the role alone for --as-yaml=rbac, with the least for --minimal-rbac', async () => {
    const { exit, stdout, stderr } = await cli(
      'add eu-1 --member-context a --as-yaml=rbac --minimal-rbac',
      {},
    );
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot('../golden/members-manifests-rbac-minimal.txt');
  });

  it('are for the Secret that the command itself would write', async () => {
    const bundled = (data?: Readonly<Record<string, string>>): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'keda', name: 'kedify-agent-multicluster-kubeconfigs' },
      ...(data === undefined ? {} : { data }),
    });
    const printed = async (line: string, objects: readonly KubeObject[]) =>
      (await cli(`${line} eu-1 --member-context a --dry-run=client`, { objects })).stdout.split(
        '# On the hub',
      )[1];
    const asPatch = 'data:\n  eu-1-cluster.kubeconfig: <BASE64_OF_MEMBER_KUBECONFIG>\n';
    expect(await printed('setup-member', [bundled()])).toMatch(asPatch);
    expect(await printed('setup-member', [bundled({ 'eu-2-cluster.kubeconfig': '' })])).not.toContain(
      'kind:',
    );
    expect(await printed('setup-member', [])).toContain('name: eu-1\n');
    expect(await printed('setup-member', [bundled(), memberSecret('keda', 'eu-1', '')])).toContain(
      'kind: Secret',
    );
    expect(await printed('add', [bundled()])).toContain('name: eu-1\n');
  });
});
