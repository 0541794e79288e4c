import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { binary, waitFor } from '../bed/index.ts';
import {
  CommandLine,
  Fleet,
  memberKubeconfig,
  memberManifests,
  metricValue,
  type Ran,
  type RunningOperator,
} from '../fleet/index.ts';
import { MountedSecret } from '../support/mounted-secret.ts';

/** Where the guide has everything. */
const namespace = 'keda';
const bundled = 'kedify-agent-multicluster-kubeconfigs';
const keyOf = (member: string): string => `${member}-cluster.kubeconfig`;

/** What the guide to members by GitOps has its readers run, one step after another. */
const guide = {
  describe: 'MEMBER_NAME="member-a"\nMEMBER_CONTEXT="spoke-1"\nNAMESPACE="keda"\n',
  read: `TOKEN=$(kubectl --context "$MEMBER_CONTEXT" -n "$NAMESPACE" get secret kedify-agent-token -o jsonpath='{.data.token}' | base64 -d)
CA_DATA=$(kubectl --context "$MEMBER_CONTEXT" -n "$NAMESPACE" get secret kedify-agent-token -o jsonpath='{.data.ca\\.crt}')
SERVER=$(kubectl config view --raw --minify --context="$MEMBER_CONTEXT" -o jsonpath='{.clusters[0].cluster.server}')
`,
  generate: `KCFG_B64=$(echo -n "${memberKubeconfig({
    member: '${MEMBER_NAME}',
    server: '${SERVER}',
    certificateAuthority: '${CA_DATA}',
    token: '${TOKEN}',
  })}" | base64 | tr -d '\\n')
`,
  register: `kubectl apply -f - <<END
apiVersion: v1
kind: Secret
metadata:
  name: member-a
  namespace: keda
  labels:
    sigs.k8s.io/multicluster-runtime-kubeconfig: "true"
type: Opaque
data:
  kubeconfig: $KCFG_B64
END
`,
};

interface Entry {
  readonly id: string;
  readonly provider: string;
  readonly state: string;
  readonly info: string;
}

let fleet: Fleet;
let shell: CommandLine;
let mounted: MountedSecret;
let operator: RunningOperator;

beforeAll(async () => {
  const controllers = ['kube-controller-manager'] as const;
  fleet = await Fleet.start({ profiles: false, spokes: [{ controllers }, { controllers }] });
  const home = join(fleet.bed.directory, 'home');
  const plugins = join(home, 'bin');
  await mkdir(plugins, { recursive: true });
  await symlink(await binary('kubectl'), join(plugins, 'kubectl'));
  const kubeconfigs = [fleet.bed.hub, ...fleet.spokes.map(({ cluster }) => cluster)];
  shell = new CommandLine({
    kubeconfig: kubeconfigs.map(({ kubeconfig }) => kubeconfig).join(':'),
    home,
    plugins,
  });
  await shell.wheelwright('alias', '--kedify', '--dir', plugins);
  await fleet.put(resources.secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: bundled },
  });
  mounted = await MountedSecret.mount(fleet.hub, { namespace, name: bundled }, join(home, 'kubeconfigs'));
  operator = await fleet.startOperator({
    providers: null,
    flags: ['--enable-dso=true', `--namespace=${namespace}`, `--kubeconfig-dir=${mounted.path}`],
  });
});

afterAll(async () => {
  await mounted[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

/** Runs lines in a shell; throws where they fail. */
async function run(script: string): Promise<string> {
  const { exit, stdout, stderr } = await shell.run('bash', ['-euo', 'pipefail', '-c', script]);
  if (exit !== 0) throw new Error(`${script}\nended with ${exit}: ${stderr}`);
  return stdout;
}

/** `kubectl kedify mc …`, as documents write it. */
function mc(...args: readonly string[]): Promise<Ran> {
  return shell.run('kubectl', ['kedify', 'mc', ...args]);
}

/** To a member that is a spoke, from a hub that is the hub. */
function clustersOfSetUp(spoke: number): readonly string[] {
  const { kubeconfig } = fleet.spoke(spoke).cluster;
  return ['--keda-kubeconfig', fleet.bed.hub.kubeconfig, '--member-kubeconfig', kubeconfig];
}

async function entries(): Promise<Readonly<Record<string, Entry>>> {
  const text = await run('kubectl -n keda get kedifyconfiguration kedify -o json');
  const { status } = JSON.parse(text) as {
    readonly status?: { readonly multiClusterStatus?: { readonly clusters?: Record<string, Entry> } };
  };
  return status?.multiClusterStatus?.clusters ?? {};
}

async function waitForEntries(
  what: string,
  fits: (found: Readonly<Record<string, Entry>>) => boolean,
): Promise<Readonly<Record<string, Entry>>> {
  return waitFor(what, async (saw) => {
    const found = await entries();
    saw(found);
    return fits(found) && found;
  });
}

function fileId(member: string): string {
  return `${mounted.path}/${keyOf(member)}+kedify-agent@${member}`;
}

async function secret(
  name: string,
): Promise<KubeObject & { readonly data?: Readonly<Record<string, string>> }> {
  return fleet.hub.get(resources.secrets, { namespace, name });
}

async function bundledKeys(): Promise<readonly string[]> {
  return Object.keys((await secret(bundled)).data ?? {}).toSorted();
}

/** How often something was told, also where the same Event tells it again. */
function times(events: readonly KubeObject[]): number {
  return events
    .map(({ series }) => (series as { readonly count: number } | undefined)?.count ?? 1)
    .reduce((sum, count) => sum + count, 0);
}

async function collisions(): Promise<readonly KubeObject[]> {
  const { items } = await fleet.hub.list(resources.events, { namespace });
  return items.filter((event) => event['reason'] === 'MultiClusterNameCollision');
}

describe('the guide', () => {
  test('prepares a member with five objects, which are not changed by being applied again', async () => {
    const apply = `kubectl --context spoke-1 apply -f - <<'END'\n${memberManifests}END\n`;
    const endings = async (): Promise<readonly (string | undefined)[]> =>
      (await run(apply))
        .trim()
        .split('\n')
        .map((line) => line.split(' ').at(-1));
    expect(await endings()).toEqual(Array.from({ length: 5 }, () => 'created'));
    await waitFor('the token', async (saw) => {
      const { data = {} } = await fleet
        .spoke(0)
        .client.get(resources.secrets, { namespace, name: 'kedify-agent-token' });
      saw(Object.keys(data as object));
      return Object.keys(data as object).length === 3;
    });
    expect(await endings()).toEqual(Array.from({ length: 5 }, () => 'unchanged'));
  });

  test.for([
    ['update deployments/scale -A', 'yes'],
    ['update statefulsets.apps --subresource=scale -A', 'yes'],
    ['create jobs.batch -A', 'yes'],
    ['update statefulsets.apps -A', 'no'],
    ['get secrets -A', 'no'],
    ['create namespaces', 'no'],
  ] as const)('lets the hub %s: %s', async ([what, answer]) => {
    const user = '--as system:serviceaccount:keda:kedify-agent';
    const asked = `kubectl --context spoke-1 auth can-i ${user} ${what}`.split(' ');
    const { exit, stdout } = await shell.run('kubectl', asked.slice(1));
    expect({ exit, stdout }).toEqual({ exit: answer === 'yes' ? 0 : 1, stdout: `${answer}\n` });
  });

  test('reads token, authority and address of a member, and makes a kubeconfig that reaches it', async () => {
    const { client, cluster } = fleet.spoke(0);
    const print = 'printf "%s\\n" "$TOKEN" "$CA_DATA" "$SERVER" "$KCFG_B64"\n';
    const script = guide.describe + guide.read + guide.generate + print;
    const [token = '', authority = '', server, encoded = '', ...others] = (await run(script)).split('\n');
    expect(others).toEqual(['']);
    const { data } = await client.get(resources.secrets, { namespace, name: 'kedify-agent-token' });
    const read = data as Readonly<Record<string, string>>;
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(Buffer.from(token).toString('base64')).toBe(read['token']);
    expect(authority).toBe(read['ca.crt']);
    expect(Buffer.from(authority, 'base64').toString()).toContain('BEGIN CERTIFICATE');
    expect(server).toBe(cluster.server);

    const kubeconfig = join(fleet.bed.directory, 'member-a.yaml');
    await writeFile(kubeconfig, Buffer.from(encoded, 'base64'));
    const names = '{.current-context} {.contexts[0].name} {.clusters[0].name} {.users[0].name}';
    expect(await run(`kubectl --kubeconfig ${kubeconfig} config view -o jsonpath='${names}'`)).toBe(
      'kedify-agent@member-a kedify-agent@member-a member-a-cluster kedify-agent',
    );
    expect(
      await run(`kubectl --kubeconfig ${kubeconfig} auth whoami -o jsonpath='{.status.userInfo.username}'`),
    ).toBe('system:serviceaccount:keda:kedify-agent');
  });

  test('registers it with a Secret, and the operator that runs has it for a member', async () => {
    const started = (): Promise<number> => metricValue(operator.metricsUrl, 'process_start_time_seconds');
    const before = await started();
    expect(before).toBeGreaterThan(0);
    await run(guide.describe + guide.read + guide.generate + guide.register);
    const found = await waitForEntries(
      'member-a is Ready',
      ({ 'member-a': entry }) => entry?.state === 'Ready',
    );
    expect(found).toEqual({
      'member-a': {
        id: 'member-a',
        provider: 'kubeconfig',
        state: 'Ready',
        info: expect.stringContaining('v1.'),
      },
    });
    expect(await started()).toBe(before);
  });

  test('lists it', async () => {
    expect(await mc('list-members')).toMatchObject({ exit: 0, stdout: 'CLUSTER   STATE\nmember-a  Ready\n' });
    expect((await mc('list-members', '-o', 'wide')).stdout).toMatch(
      /^CLUSTER {3}STATE {2}PROVIDER {4}INFO\nmember-a {2}Ready {2}kubeconfig {2}\S.*\n$/,
    );
  });
});

describe('a member of the bundled Secret', () => {
  test('is set up by three flags, and is there beside the other one', async () => {
    const { exit, stdout } = await mc('setup-member', 'member-b', ...clustersOfSetUp(1));
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'member/member-b registered\n' });
    const objects = 'namespace/keda serviceaccount/kedify-agent secret/kedify-agent-token';
    const roles = 'clusterrole/kedify-agent clusterrolebinding/kedify-agent';
    const made = await run(`kubectl --context spoke-2 -n keda get ${objects} ${roles} -o name`);
    expect(made.trim().split('\n')).toHaveLength(5);
    const rules = `-o jsonpath='{.rules}'`;
    expect(await run(`kubectl --context spoke-2 get clusterrole kedify-agent ${rules}`)).toBe(
      await run(`kubectl --context spoke-1 get clusterrole kedify-agent ${rules}`),
    );
    expect(await bundledKeys()).toEqual([keyOf('member-b')]);
    expect(await entries()).toMatchObject({
      'member-a': { provider: 'kubeconfig', state: 'Ready' },
      'member-b': { id: fileId('member-b'), provider: 'file', state: 'Ready' },
    });
  });

  test('of a name that a Secret has is masked, and one Warning says so', async () => {
    const server = fleet.spoke(1).cluster.server.replace('127.0.0.1', 'localhost');
    const file = ['--provider', 'file', '--member-api-url', server];
    const again = await mc('setup-member', 'member-a', ...clustersOfSetUp(1), ...file);
    expect(again).toMatchObject({ exit: 0, stdout: 'member/member-a registered\n' });
    expect(again.stderr).toContain('as well: the one with a Secret of its own has the name');
    const { data } = await secret(bundled);
    expect(Buffer.from(data?.[keyOf('member-a')] ?? '', 'base64').toString()).toContain(
      `server: ${server}\n`,
    );
    const found = await entries();
    expect(Object.keys(found).toSorted()).toEqual([`file#${fileId('member-a')}`, 'member-a', 'member-b']);
    expect(found).toMatchObject({
      'member-a': { id: 'member-a', provider: 'kubeconfig', state: 'Ready' },
      [`file#${fileId('member-a')}`]: {
        id: fileId('member-a'),
        provider: 'file',
        state: 'Ready',
        info: expect.stringContaining('masked by kubeconfig#member-a'),
      },
    });
    await waitFor('the collision is told', async () => (await collisions()).length > 0);
    expect(await collisions()).toMatchObject([
      { type: 'Warning', regarding: { kind: 'KedifyConfiguration', namespace, name: 'kedify' } },
    ]);
  });

  test('is deleted where that is said, and nothing else is', async () => {
    const before = (await secret('member-a')).metadata;
    const which = await mc('delete-member', 'member-a', '--yes');
    expect(which).toMatchObject({ exit: 1, stdout: '' });
    expect(which.stderr).toContain('is registered in two ways');
    expect(await bundledKeys()).toEqual([keyOf('member-a'), keyOf('member-b')]);
    const deleted = await mc('delete-member', 'member-a', '--provider', 'file', '--yes');
    expect(deleted).toMatchObject({ exit: 0, stdout: 'member/member-a deleted\n' });
    expect(await bundledKeys()).toEqual([keyOf('member-b')]);
    const { uid, resourceVersion } = (await secret('member-a')).metadata;
    expect({ uid, resourceVersion }).toEqual({ uid: before.uid, resourceVersion: before.resourceVersion });
    const found = await waitForEntries('the file is gone', (all) => Object.keys(all).length === 2);
    expect(found).toMatchObject({
      'member-a': { provider: 'kubeconfig', state: 'Ready' },
      'member-b': { provider: 'file', state: 'Ready' },
    });
  });

  test('has the name once the Secret is deleted, and not a word of it is left', async () => {
    const again = await mc('setup-member', 'member-a', ...clustersOfSetUp(1), '--provider', 'file');
    expect(again.exit).toBe(0);
    // It is another change.
    await waitFor('the collision is told again', async () => times(await collisions()) === 2);
    const deleted = await mc('delete-member', 'member-a', '--provider', 'kubeconfig', '--yes');
    expect(deleted).toMatchObject({ exit: 0, stdout: 'member/member-a deleted\n' });
    await expect(secret('member-a')).rejects.toThrow('not found');
    expect(await bundledKeys()).toEqual([keyOf('member-a'), keyOf('member-b')]);
    const found = await waitForEntries(
      'the file has the name',
      (all) => all['member-a']?.provider === 'file' && Object.keys(all).length === 2,
    );
    expect(found).toMatchObject({ 'member-a': { id: fileId('member-a'), state: 'Ready' } });
    expect(found['member-a']?.info).not.toContain('masked');
    expect((await mc('delete-member', 'member-b', '-y')).exit).toBe(0);
    await waitForEntries('member-a is the only one', (all) => Object.keys(all).length === 1);
  });

  test('is gone from the list once it is deleted, and is not deleted twice', async () => {
    expect((await mc('list-members')).stdout).toBe('CLUSTER   STATE\nmember-a  Ready\n');
    const deleted = await mc('delete-member', 'member-a', '--yes');
    expect(deleted).toMatchObject({ exit: 0, stdout: 'member/member-a deleted\n' });
    await waitForEntries('nobody is a member', (all) => Object.keys(all).length === 0);
    expect(await mc('list-members')).toMatchObject({ exit: 1, stdout: '' });
    const twice = await mc('delete-member', 'member-a', '--yes');
    expect(twice).toMatchObject({ exit: 1, stdout: '' });
    expect(twice.stderr).toContain('is not registered');
    // What was set up on the member stays.
    expect(await run('kubectl --context spoke-1 get clusterrole kedify-agent -o name')).toContain(
      'kedify-agent',
    );
  });

  test('was told to collide each time that it did, and not when that was over', async () => {
    // It tells what it has to tell before it ends.
    await operator.process.stop();
    expect(times(await collisions())).toBe(2);
  });
});
