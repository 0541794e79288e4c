import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { binary, kubectl } from '../bed/index.ts';
import { CommandLine, Fleet, fleetNamespace as namespace, type Ran } from '../fleet/index.ts';

const controllers = ['kube-controller-manager'] as const;
const bundled = 'kedify-agent-multicluster-kubeconfigs';
const hubOf = ['-n', namespace];

let fleet: Fleet;
let directory: string;
let plugins: string;
let kubectlFile: string;
let shell: CommandLine;

/** The command line as it is shipped. */
function wheelwright(...args: readonly string[]): Promise<Ran> {
  return shell.wheelwright(...args);
}

/** `kubectl kedify mc …`, with what is typed on standard input. */
function mc(args: readonly string[], input = ''): Promise<Ran> {
  return shell.run(kubectlFile, ['kedify', 'mc', ...args], input);
}

function memberOf(index: number): readonly string[] {
  return ['--member-kubeconfig', fleet.spoke(index).cluster.kubeconfig];
}

function hub(): readonly string[] {
  return ['--keda-kubeconfig', fleet.bed.hub.kubeconfig, ...hubOf];
}

async function secret(
  name: string,
): Promise<KubeObject & { readonly data?: Readonly<Record<string, string>> }> {
  return fleet.hub.get(resources.secrets, { namespace, name });
}

async function gone(name: string): Promise<boolean> {
  return secret(name).then(
    () => false,
    (error: unknown) => error instanceof NotFoundError,
  );
}

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: [{ controllers }, { controllers }] });
  kubectlFile = await binary('kubectl');
  directory = join(fleet.bed.directory, 'command-line');
  plugins = join(directory, 'bin');
  await mkdir(plugins, { recursive: true });
  shell = new CommandLine({ kubeconfig: fleet.bed.hub.kubeconfig, home: directory, plugins });
  await fleet.startOperator({ flags: ['--enable-dso=true'] });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

describe('the names of other plugins', () => {
  test('are links that are made once, and never in the place of something else', async () => {
    const first = await wheelwright('alias', '--mc', '--kedify', '--dir', plugins);
    expect(first).toMatchObject({ exit: 0, stderr: '' });
    const made = ['kubectl-mc', 'kubectl_complete-mc', 'kubectl-kedify', 'kubectl_complete-kedify'];
    expect(first.stdout).toBe(made.map((name) => `${join(plugins, name)} linked\n`).join(''));
    expect(await readlink(join(plugins, 'kubectl-mc'))).toBe(shell.program);
    expect((await wheelwright('alias', '--mc', '--kedify', '--dir', plugins)).stdout).toBe(
      made.map((name) => `${join(plugins, name)} unchanged\n`).join(''),
    );
    const elsewhere = join(directory, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'kubectl-kedify'), 'somebody else');
    const refused = await wheelwright('alias', '--mc', '--kedify', '--dir', elsewhere);
    expect(refused).toMatchObject({ exit: 5, stdout: '' });
    expect(refused.stderr).toContain(`'${join(elsewhere, 'kubectl-kedify')}' is not ours`);
    expect(await readFile(join(elsewhere, 'kubectl-kedify'), 'utf8')).toBe('somebody else');
    await expect(readlink(join(elsewhere, 'kubectl-mc'))).rejects.toThrow('ENOENT');
  });

  test('are what the help calls the program', async () => {
    const help = await shell.run(kubectlFile, ['mc', '--help']);
    expect(help.stdout).toContain('Usage: kubectl mc <command>');
    expect((await mc(['list-members', '-h'])).stdout).toContain('Usage: kubectl kedify mc list-members');
  });

  test('are completed by kubectl, and so is its own', async () => {
    for (const name of ['kubectl-wheelwright', 'kubectl_complete-wheelwright'])
      expect(await readlink(join(dirname(shell.program), name))).toBe('wheelwright');
    const { stdout } = await shell.run(kubectlFile, ['__complete', 'kedify', 'mc', 'se']);
    expect(stdout).toContain('setup-member\n');
  });

  test("go for its own name too, with kubectl's flags about who asks", async () => {
    expect((await wheelwright('alias', '--wheelwright', '--dir', plugins)).exit).toBe(0);
    const get = (...flags: readonly string[]) =>
      shell.run(kubectlFile, ['wheelwright', 'get', 'members', '-o', 'name', ...flags]);
    expect(await get('--as', 'nobody', '--as-group', 'system:masters')).toMatchObject({
      exit: 0,
      stdout: '',
      stderr: 'There is no member on this hub.\n',
    });
    const nobody = await get('--as', 'nobody');
    expect(nobody).toMatchObject({ exit: 3, stdout: '' });
    expect(nobody.stderr).toContain('User "nobody" cannot list resource "kedifyconfigurations"');
    const unknown = await get('--user', 'nope');
    expect(unknown).toMatchObject({ exit: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/users must contain 'nope', because it was asked for; it has '/);
  });
});

describe('a member', () => {
  test('is missed with exit code 1 by the name of the reference, and with 0 by ours', async () => {
    expect(await mc(['list-members', ...hubOf])).toMatchObject({ exit: 1, stdout: '' });
    const own = await wheelwright('members', 'list', ...hubOf);
    expect(own).toMatchObject({ exit: 0, stdout: '' });
    expect(own.stderr).toContain('No member is registered');
  });

  test('is set up once the hub itself has reached it', async () => {
    const { exit, stdout, stderr } = await mc(['setup-member', 'member-a', ...hub(), ...memberOf(0)]);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'member/member-a registered\n' });
    expect(stderr).toContain(`registering in ${namespace}/member-a (--provider kubeconfig)`);
    for (const step of [1, 2, 3, 4, 5, 6, 7]) expect(stderr).toContain(`✓ ${step}/7 `);
    expect((await mc(['list-members', ...hubOf])).stdout).toBe('CLUSTER   STATE\nmember-a  Ready\n');
    expect((await mc(['list-members', ...hubOf, '-o', 'wide'])).stdout).toMatch(
      /^CLUSTER {3}STATE {2}PROVIDER {4}INFO\nmember-a {2}Ready {2}kubeconfig {2}\S.*\n$/,
    );
    expect((await mc(['list-members', ...hubOf, '-o', 'name'])).stdout).toBe('member/member-a\n');
    const { data, metadata } = await secret('member-a');
    expect(metadata.labels).toEqual({ 'sigs.k8s.io/multicluster-runtime-kubeconfig': 'true' });
    const kubeconfig = join(directory, 'member-a.yaml');
    await writeFile(kubeconfig, Buffer.from(data?.['kubeconfig'] ?? '', 'base64'));
    const view = ['config', 'view', '-o', 'jsonpath={.current-context} {.clusters[0].name} {.users[0].name}'];
    expect(await kubectl(kubeconfig, view)).toBe('kedify-agent@member-a member-a-cluster kedify-agent');
    expect(await kubectl(kubeconfig, ['auth', 'can-i', 'update', 'deployments/scale', '-A'])).toBe('yes\n');
  });

  test('that is registered is replaced only by somebody who says so', async () => {
    const before = (await secret('member-a')).metadata.resourceVersion;
    const no = await mc(['setup-member', 'member-a', ...hub(), ...memberOf(0)], 'n\n');
    expect(no).toMatchObject({ exit: 1, stdout: '' });
    expect(no.stderr).toContain('nothing was changed');
    const own = ['members', 'add', 'member-a', ...hubOf, ...memberOf(0)];
    expect(await wheelwright(...own)).toMatchObject({ exit: 5, stdout: '' });
    expect((await secret('member-a')).metadata.resourceVersion).toBe(before);
    expect(await mc(['setup-member', 'member-a', ...hub(), ...memberOf(0)], 'y\n')).toMatchObject({
      exit: 0,
    });
    expect(await wheelwright(...own, '--yes')).toMatchObject({
      exit: 0,
      stdout: 'member/member-a added\n',
    });
  });

  test('that the hub cannot reach is told with what stays and how to undo it', async () => {
    const lost = ['members', 'add', 'lost', ...hubOf, ...memberOf(1), '--wait', '30s'];
    const refused = await wheelwright(...lost, '--member-api-url', 'https://127.0.0.1:1');
    expect(refused).toMatchObject({ exit: 1, stdout: '' });
    expect(refused.stderr).toContain('✓ 6/7 Secret on the hub');
    expect(refused.stderr).toContain('✗ 7/7 hub reaches lost');
    expect(refused.stderr).toContain('The hub does not reach lost after 30s');
    const undo = `members remove lost --cleanup-member --member-kubeconfig ${fleet.spoke(1).cluster.kubeconfig} -n ${namespace}`;
    expect(refused.stderr).toContain(`undo it with: wheelwright ${undo}`);
    const undone = await wheelwright(...undo.split(' '), '--yes');
    expect(undone).toMatchObject({ exit: 0, stdout: 'member/lost removed\n' });
    expect(undone.stderr).toContain('Removed 4 objects from the member');
    expect(await gone('lost')).toBe(true);
  });

  test('that is registered anew is reached once the hub has tried the new way, not before', async () => {
    const again = ['members', 'add', 'member-a', ...hubOf, ...memberOf(0), '--yes', '--wait', '30s'];
    const refused = await wheelwright(...again, '--member-api-url', 'https://127.0.0.1:1');
    expect(refused).toMatchObject({ exit: 1, stdout: '' });
    expect(refused.stderr).toContain('The hub does not reach member-a after 30s');
    expect(refused.stderr).toContain('member-a stays registered');
    expect(refused.stderr).not.toContain('--cleanup-member');
    expect(await wheelwright(...again)).toMatchObject({ exit: 0, stdout: 'member/member-a added\n' });
  });

  test('that another registration works by is not cleaned up', async () => {
    const other = ['members', 'add', 'member-y', ...hubOf, ...memberOf(0)];
    expect((await wheelwright(...other)).exit).toBe(0);
    const remove = ['members', 'remove', 'member-y', ...hubOf, '--yes'];
    const refused = await wheelwright(...remove, '--cleanup-member', ...memberOf(0));
    expect(refused).toMatchObject({ exit: 5, stdout: '' });
    expect(refused.stderr).toContain('The hub reaches member-a (kubeconfig) by account');
    expect((await wheelwright(...remove)).exit).toBe(0);
  });

  test('is tried by the servers, given the least, and taken by a kubeconfig as it is', async () => {
    const least = ['members', 'add', 'least', ...hubOf, ...memberOf(1), '--minimal-rbac'];
    const tried = await wheelwright(...least, '--dry-run=server');
    expect(tried.exit).toBe(0);
    expect(tried.stdout).toContain('clusterrole/kedify-agent created on the member (server dry run)');
    expect(tried.stdout).toContain('secret/least created on the hub (server dry run)');
    expect(await gone('least')).toBe(true);
    expect(await wheelwright(...least)).toMatchObject({ exit: 0, stdout: 'member/least added\n' });
    const rights = await wheelwright('check', '--on', 'least', '--only', 'WW2021');
    expect(rights.exit).toBe(0);
    const file = join(directory, 'least.yaml');
    const { data } = await secret('least');
    await writeFile(file, Buffer.from(data?.['kubeconfig'] ?? '', 'base64'));
    const again = ['members', 'add', 'again', ...hubOf, '--from-file', file];
    const lacking = await wheelwright(...again);
    expect(lacking).toMatchObject({ exit: 3, stdout: '' });
    expect(lacking.stderr).toContain('jobs.batch');
    expect(await gone('again')).toBe(true);
    expect(await wheelwright(...again, '--minimal-rbac')).toMatchObject({
      exit: 0,
      stdout: 'member/again added\n',
    });
    expect((await secret('again')).data).toEqual(data);
    expect((await wheelwright('members', 'remove', 'again', ...hubOf, '--yes')).exit).toBe(0);
    const undo = ['members', 'remove', 'least', ...hubOf, ...memberOf(1), '--cleanup-member', '--yes'];
    expect((await wheelwright(...undo)).exit).toBe(0);
  });

  test('is drained and given back by an annotation that the operator heeds', async () => {
    const drained = await wheelwright('drain', 'kubeconfig#member-a', ...hubOf);
    expect(drained).toMatchObject({ exit: 0, stdout: 'member/member-a drained\n' });
    await expect
      .poll(async () => (await mc(['list-members', ...hubOf, '-o', 'wide'])).stdout, { timeout: 30_000 })
      .toContain('It is drained.');
    const back = await wheelwright('members', 'restore', 'member-a', ...hubOf);
    expect(back).toMatchObject({ exit: 0, stdout: 'member/member-a uncordoned\n' });
    expect((await secret('member-a')).metadata.annotations ?? {}).toEqual({});
    const nobody = await wheelwright('drain', 'member-z', ...hubOf);
    expect(nobody.exit).toBe(1);
    expect(nobody.stderr).toContain('name one of member-a');
  });

  test('is written for a repository without its token, unless that is asked for', async () => {
    const add = ['members', 'add', 'member-a', ...hubOf, ...memberOf(0), '--dry-run=client'];
    const dry = await wheelwright(...add);
    expect(dry.exit).toBe(0);
    const read = ['-n', namespace, 'get', 'secret', 'kedify-agent-token', '-o', 'jsonpath={.data.token}'];
    const token = await kubectl(fleet.spoke(0).cluster.kubeconfig, read);
    const secretText = Buffer.from(token, 'base64').toString();
    expect(secretText).not.toBe('');
    const whole = await wheelwright(...add, '--show-secrets');
    const shown = /^ {2}kubeconfig: (\S+)$/m.exec(whole.stdout)?.[1] ?? '';
    expect(Buffer.from(shown, 'base64').toString()).toContain(secretText);
    expect(dry.stdout).toBe(whole.stdout.replace(shown, '<BASE64_OF_MEMBER_KUBECONFIG>'));
    const [onMember = '', onHub = ''] = whole.stdout.split('---\n# On the hub.\n');
    const apply = ['apply', '--server-side', '--dry-run=server', '--force-conflicts', '-f', '-'];
    const applied = await kubectl(fleet.spoke(0).cluster.kubeconfig, apply, { input: onMember });
    expect(applied.trim().split('\n')).toHaveLength(5);
    expect(await kubectl(fleet.bed.hub.kubeconfig, apply, { input: onHub })).toContain('secret/member-a');
  });
});

describe('a member of the bundled Secret', () => {
  const file = ['--provider', 'file'];
  const key = 'member-b-cluster.kubeconfig';

  test('needs that Secret', async () => {
    const missing = await mc(['setup-member', 'member-b', ...hub(), ...memberOf(1), ...file]);
    expect(missing).toMatchObject({ exit: 1, stdout: '' });
    expect(missing.stderr).toContain(`There is no Secret ${namespace}/${bundled}`);
    expect(missing.stderr).toContain('nothing was changed');
  });

  test('is what the name of the reference makes where the Secret is there', async () => {
    await fleet.put(resources.secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: bundled },
    });
    const added = await mc(['setup-member', 'member-b', ...hub(), ...memberOf(1), '--wait', '0s']);
    expect(added).toMatchObject({ exit: 0, stdout: 'member/member-b registered\n' });
    expect(Object.keys((await secret(bundled)).data ?? {})).toEqual([key]);
    expect(await gone('member-b')).toBe(true);
  });

  test('that has a Secret of its own too is removed from where it is said', async () => {
    const both = await mc(['setup-member', 'member-b', ...hub(), ...memberOf(1), '--provider', 'kubeconfig']);
    expect(both.exit).toBe(0);
    expect(both.stderr).toContain('as well: the one with a Secret of its own has the name');
    const which = await mc(['delete-member', 'member-b', ...hubOf, '--yes']);
    expect(which).toMatchObject({ exit: 1, stdout: '' });
    expect(which.stderr).toContain('is registered in two ways');
    // Nobody has mounted the file, so that nobody can say what runs there; the other member is none of its business.
    const drained = await mc(['delete-member', 'member-b', ...hubOf, ...file, '--drain', '--yes']);
    expect(drained).toMatchObject({ exit: 1, stdout: '' });
    expect((await secret('member-b')).metadata.annotations ?? {}).toEqual({});
    const deleteFile = await mc(['delete-member', 'member-b', ...hubOf, ...file], 'y\n');
    expect(deleteFile).toMatchObject({ exit: 0, stdout: 'member/member-b deleted\n' });
    expect((await secret(bundled)).data ?? {}).toEqual({});
    expect((await mc(['delete-member', 'member-b', ...hubOf, ...file, '-y'])).exit).toBe(1);
    expect((await mc(['delete-member', 'member-b', ...hubOf], 'no\n')).exit).toBe(1);
    expect(await gone('member-b')).toBe(false);
    expect(await mc(['delete-member', 'member-b', ...hubOf, '--provider', 'kubeconfig', '-y'])).toMatchObject(
      {
        exit: 0,
      },
    );
    expect(await gone('member-b')).toBe(true);
  });

  test('that is gone is deleted no second time, and a Secret that is none not at all', async () => {
    expect((await mc(['delete-member', 'member-b', ...hubOf, '-y'])).stderr).toContain('is not registered');
    await fleet.put(resources.secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: 'foreign' },
    });
    const foreign = await mc(['delete-member', 'foreign', ...hubOf, '-y']);
    expect(foreign.exit).toBe(1);
    expect(foreign.stderr).toContain('it is no member and stays as it is');
    expect(await gone('foreign')).toBe(false);
    const over = await mc(['setup-member', 'foreign', ...hub(), ...memberOf(1), '--provider', 'kubeconfig']);
    expect(over.exit).toBe(1);
  });
});

test('removing a member with a drain waits until nothing runs there', async () => {
  const removed = await wheelwright('members', 'remove', 'member-a', ...hubOf, '--drain', '--yes');
  expect(removed).toMatchObject({ exit: 0, stdout: 'member/member-a removed\n' });
  await expect.poll(async () => (await mc(['list-members', ...hubOf])).exit, { timeout: 30_000 }).toBe(1);
});
