import { load, loadAll } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  CountHistory,
  deployment,
  Distributed,
  Fleet,
  memberManifests,
  type ReaderShell,
  type RunningOperator,
} from '../fleet/index.ts';
import { openGuideShell } from './guide-shell.ts';
import {
  type ConfigMapGuide,
  configMapGuide,
  type Introduction,
  introduction,
  type MemberGuide,
  memberGuide,
} from './guides.ts';

/**
 * The guides for members and for scaling by a ConfigMap, word for word, with every time as it is by default: KEDA polls
 * each half minute, the autoscaler looks each quarter of one, and five minutes pass before nothing is left.
 */
const patienceMs = 120_000;
const cooldownMs = 300_000;

const name = { namespace: 'default', name: 'dso-demo' };
const workload = { namespace: 'default', name: 'dso-demo-app' };
const agent = { namespace: 'keda', name: 'kedify-agent' };
const members = ['member-1', 'member-2'];

let fleet: Fleet;
let shell: ReaderShell;
let forMembers: MemberGuide;
let intro: Introduction;
let guide: ConfigMapGuide;
let demo: Distributed;
let operator: RunningOperator;
let totals: CountHistory;

beforeAll(async () => {
  const hub = { controllers: ['kube-controller-manager'] } as const;
  fleet = await Fleet.start({ profiles: false, spokes: 2, keda: true, hub });
  [forMembers, intro, guide] = await Promise.all([memberGuide(), introduction(), configMapGuide()]);
  shell = await openGuideShell(fleet, 'keda-cluster', members);
  for (const [file, text] of Object.entries(guide.files)) await shell.write(file, text);
  await fleet.put(resources.deployments, deployment(0, agent));
  demo = new Distributed(fleet, { name, workload });
  operator = await startAgent();
  totals = await CountHistory.start({
    client: fleet.hub,
    resource: resources.distributedScaledObjects,
    name,
    count: ({ spec }) => (spec as { readonly totalTargetReplicas?: number }).totalTargetReplicas,
  });
});

afterAll(async () => {
  await totals[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

/** As the Deployment says; no pod of the hub runs. */
async function startAgent(): Promise<RunningOperator> {
  const { spec } = (await fleet.hub.get(resources.deployments, agent)) as unknown as {
    readonly spec: { readonly template: { readonly spec: PodSpec } };
  };
  const env = spec.template.spec.containers.flatMap((container) => container.env ?? []);
  return fleet.startOperator({
    providers: null,
    flags: [`--namespace=${agent.namespace}`],
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
  });
}

interface PodSpec {
  readonly containers: readonly {
    readonly env?: readonly { readonly name: string; readonly value: string }[];
  }[];
}

/** The one command of the guide that has these words. */
function command(...words: readonly string[]): string {
  const found = guide.commands.filter((each) => words.every((word) => each.includes(word)));
  if (found.length !== 1) throw new Error(`${found.length} commands have ${words.join(' and ')}`);
  return found[0] ?? '';
}

function setMetric(value: string): Promise<string> {
  return shell.run(command('patch', '"20"').replace('"20"', `"${value}"`));
}

async function waitForCondition(type: string, status: 'True' | 'False'): Promise<void> {
  await demo.waitForStatus(
    `condition ${type} is ${status}`,
    ({ conditions = [] }) => conditions.some((found) => found.type === type && found.status === status),
    patienceMs,
  );
}

test('members are prepared and registered by what the guide for them says', async () => {
  // Every other test prepares its members with the same.
  expect(loadAll(forMembers.onMember)).toEqual(loadAll(memberManifests));
  for (const member of members) {
    const forThis = (text: string): string =>
      text.replaceAll('member-a-context', member).replaceAll('member-a', member);
    await shell.write('on-member.yaml', forMembers.onMember);
    await shell.run(`kubectl --context ${member} apply -f on-member.yaml`);
    const kubeconfig = await waitFor('the token of the member', () =>
      shell.run(`${forThis(forMembers.readAccess)}\ntest -n "$TOKEN" && printf %s "$KCFG_B64"`),
    );
    await shell.write(
      'on-hub.yaml',
      forThis(forMembers.onHub).replace('<BASE64_OF_MEMBER_KUBECONFIG>', kubeconfig),
    );
    expect(await shell.run('kubectl apply -f on-hub.yaml')).toBe(`secret/${member} created\n`);
  }
});

test('nothing happens before the controller is switched on, and all of it after that', async () => {
  for (const member of members) {
    await shell.run(command(member, 'apply'));
    expect(await shell.run(command(member, 'get deploy'))).toMatch(/^dso-demo-app +0\/0 /m);
  }
  await shell.run(command('dso-mock-metric.yaml'));
  expect(await shell.run(command('distributedscaledobject.yaml'))).toContain('dso-demo created');
  await waitFor('the operator is ready', async () => (await fetch(`${operator.healthUrl}/readyz`)).ok);
  expect(await demo.object()).not.toHaveProperty('status');
  expect(await shell.run(guide.enable)).toBe('deployment.apps/kedify-agent env updated\n');
  await operator.process.stop();
  expect(await demo.object()).not.toHaveProperty('status');
  operator = await startAgent();
  await demo.waitForStatus('0/0', ({ print }) => print?.totalReplicas === '0/0', patienceMs);

  const [list = '', read = ''] = forMembers.look;
  // The status of members may follow that of the object by a second.
  await waitFor('the members are Ready', async (saw) => {
    const listed = await shell.run(list);
    saw(listed);
    return listed === 'CLUSTER   STATE\nmember-1  Ready\nmember-2  Ready\n';
  });
  expect(JSON.parse(await shell.run(`${read}-o json`))).toMatchObject({
    status: { multiClusterStatus: { clusters: { 'member-1': { provider: 'kubeconfig', state: 'Ready' } } } },
  });
});

test('nothing runs while the metric is 0, by whatever name one asks', async () => {
  await waitForCondition('Ready', 'True');
  await waitForCondition('ScaledObjectActive', 'False');
  expect(await demo.split()).toEqual([0, 0]);
  expect(totals.values).toEqual([0]);
  for (const kind of [
    'dso',
    'distributedscaledobject',
    'DistributedScaledObject',
    'distributedscaledobjects',
  ]) {
    const [head = '', row = ''] = (await shell.run(`kubectl get ${kind} dso-demo`)).split('\n');
    expect(head.split(/\s+/)).toEqual([
      'NAME',
      'TOTALREPLICAS',
      'MEMBERS',
      'READY',
      'ACTIVE',
      'AGE',
      'PAUSED',
    ]);
    // All but the age.
    expect(row.split(/\s+/).toSpliced(5, 1)).toEqual(['dso-demo', '0/0', '2/2', 'True', 'False', 'False']);
  }
});

test('20 makes one of it, then 4, and 50 makes 10, by the weights', async () => {
  await shell.run(command('patch', '"20"'));
  await demo.waitForSplit([2, 2], patienceMs);
  await waitForCondition('ScaledObjectActive', 'True');
  expect(totals.values).toEqual([0, 1, 4]);
  await setMetric('50');
  await demo.waitForSplit([4, 6], patienceMs);
  // The autoscaler grows by so much a quarter of a minute, and never shrinks on the way.
  expect(totals.values).toEqual(totals.values.toSorted((a, b) => a - b));
  expect(totals.last).toBe(10);
});

test('the status has everything that it is said to have, and members run what it says', async () => {
  await demo.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10', patienceMs);
  const { status } = load(await shell.run(command('-o yaml'))) as {
    readonly status: Readonly<Record<string, unknown>>;
  };
  const row = (replicas: number, id: string): object => ({
    currentReplicas: replicas,
    desiredReplicas: replicas,
    description: expect.stringMatching(/./),
    excluded: false,
    id,
    lastScalingProgressTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    lastStatusChangeTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    provider: 'kubeconfig',
    state: 'Ready',
  });
  expect(status).toMatchObject({
    conditions: expect.arrayContaining(
      ['Ready', 'ScaledObjectActive', 'Paused'].map((type) => expect.objectContaining({ type })),
    ),
    memberClusterStatuses: { 'member-1': row(4, 'member-1'), 'member-2': row(6, 'member-2') },
    membersHealthyCount: 2,
    membersTotalCount: 2,
    print: { membersCount: '2/2', totalReplicas: '10/10' },
    selector: expect.stringMatching(/./),
    totalCurrentReplicas: 10,
  });
  for (const [member, replicas] of [
    ['member-1', 4],
    ['member-2', 6],
  ] as const)
    expect(await shell.run(command(member, 'get deploy'))).toMatch(
      new RegExp(`^dso-demo-app +${replicas}/${replicas} `, 'm'),
    );
  const told = JSON.stringify({ status });
  for (const [, field = ''] of intro.status.matchAll(/^([a-z]\w*):/gm)) expect(told).toContain(`"${field}":`);
});

test('the object of the introduction is accepted as it is', async () => {
  await shell.write('introduction.yaml', intro.manifest);
  const read = await shell.run('kubectl apply --dry-run=server -o yaml -f introduction.yaml');
  const asWritten = load(intro.manifest) as { readonly spec: Readonly<Record<string, unknown>> };
  expect(load(read)).toMatchObject({ spec: asWritten.spec });
});

test('a ConfigMap that is gone freezes what runs, and says so', async () => {
  await shell.run('kubectl -n default delete configmap dso-mock-metric');
  await waitForCondition('Ready', 'False');
  expect(await demo.split()).toEqual([4, 6]);
  await shell.write(
    'dso-mock-metric.yaml',
    (guide.files['dso-mock-metric.yaml'] ?? '').replace('"0"', '"50"'),
  );
  await shell.run(command('dso-mock-metric.yaml'));
  await waitForCondition('Ready', 'True');
  expect(await demo.split()).toEqual([4, 6]);
  expect(totals.last).toBe(10);
});

test(
  '0 makes nothing of it after the cooldown',
  async () => {
    await shell.run(command('patch', '"0"'));
    await demo.waitForSplit([0, 0], cooldownMs + patienceMs);
    await waitForCondition('ScaledObjectActive', 'False');
    await demo.waitForStatus('0/0', ({ print }) => print?.totalReplicas === '0/0', patienceMs);
    expect(totals.last).toBe(0);
  },
  2 * cooldownMs,
);

test('the ScaledObject goes with the object', async () => {
  await shell.run('kubectl delete dso dso-demo');
  const kind = await fleet.hub.resourceFor({ group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' });
  await waitFor('its ScaledObject to be gone', () =>
    fleet.hub.get(kind, name).then(
      () => false,
      (error: unknown) => error instanceof NotFoundError,
    ),
  );
  expect(await demo.split()).toEqual([0, 0]);
});
