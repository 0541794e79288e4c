import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { kedaConfigDirectory, kubectl, waitFor } from '../bed/index.ts';
import {
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  Metric,
  registerMembers,
} from '../fleet/index.ts';

let fleet: Fleet;
let nginx: Distributed;
let metric: Metric;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: 1 });
  await registerMembers(fleet);
  nginx = new Distributed(fleet);
  metric = new Metric(fleet.hub, 'mock-metric');
  await fleet.put(resources.deployments, deployment(1), fleet.spoke(0).client);
  await fleet.startOperator({ providers: null, flags: ['--enable-dso=true', '--scaling-engine=auto'] });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

async function hasScaledObject(): Promise<boolean> {
  const kind = { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' };
  try {
    await fleet.hub.get(await fleet.hub.resourceFor(kind), nginx.name);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

test('KEDA takes over where it is installed, and the engine of this program where it is removed', async () => {
  await metric.set('20');
  const behavior = { scaleUp: { policies: [{ type: 'Percent', value: 900, periodSeconds: 15 }] } };
  const scaledObjectSpec = {
    pollingInterval: 1,
    advanced: { horizontalPodAutoscalerConfig: { behavior } },
  };
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject({ scaledObjectSpec }));
  await nginx.waitForSplit([4]);

  const definition = join(await kedaConfigDirectory(), 'crd', 'bases', 'keda.sh_scaledobjects.yaml');
  await kubectl(fleet.bed.hub.kubeconfig, ['apply', '--server-side', '-f', definition]);
  await waitFor('a ScaledObject', hasScaledObject);
  await nginx.waitForStatus('KEDA is waited for', ({ conditions = [] }) =>
    conditions.some(({ type, reason }) => type === 'Ready' && reason === 'ScaledObjectPending'),
  );
  expect(await nginx.split()).toEqual([4]);

  await fleet.hub.delete(resources.customResourceDefinitions, { name: 'scaledobjects.keda.sh' });
  await metric.set('50');
  await nginx.waitForSplit([10]);
});
