import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotFoundError, type Resource, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  Metric,
  registerMembers,
  type RunningOperator,
} from '../fleet/index.ts';

interface Split {
  readonly metric: string;
  readonly total: number;
  readonly split: readonly number[];
}

/** What 5 for each replica makes of these numbers, between 0 and 10 replicas; on two members of weights 4 and 6. */
const course: readonly Split[] = [
  { metric: '20', total: 4, split: [2, 2] },
  { metric: '1000', total: 10, split: [4, 6] },
  { metric: '26', total: 6, split: [2, 4] },
];

const patienceMs = 90_000;
/** Up and down as far as needed, at once. */
const atOnce = { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 100, periodSeconds: 1 }] };

let fleet: Fleet;
let metric: Metric;
let nginx: Distributed;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: 2, keda: true });
  metric = new Metric(fleet.hub, 'both-engines');
  nginx = new Distributed(fleet);
  await registerMembers(fleet);
  await Promise.all(
    fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(0), client)),
  );
});

afterAll(() => fleet[Symbol.asyncDispose]());

async function startWith(engine: 'keda' | 'builtin'): Promise<RunningOperator> {
  return fleet.startOperator({
    providers: null,
    flags: ['--enable-dso=true', '--disable-ha', `--scaling-engine=${engine}`],
  });
}

async function follow(course: readonly Split[]): Promise<void> {
  for (const { metric: value, total, split } of course) {
    await metric.set(value);
    await nginx.waitForStatus(
      `${value} makes ${total}`,
      ({ print }) => print?.totalReplicas === `${total}/${total}`,
      patienceMs,
    );
    expect((await nginx.object())['spec']).toMatchObject({ totalTargetReplicas: total });
    await nginx.waitForSplit(split);
  }
}

/** Who has written the total last; nobody is noted down once it was 0. */
async function writer(): Promise<string | undefined> {
  const { managedFields = [] } = (await nginx.object()).metadata;
  const writes = managedFields.filter(({ subresource }) => subresource === 'scale');
  return writes.map(({ manager }) => manager).join();
}

async function isGone(name: string, resource: Resource): Promise<boolean> {
  return fleet.hub.get(resource, { namespace: 'default', name }).then(
    () => false,
    (error: unknown) => error instanceof NotFoundError,
  );
}

test('one object is spread alike by the total of either engine, and one takes over from the other', async () => {
  await metric.set('0');
  const before = await startWith('keda');
  await fleet.hub.create(resources.distributedScaledObjects, object());
  await nginx.waitForStatus('it begins with nothing', ({ print }) => print?.totalReplicas === '0/0');
  await follow(course);
  expect(await writer()).toBe('kube-controller-manager');
  await before.process.kill();

  const after = await startWith('builtin');
  const kind = { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' };
  const scaledObjects = await fleet.hub.resourceFor(kind);
  await waitFor('the ScaledObject to go', () => isGone('nginx', scaledObjects), { timeoutMs: patienceMs });
  expect(await isGone('keda-hpa-nginx', resources.horizontalPodAutoscalers)).toBe(true);
  expect(await nginx.split()).toEqual([2, 4]);
  await follow(course);
  expect(await writer()).toBe('wheelwright');
  await after.process.kill();

  // Back to where KEDA is asked.
  await startWith('keda');
  await follow([{ metric: '0', total: 0, split: [0, 0] }, ...course]);
  expect(await isGone('keda-hpa-nginx', resources.horizontalPodAutoscalers)).toBe(false);
});

function object() {
  return distributedObject({
    memberClusters: [
      { name: 'member-1', weight: 4 },
      { name: 'member-2', weight: 6 },
    ],
    scaledObjectSpec: {
      minReplicaCount: 0,
      maxReplicaCount: 10,
      pollingInterval: 1,
      cooldownPeriod: 1,
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleUp: atOnce, scaleDown: atOnce } } },
      triggers: [metric.trigger()],
    },
  });
}
