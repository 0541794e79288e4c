import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { kedaConfigDirectory, kubectl, waitFor } from '../bed/index.ts';
import { Fleet, Metric } from '../fleet/index.ts';
import { EngineAtWork } from './engine-at-work.ts';

let fleet: Fleet;
let engine: EngineAtWork;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0 });
  engine = await EngineAtWork.start(fleet.hub);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

test('a hub without KEDA is told of, and its KEDA used as soon as it is installed', async () => {
  const metric = new Metric(fleet.hub, 'metric');
  await engine.create('app', { triggers: [metric.trigger()] });
  const { ready } = await engine.waitForReport('app', 'ready', 'False', 'KEDANotInstalled');
  expect(ready.message).toContain('--scaling-engine=builtin');

  const definition = join(await kedaConfigDirectory(), 'crd', 'bases', 'keda.sh_scaledobjects.yaml');
  await kubectl(fleet.bed.hub.kubeconfig, ['apply', '--server-side', '-f', definition]);
  // No KEDA runs, so that nobody looks at it.
  await engine.waitForReport('app', 'ready', 'Unknown', 'ScaledObjectPending');
  const child = await waitFor('its ScaledObject', () => engine.child('app'));
  expect(child.metadata.ownerReferences?.map(({ kind, name }) => [kind, name])).toEqual([
    ['DistributedScaledObject', 'app'],
  ]);

  const name = 'scaledobjects.keda.sh';
  await fleet.hub.delete(resources.customResourceDefinitions, { name });
  await engine.waitForReport('app', 'ready', 'False', 'KEDANotInstalled');

  await waitFor('the definition to be gone', async () => {
    await kubectl(fleet.bed.hub.kubeconfig, ['apply', '--server-side', '-f', definition]);
    return true;
  });
  await engine.waitForReport('app', 'ready', 'Unknown', 'ScaledObjectPending');
});
