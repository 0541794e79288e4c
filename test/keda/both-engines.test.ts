import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { deployment, Distributed, distributedObject, Fleet, registerMembers } from '../fleet/index.ts';
import { Metric } from './metric.ts';

/** What 5 for each replica makes of these numbers, between 0 and 10 replicas; on two members of weights 4 and 6. */
const course = [
  { metric: '20', total: 4, split: [2, 2] },
  { metric: '50', total: 10, split: [4, 6] },
  { metric: '26', total: 6, split: [2, 4] },
  { metric: '1000', total: 10, split: [4, 6] },
  { metric: '3', total: 1, split: [0, 1] },
  { metric: '0', total: 0, split: [0, 0] },
] as const;

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

test.each(['keda', 'builtin'])('%s makes the same totals of the same object', async (engine) => {
  await metric.set('0');
  const operator = await fleet.startOperator({
    providers: null,
    flags: ['--enable-dso=true', '--disable-ha', `--scaling-engine=${engine}`],
  });
  await fleet.hub.create(resources.distributedScaledObjects, object());
  await nginx.waitForStatus('it begins with nothing', ({ print }) => print?.totalReplicas === '0/0');
  for (const { metric: value, total, split } of course) {
    await metric.set(value);
    await nginx.waitForStatus(
      `${value} makes ${total} by ${engine}`,
      ({ print }) => print?.totalReplicas === `${total}/${total}`,
      patienceMs,
    );
    expect((await nginx.object())['spec']).toMatchObject({ totalTargetReplicas: total });
    await nginx.waitForSplit(split);
  }
  await fleet.hub.delete(resources.distributedScaledObjects, nginx.name, { propagation: 'Foreground' });
  await waitFor('it is gone, with what KEDA had for it', () =>
    nginx.object().then(
      () => false,
      (error: unknown) => error instanceof NotFoundError,
    ),
  );
  await operator.process.kill();
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
