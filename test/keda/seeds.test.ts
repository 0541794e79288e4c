import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { NotFoundError, resources } from '../../src/kube/index.ts';
import { kubectl, waitFor } from '../bed/index.ts';
import { Distributed, Fleet, fleetNamespace, registerMember, rowOf } from '../fleet/index.ts';
import { configMapGuide, k3dGuide } from './seed-manifests.ts';

/**
 * The guides as they are, with KEDA's own times: it polls every half minute, and the autoscaler at most doubles in a
 * quarter of one.
 */
const patienceMs = 90_000;

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: 3, keda: true });
  const names = ['member-1', 'member-2'];
  await Promise.all(names.map((name, index) => registerMember(fleet, name, fleet.spoke(index).cluster)));
  await fleet.startOperator({ providers: null, flags: ['--enable-dso=true'] });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

function onHub(...args: readonly string[]): Promise<string> {
  return kubectl(fleet.bed.hub.kubeconfig, args);
}

function applyToHub(input: string): Promise<string> {
  return kubectl(fleet.bed.hub.kubeconfig, ['apply', '-f', '-'], { input });
}

async function waitForCondition(object: Distributed, type: string, status: 'True' | 'False'): Promise<void> {
  await object.waitForStatus(
    `condition ${type} is ${status}`,
    ({ conditions = [] }) => conditions.some((found) => found.type === type && found.status === status),
    patienceMs,
  );
}

describe('scaling by a ConfigMap on two members', () => {
  const name = { namespace: 'default', name: 'dso-demo' };
  const workload = { namespace: 'default', name: 'dso-demo-app' };
  let demo: Distributed;

  beforeAll(async () => {
    demo = new Distributed({ hub: fleet.hub, spokes: fleet.spokes.slice(0, 2) }, { name, workload });
    const input = configMapGuide.deployment;
    for (const { cluster } of fleet.spokes.slice(0, 2))
      await kubectl(cluster.kubeconfig, ['apply', '-f', '-'], { input });
    await applyToHub(configMapGuide.configMap);
    await applyToHub(configMapGuide.distributedScaledObject);
  });

  const patchMetric = (value: string): Promise<string> =>
    onHub(
      '-n',
      'default',
      'patch',
      'configmap',
      'dso-mock-metric',
      '--type',
      'merge',
      '-p',
      `{"data":{"metric-value":"${value}"}}`,
    );

  test('nothing runs while the metric is 0', async () => {
    await demo.waitForStatus('0/0', ({ print }) => print?.totalReplicas === '0/0', patienceMs);
    await waitForCondition(demo, 'Ready', 'True');
    await waitForCondition(demo, 'ScaledObjectActive', 'False');
    expect(await demo.split()).toEqual([0, 0]);
    await waitFor(
      'the columns of kubectl',
      async (saw) => {
        const columns = (await onHub('get', 'dso', 'dso-demo', '--no-headers')).trim().split(/\s+/);
        saw(columns);
        // All but the age.
        return columns.toSpliced(5, 1).join(' ') === 'dso-demo 0/0 2/2 True False False';
      },
      { timeoutMs: patienceMs },
    );
  });

  test('20 makes 4 of it, 50 makes 10, by the weights', async () => {
    await patchMetric('20');
    await demo.waitForSplit([2, 2], patienceMs);
    await waitForCondition(demo, 'ScaledObjectActive', 'True');
    await patchMetric('50');
    await demo.waitForSplit([4, 6], patienceMs);
    const status = await demo.waitForStatus(
      '10/10',
      ({ print }) => print?.totalReplicas === '10/10',
      patienceMs,
    );
    expect(rowOf(status, 'member-2')).toMatchObject({
      currentReplicas: 6,
      desiredReplicas: 6,
      state: 'Ready',
    });
  });

  test('a ConfigMap that is gone freezes what runs, and says so', async () => {
    await onHub('-n', 'default', 'delete', 'configmap', 'dso-mock-metric');
    await waitForCondition(demo, 'Ready', 'False');
    expect(await demo.split()).toEqual([4, 6]);
    await applyToHub(configMapGuide.configMap.replace('"0"', '"50"'));
    await waitForCondition(demo, 'Ready', 'True');
    expect(await demo.split()).toEqual([4, 6]);
  });

  test('0 makes nothing of it after the cooldown', async () => {
    // The guide leaves it at five minutes.
    await demo.patch({ spec: { scaledObjectSpec: { cooldownPeriod: 1, pollingInterval: 1 } } });
    await patchMetric('0');
    await demo.waitForSplit([0, 0], patienceMs);
    await waitForCondition(demo, 'ScaledObjectActive', 'False');
    expect((await demo.object())['spec']).toMatchObject({ totalTargetReplicas: 0 });
  });

  test('the ScaledObject goes with the object', async () => {
    await onHub('delete', 'dso', 'dso-demo');
    const kind = await fleet.hub.resourceFor({ group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' });
    await waitFor('its ScaledObject to be gone', () =>
      fleet.hub.get(kind, name).then(
        () => false,
        (error: unknown) => error instanceof NotFoundError,
      ),
    );
    expect(await demo.split()).toEqual([0, 0]);
  });
});

describe('scaling on all of three members', () => {
  const names = ['k3d-member-1', 'k3d-member-2', 'k3d-member-3'];
  let nginx: Distributed;
  /** What all members ran together, one after another. */
  const sums: number[] = [];

  async function waitForSplit(what: string, fits: (split: readonly number[]) => boolean): Promise<void> {
    await waitFor(
      what,
      async (saw) => {
        const split = (await nginx.split()).map((count) => count ?? -1);
        sums.push(split.reduce((sum, count) => sum + count, 0));
        saw(split.join('/'));
        return fits(split);
      },
      { timeoutMs: patienceMs },
    );
  }

  beforeAll(async () => {
    for (const member of ['member-1', 'member-2'])
      await fleet.hub.delete(resources.secrets, { namespace: fleetNamespace, name: member });
    await Promise.all(names.map((name, index) => registerMember(fleet, name, fleet.spoke(index).cluster)));
    for (const { cluster } of fleet.spokes)
      await kubectl(cluster.kubeconfig, ['create', 'deployment', 'nginx', '--image=nginx']);
    nginx = new Distributed(fleet);
    await applyToHub(k3dGuide.everything);
  });

  test('20 makes 4 of 3, without anybody at zero on the way', async () => {
    await waitForSplit('4 on three members', (split) => split.join('/') === '2/1/1');
    expect(Math.min(...sums)).toBe(3);
    await waitForCondition(nginx, 'Ready', 'True');
  });

  test('50 makes 10, and no member shrinks on the way', async () => {
    sums.length = 0;
    await applyToHub(k3dGuide.more);
    await waitForSplit('10 on three members', (split) => split.join('/') === '4/3/3');
    expect(sums).toEqual(sums.toSorted((a, b) => a - b));
  });

  test('a list of members with weights moves everything to them', async () => {
    await applyToHub(k3dGuide.whitelist);
    await waitForSplit('10 on two members', ([first = 0, second = 0, third = 0]) => {
      return first + second === 10 && first >= 7 && second >= 2 && third === 0;
    });
    expect(await onHub('get', 'dso', 'nginx', '-o', 'jsonpath={.spec.totalTargetReplicas}')).toBe('10');
  });
});
