import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { ForbiddenError, UnreachableError } from '../../kube/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import {
  ago,
  clusterProfile,
  event,
  installation,
  lease,
  notReady,
  operatorDeployment,
} from '../testing/objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { statusCommand } from './status-command.ts';

/** A fleet in which something is wrong in most ways there are. */
const stuck = installation('knative-serving/kn-us-1', {
  on: 'fleet/us-1',
  version: '1.22.1',
  deleting: true,
  conditions: notReady('InstallSucceeded', {
    reason: 'FinalizeBlocked',
    message: 'remote finalization: 12 objects on cluster "fleet/us-1" cannot be deleted. WW3009',
  }),
});
const fleet: readonly KubeObject[] = [
  lease('serving'),
  lease('eventing'),
  operatorDeployment('0.1.0'),
  clusterProfile('fleet/ap-1', { kubernetes: 'v1.34.2' }),
  clusterProfile('fleet/eu-1', { kubernetes: 'v1.36.0' }),
  clusterProfile('fleet/eu-2', {
    healthy: {
      status: 'False',
      reason: 'MemberUnhealthy',
      message: 'etcd leader lost',
      lastTransitionTime: ago(550),
    },
  }),
  clusterProfile('fleet/us-1'),
  clusterProfile('fleet/us-2'),
  installation('knative-serving/kn-ap-1', {
    on: 'fleet/ap-1',
    version: '1.21.2',
    conditions: notReady('TargetClusterResolved', {
      reason: 'RemoteClientCreationFailed',
      message:
        'failed to create remote kube client for ClusterProfile fleet/ap-1: the API server cannot be reached (Timeout: connect ETIMEDOUT 10.4.0.1:6443). WW2007',
    }),
  }),
  installation('knative-serving/kn-eu-1', { on: 'fleet/eu-1', version: '1.22.1', nextVersion: '1.22.2' }),
  installation('knative-eventing/kn-eu-1', { kind: 'KnativeEventing', on: 'fleet/eu-1', version: '1.22.0' }),
  installation('knative-serving/kn-us-2', {
    on: 'fleet/us-2',
    wanted: '1.22.1',
    version: '1.22.1',
    conditions: notReady('DeploymentsAvailable', {
      reason: 'NotReady',
      message: 'Waiting on deployments: activator (activator: ImagePullBackOff). WW3004',
      seconds: 840,
    }),
  }),
  installation('knative-serving/kn-lost', {
    on: 'fleet/ap-9',
    wanted: '1.22.1',
    conditions: notReady('TargetClusterResolved', {
      reason: 'ClusterProfileNotFound',
      message: 'failed to get ClusterProfile fleet/ap-9: no such object. WW2001',
    }),
  }),
  stuck,
  event(stuck, {
    reason: 'FinalizeBlocked',
    note: 'cannot clean "fleet/us-1"',
    seconds: 90,
    type: 'Warning',
  }),
  event(stuck, { reason: 'Installed', note: 'KnativeServing 1.22.1 is installed', seconds: 7_000 }),
  event(
    { ...stuck, metadata: { ...stuck.metadata, uid: 'of-its-predecessor' } },
    { reason: 'Ready', note: 'a predecessor of the same name is ready', seconds: 9_000 },
  ),
];

interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function status(
  line: string,
  hub: FakeHubOptions = { objects: fleet },
  host: TestHostOptions = {},
): Promise<Outcome> {
  const { open, clock, closed } = fakeHub(hub);
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'status' ? { ...entry, load: async () => statusCommand({ open, clock }) } : entry,
  );
  const process = testHost(host);
  const exit = await run(['status', ...line.split(' ').filter((word) => word !== '')], process, entries);
  expect(closed()).toBe(true);
  return { exit, ...process.written };
}

describe('the status of a fleet', () => {
  const goldens: readonly [file: string, line: string, host: TestHostOptions][] = [
    ['table', '', {}],
    ['wide', '-o wide', {}],
    ['json', '-o json', {}],
    ['yaml', '-o yaml', {}],
    ['name', '-o name', {}],
    ['terminal', '', { terminal: 100 }],
    ['no-colour', '--color never', { terminal: 100 }],
    ['ascii', '--ascii --color never', { terminal: 100 }],
    ['accessible', '--accessible --color never', { terminal: 100 }],
    ['narrow', '--color never', { terminal: 40 }],
    ['one-namespace', '-n knative-eventing', {}],
  ];

  it.each(goldens)('looks like golden/status-%s.txt', async (file, line, host) => {
    const { stdout } = await status(line, { objects: fleet }, host);
    await expect(stdout).toMatchFileSnapshot(`../golden/status-${file}.txt`);
  });

  it.each(goldens.filter(([, , { terminal }]) => terminal === undefined))(
    'leaves no escape in a pipe: %s',
    async (_, line) => {
      const { stdout, stderr } = await status(line);
      expect(stdout + stderr).not.toContain('\u001B');
    },
  );

  it('fits a terminal of 100 columns, the problems apart, and says what a narrow one left out', async () => {
    const { stdout } = await status('--color never', { objects: fleet }, { terminal: 100 });
    const table = stdout.slice(0, stdout.indexOf(' problems'));
    expect(Math.max(...table.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    const { stderr } = await status('--color never', { objects: fleet }, { terminal: 40 });
    expect(stderr).toBe(
      'Left out for want of room: SERVING, EVENTING, SINCE, NEXT. Widen the terminal, or use -o json.\n',
    );
  });

  it('shows as much of many healthy clusters as a person reads, and all to a program', async () => {
    const many = [lease('serving'), lease('eventing')].concat(
      Array.from({ length: 30 }, (_, index) => clusterProfile(`fleet/c-${index + 10}`)),
    );
    const terminal = await status('--color never', { objects: many }, { terminal: 100 });
    expect(terminal.stdout).toContain('… 20 more ready (-o wide)');
    expect(terminal.stdout.split('\n').filter((line) => line.includes('fleet/c-'))).toHaveLength(10);
    const pipe = await status('', { objects: many });
    expect(pipe.stdout.split('\n').filter((line) => line.startsWith('fleet/c-'))).toHaveLength(30);
  });

  it('of an empty hub says that nothing is at work', async () => {
    const { exit, stdout } = await status('', { objects: [] });
    expect(exit).toBe(1);
    expect(stdout).toContain('no operator has worked on this hub yet');
  });

  it('is healthy when everything is ready', async () => {
    const objects = [lease('serving'), lease('eventing'), clusterProfile('fleet/eu-1')];
    expect(await status('', { objects })).toMatchObject({ exit: 0, stderr: '' });
  });

  it.each([
    ['', 0],
    ['--fail-on warning', 1],
  ])('with only a warning and %j exits with %d', async (line, exit) => {
    const waiting = fleet.filter(({ kind, metadata }) => kind === 'Lease' || metadata.name.endsWith('us-2'));
    expect((await status(line, { objects: waiting })).exit).toBe(exit);
  });

  it('of what cannot be read says so, and is partial', async () => {
    const { exit, stdout, stderr } = await status('', {
      objects: [lease('serving'), lease('eventing')],
      fails: (call) =>
        call.resource === 'knativeservings.operator.knative.dev'
          ? new ForbiddenError(call, { message: 'User "jo" cannot list resource "knativeservings"' })
          : undefined,
    });
    expect(exit).toBe(4);
    expect(stdout).toContain('? KnativeServing, 0 KnativeEventing');
    expect(stderr).toBe(
      '! KnativeServings could not be read: User "jo" cannot list resource "knativeservings"\n',
    );
  });

  it('of a hub without the definitions says how to get them', async () => {
    const { exit, stdout } = await status('', {
      objects: [lease('serving')],
      without: ['KnativeServing', 'KnativeEventing', 'ClusterProfile'],
    });
    expect(exit).toBe(1);
    expect(stdout).toContain('this hub does not serve KnativeServing and KnativeEventing');
    expect(stdout).toContain('WW1101  → kubectl wheelwright check --only WW1101');
  });

  it('of a hub that does not answer is an error with a fix', async () => {
    const { exit, stdout, stderr } = await status('', {
      fails: (call) => new UnreachableError(call, 'Refused', 'connect ECONNREFUSED 10.0.0.1:6443'),
    });
    expect(exit).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      [
        'error: Cannot get /version on cluster "prod-hub".',
        '  Cause  connect ECONNREFUSED 10.0.0.1:6443',
        '  Fix    start the API server, or correct the port of its address',
        '  Docs   kubectl wheelwright help WW1002',
        '',
      ].join('\n'),
    );
  });

  it('suggests commands with the flags about the hub that it was given', async () => {
    const { stdout } = await status('--context prod');
    expect(stdout).toContain('→ kubectl wheelwright check --on fleet/ap-1 --context prod\n');
  });
});

describe('the status of one object', () => {
  it.each([
    ['serving', 'serving/kn-us-1 -n knative-serving', {}],
    ['cluster', 'cluster/eu-2', {}],
    ['serving-accessible', 'serving/kn-us-1 -n knative-serving --accessible', {}],
    ['serving-json', 'serving/kn-us-1 -n knative-serving -o json', {}],
  ])('looks like golden/status-object-%s.txt', async (file, line, host) => {
    const { stdout, exit } = await status(line, { objects: fleet }, host);
    expect(exit).toBe(1);
    await expect(stdout).toMatchFileSnapshot(`../golden/status-object-${file}.txt`);
  });

  it.each([
    ['serving/kn-eu-1', 0],
    ['serving/knative-serving/kn-eu-1', 0],
    ['KnativeServing/kn-eu-1', 0],
    ['knativeserving.operator.knative.dev/kn-eu-1', 0],
    ['eventing/kn-eu-1', 0],
    ['cluster/fleet/eu-1', 0],
    ['serving/kn-ap-1', 1],
  ])('%s exits with %d', async (object, exit) => {
    expect(await status(object)).toMatchObject({ exit, stderr: '' });
  });

  const refused: readonly [object: string, exit: number, says: string][] = [
    ['serving/nope', 1, 'There is no serving/nope on this hub.'],
    ['serving/kn-eu-1 -n elsewhere', 1, 'There is no serving/elsewhere/kn-eu-1 on this hub.'],
    ['pod/nope', 2, "The type of 'pod/nope' must be 'cluster', 'serving', 'eventing', 'member' or 'dso'"],
    ['serving', 2, "'serving' must be TYPE/NAME or TYPE/NAMESPACE/NAME, as in serving/knative."],
    ['serving/a/b/c', 2, "'serving/a/b/c' must be TYPE/NAME"],
  ];

  it.each(refused)('%s is refused', async (object, exit, says) => {
    const { open, clock } = fakeHub({ objects: fleet });
    const host = testHost();
    const entries = [{ ...(commands[0] as CommandEntry), load: async () => statusCommand({ open, clock }) }];
    expect(await run(['status', ...object.split(' ')], host, entries)).toBe(exit);
    expect(host.written.stderr).toContain(`error: ${says}`);
    expect(host.written.stdout).toBe('');
  });
});
