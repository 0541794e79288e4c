import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { UnreachableError } from '../../kube/index.ts';
import { commands } from '../commands.ts';
import type { CommandEntry } from '../cli-command.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { handedOver, kedifyConfiguration, reached } from '../testing/scaling-objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { simulateCommand } from './simulate-command.ts';

const file = fileURLToPath(new URL('./testing/dso.yaml', import.meta.url));

async function simulate(line: string, options: TestHostOptions = {}) {
  const host = testHost(options);
  const exit = await run(['simulate', ...line.split(' ').filter((word) => word !== '')], host);
  return { exit, ...host.written };
}

function dso(spec: object): string {
  return JSON.stringify({
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { name: 'nginx' },
    spec: {
      scaledObjectSpec: { scaleTargetRef: { name: 'nginx' }, triggers: [{ type: 'cron', metadata: {} }] },
      ...spec,
    },
  });
}

describe('a simulation', () => {
  it.each<[name: string, line: string, options: TestHostOptions]>([
    ['table', '--total 20 --down eu-1', {}],
    ['return', '--total 20 --down eu-1@30s --up eu-1@5m', {}],
    ['terminal', '--total 20 --down eu-1', { terminal: 70 }],
    ['accessible', '--total 20 --down eu-1', { env: { WHEELWRIGHT_ACCESSIBLE: '1' } }],
    ['json', '--members eu-1,us-2=1,ap-3 --total 4 --drain us-2@10s --for 1m -o json', {}],
  ])('looks like golden/simulate-%s.txt', async (name, line, options) => {
    const { exit, stdout, stderr } = await simulate(`-f ${file} ${line}`, options);
    await expect(stdout + stderr).toMatchFileSnapshot(`../golden/simulate-${name}.txt`);
    expect(exit).toBe(0);
  });

  it('is of all members that are given where the file lists none', async () => {
    const { stdout } = await simulate('-f - --members a,b=2,c --total 8 -o json', { stdin: dso({}) });
    const { changes } = JSON.parse(stdout) as { changes: readonly { member: string; want: number }[] };
    expect(changes.map(({ member, want }) => `${member} ${want}`)).toEqual(['a 2', 'b 4', 'c 2']);
  });

  it('ends at Ctrl-C, however much happens', async () => {
    const host = testHost({ stdin: dso({}) });
    let asked = 0;
    const interruption = () => {
      // The second to ask is the one that plays; what it does without a pause happens before this.
      if (++asked === 2) setImmediate(() => host.interrupt());
      return host.interruption();
    };
    const turns = Array.from(
      { length: 300 },
      (_, second) => `${second % 2 === 0 ? '--down' : '--up'} a@${second}s`,
    );
    const line = `simulate -f - --members a,b --total 40 --for 1h ${turns.join(' ')}`;
    expect(await run(line.split(' '), { ...host, interruption })).toBe(130);
    expect(host.written.stdout).toBe('');
  });

  it('takes the total of the file', async () => {
    const stdin = dso({ memberClusters: [{ name: 'a' }], totalTargetReplicas: 3 });
    expect((await simulate('-f -', { stdin })).stdout).toContain('3/3');
  });

  it('answers with 1 where the total does not run in the end, and says why', async () => {
    const stdin = dso({ memberClusters: [{ name: 'a', maxReplicas: 2 }] });
    const { exit, stderr } = await simulate('-f - --total 5', { stdin });
    expect(exit).toBe(1);
    expect(stderr).toContain('! 3 of 5 replicas run nowhere: no member may take more. WW4105\n');
  });

  it('says what it takes for something else', async () => {
    const stdin = dso({ memberClusters: [{ name: 'a' }, { name: 'b', weight: -1 }] });
    const { exit, stderr } = await simulate('-f - --total 5', { stdin });
    expect(exit).toBe(0);
    expect(stderr).toContain("! spec.memberClusters[1].weight '-1' must not be negative; it counts as 0\n");
  });

  it.each([
    ['no file', '-f /nowhere --total 1', '', "There is no file '/nowhere'."],
    ['no object', '-f - --total 1', '{}', 'standard input'],
    [
      'another kind',
      '-f - --total 1',
      '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}',
      'There is no DistributedScaledObject in standard input.',
    ],
    ['two objects', '-f - --total 1', `${dso({})}\n---\n${dso({})}`, 'There are 2 DistributedScaledObjects'],
    ['no members', '-f - --total 1', dso({}), 'name them: --members=eu-1,us-2'],
    ['no total', '-f - --members a', dso({}), 'give one: --total=20'],
    [
      'no duration',
      '-f - --members a --total 1',
      dso({ rebalancingPolicy: { gracePeriod: 'soon' } }),
      "spec.rebalancingPolicy.gracePeriod 'soon' must be a duration such as 1m30s",
    ],
    [
      'a wrong type',
      '-f - --members a --total 1',
      dso({ memberClusters: [{ name: 5 }] }),
      "spec.memberClusters[0].name '5' must be a string",
    ],
    [
      'a total that is none',
      '-f - --total many',
      '',
      "--total must be a whole number up to 2147483647, not 'many'.",
    ],
    [
      'a time that is none',
      '-f - --for soon',
      '',
      "--for must be a duration such as 10m or 90s, not 'soon'.",
    ],
    [
      'a member that is not there',
      '-f - --members a,b --total 1 --down c',
      dso({}),
      "--down must name one of 'a' or 'b', not 'c'.",
    ],
    [
      'an event without a time',
      '-f - --members a,b --total 1 --up a',
      dso({}),
      '--up must say when, such as a@5m',
    ],
    [
      'an event at no time',
      '-f - --members a,b --total 1 --down a@noon',
      dso({}),
      '--down must have a time such as a@30s',
    ],
    [
      'weights that are none',
      '-f - --members a=x --total 1',
      dso({}),
      '--members must be names with weights',
    ],
  ])('is refused: %s', async (_, line, stdin, says) => {
    const { exit, stdout, stderr } = await simulate(line, { stdin });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

/** A line against a hub that has these objects. */
async function onHub(line: string, options: FakeHubOptions = {}) {
  const hub = fakeHub(options, { namespace: 'shop' });
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'simulate' ? { ...entry, load: async () => simulateCommand(hub) } : entry,
  );
  const host = testHost();
  const exit = await run(['simulate', ...line.split(' ')], host, entries);
  expect(hub.closed()).toBe(true);
  return { exit, ...host.written };
}

interface LiveOptions {
  readonly spec?: object;
  readonly rows?: Readonly<Record<string, object>>;
  readonly planState?: string;
}

function row(replicas: number, state = 'Ready') {
  return {
    currentReplicas: replicas,
    desiredReplicas: replicas,
    state,
    description: '',
    provider: 'kubeconfig',
  };
}

/** An object as the operator keeps it, over a member that serves and one that is excluded. */
function live({ spec, rows, planState }: LiveOptions = {}): KubeObject {
  const object = JSON.parse(dso({ totalTargetReplicas: 10, ...spec })) as KubeObject;
  return {
    ...object,
    metadata: {
      name: 'checkout',
      namespace: 'shop',
      annotations: planState === undefined ? {} : { 'wheelwright.dev/plan-state': planState },
    },
    status: {
      selector: 'a=b',
      totalCurrentReplicas: 10,
      memberClusterStatuses: rows ?? {
        'eu-1': { ...row(10), id: 'eu-1' },
        'us-2': { ...row(0, 'NotReady'), excluded: true, id: 'us-2' },
      },
    },
  };
}

describe('a simulation of an object on the hub', () => {
  it.each<[name: string, line: string]>([
    ['live', 'dso/checkout --up us-2@1m --for 10m'],
    ['live-weight', 'dso/shop/checkout --weight us-2=4 --total 20 --up us-2@10s --down eu-1@4m -o table'],
  ])('looks like golden/simulate-%s.txt', async (name, line) => {
    const { exit, stdout, stderr } = await onHub(line, { objects: [live({ planState: handedOver })] });
    await expect(stdout + stderr).toMatchFileSnapshot(`../golden/simulate-${name}.txt`);
    expect(exit).toBe(0);
  });

  it('goes on from what runs, and is of the members that the hub knows', async () => {
    const { exit, stdout } = await onHub('dso/checkout -o json --for 1m', {
      objects: [live({ planState: handedOver })],
    });
    const { object, changes } = JSON.parse(stdout) as {
      object: string;
      changes: readonly { member: string; want: number; state: string; afterSeconds: number | null }[];
    };
    expect(exit).toBe(0);
    expect(object).toBe('shop/checkout');
    expect(changes.map(({ member, want, state }) => `${member} ${want} ${state}`)).toEqual([
      'eu-1 10 Ready',
      'us-2 0 NotReady',
    ]);
  });

  const wants = async (options: FakeHubOptions) => {
    const { stdout, stderr } = await onHub('dso/checkout -o json --for 10m', options);
    const { changes } = JSON.parse(stdout) as {
      changes: readonly { member: string; want: number }[];
    };
    const last = new Map(changes.map(({ member, want }) => [member, want]));
    return { last: Object.fromEntries(last), stderr };
  };
  const both = live({ rows: { 'eu-1': { ...row(5), id: 'eu-1' }, 'us-2': { ...row(5), id: 'us-2' } } });

  it.each([
    ['on its Secret or ClusterProfile', { info: 'The cluster answers. It is drained.' }, {}],
    ['on the KedifyConfiguration', {}, { 'drain.wheelwright.dev/us-2': 'true' }],
  ])(
    'moves everything away from a member that is drained by an annotation %s',
    async (_, more, annotations) => {
      const clusters = { 'eu-1': reached('eu-1'), 'us-2': reached('us-2', more) };
      const { last } = await wants({ objects: [both, kedifyConfiguration(clusters, annotations)] });
      expect(last).toEqual({ 'eu-1': 10, 'us-2': 0 });
    },
  );

  it('says so where it cannot see who is drained', async () => {
    const { last, stderr } = await wants({
      objects: [both],
      fails: (call) =>
        call.resource.startsWith('kedifyconfigurations')
          ? new UnreachableError(call, 'Reset', 'gone')
          : undefined,
    });
    expect(last).toEqual({ 'eu-1': 5, 'us-2': 5 });
    expect(stderr).toContain('! KedifyConfigurations could not be read: ');
  });

  it('goes without what the last plan left, and says so', async () => {
    const { exit, stdout, stderr } = await onHub('dso/checkout', { objects: [live({ planState: '{}' })] });
    expect(exit).toBe(0);
    expect(stderr).toContain('! What the last plan left cannot be read (version: ');
    expect(stdout).toContain('its share by weight 1');
  });

  it('is of members by whatever name the object has for them', async () => {
    const rows = {
      'file#/mc/a+ctx@a': { ...row(10), id: '/mc/a+ctx@a', provider: 'file' },
    };
    const { exit, stdout } = await onHub('dso/checkout --down file#/mc/a+ctx@a --weight file#/mc/a+ctx@a=2', {
      objects: [live({ spec: { memberClusters: [{ name: 'file#/mc/a+ctx@a' }] }, rows })],
    });
    expect(exit).toBe(1);
    expect(stdout).toContain('out of reach');
  });

  it.each<[what: string, line: string, options: FakeHubOptions, exit: number, says: string]>([
    ['no such object', 'dso/other', {}, 1, 'There is no dso/shop/other on this hub.'],
    [
      'another kind',
      'serving/knative',
      {},
      2,
      "'serving/knative' must be dso/NAME or dso/NAMESPACE/NAME, as in dso/checkout.",
    ],
    [
      'a file as well',
      'dso/checkout -f dso.yaml',
      {},
      2,
      'Name one object: in a file with -f, or on the hub.',
    ],
    ['neither', '--total 4', {}, 2, 'Name one object'],
    [
      'a hub without the definition',
      'dso/checkout',
      { without: ['DistributedScaledObject'] },
      1,
      'does not serve DistributedScaledObject',
    ],
    [
      'a hub out of reach',
      'dso/checkout',
      {
        fails: (call) => new UnreachableError(call, 'Refused', 'connect ECONNREFUSED'),
      },
      3,
      'Cannot get',
    ],
    [
      'a weight that is none',
      'dso/checkout --weight eu-1',
      { objects: [live()] },
      2,
      "--weight must be a member with its weight such as eu-1=3, not 'eu-1'.",
    ],
    [
      'a weight of nobody',
      'dso/checkout --weight eu-9=1',
      { objects: [live()] },
      2,
      "--weight must name one of 'eu-1' or 'us-2', not 'eu-9'.",
    ],
    [
      'no members yet',
      'dso/checkout',
      { objects: [live({ rows: {} })] },
      2,
      'dso/shop/checkout lists no members',
    ],
  ])('is refused: %s', async (_, line, options, exit, says) => {
    const said = await onHub(line, options);
    expect(said.stderr).toContain(says);
    expect({ exit: said.exit, stdout: said.stdout }).toEqual({ exit, stdout: '' });
  });
});
