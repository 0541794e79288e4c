import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DistributedScaledObject, KubeObject } from '../../src/api/index.ts';
import { Reflector, type Resource, resources } from '../../src/kube/index.ts';
import { BuiltinEngine, type EngineReport } from '../../src/scaling/index.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { waitFor } from '../bed/index.ts';
import { Fleet } from '../fleet/index.ts';

const namespace = 'shop';
/** Five minutes of stabilization are ten seconds. */
const clock = hurriedClock(30);

let fleet: Fleet;
let scaledObjects: Resource;
let stand: Stand;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0 });
  await fleet.namespace(namespace);
  const { group, version, kind } = {
    group: 'keda.kedify.io',
    version: 'v1alpha1',
    kind: 'DistributedScaledObject',
  };
  scaledObjects = await fleet.hub.resourceFor({ group, version, kind });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

beforeEach(() => {
  stand = new Stand();
});

afterEach(() => stand.close());

/** An engine, and as much of a controller as it needs: it is told of each change, and members follow every total. */
class Stand {
  readonly #life = new AbortController();
  readonly #reports = new Map<string, EngineReport>();
  readonly #engine: BuiltinEngine;
  readonly #objects: Reflector<DistributedScaledObject>;
  readonly defects: unknown[] = [];

  constructor() {
    this.#engine = new BuiltinEngine({
      client: fleet.hub,
      resource: scaledObjects,
      namespace,
      clock,
      onChange: (key) => void this.#pass(key),
      owned: () => this.#life.signal,
      onRead: () => undefined,
      onDefect: (_key, error) => this.defects.push(error),
    });
    this.#engine.start(this.#life.signal);
    this.#objects = new Reflector<DistributedScaledObject>({
      client: fleet.hub,
      resource: scaledObjects,
      project: (object) => object as unknown as DistributedScaledObject,
      onChange: (change) => {
        if (change.type === 'set') void this.#pass(change.key);
        else this.#engine.forget(change.key);
      },
    });
    void this.#objects.run(this.#life.signal);
  }

  report(name: string): EngineReport | undefined {
    return this.#reports.get(`${namespace}/${name}`);
  }

  close(): void {
    this.#life.abort();
  }

  async #pass(key: string): Promise<void> {
    const object = this.#objects.store.get(key);
    if (object === undefined || this.#life.signal.aborted) return;
    const total = object.spec.totalTargetReplicas ?? 0;
    const { name } = object.metadata;
    if (object.status?.totalCurrentReplicas !== total) {
      const status = {
        totalCurrentReplicas: total,
        selector: `keda.kedify.io/distributedscaledobject=${name}`,
      };
      await fleet.hub
        .patch(scaledObjects, { namespace, name }, 'merge', { status }, { subresource: 'status' })
        .catch(() => undefined);
      return;
    }
    const report = await this.#engine.ensure(object, { readyReplicas: total }, this.#life.signal);
    this.#reports.set(key, report);
  }
}

async function load(name: string, data: Readonly<Record<string, string>>): Promise<void> {
  await fleet.hub.apply(
    resources.configMaps,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data },
    { force: true },
  );
}

async function create(name: string, spec: Readonly<Record<string, unknown>> = {}): Promise<KubeObject> {
  const metadata = { resourceKind: 'ConfigMap', resourceName: name, key: 'metric-value', targetValue: '5' };
  const triggers = [{ type: 'kubernetes-resource', metadata }];
  return fleet.hub.create(scaledObjects, {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { namespace, name },
    spec: { scaledObjectSpec: { scaleTargetRef: { name: 'nginx' }, triggers, ...spec } },
  });
}

async function totalOf(name: string): Promise<number> {
  const object = await fleet.hub.get(scaledObjects, { namespace, name });
  return (object['spec'] as { readonly totalTargetReplicas: number }).totalTargetReplicas;
}

async function becomes(name: string, total: number): Promise<void> {
  await waitFor(`a total of ${total}`, async (saw) => {
    const now = await totalOf(name);
    saw(now);
    return now === total;
  });
}

test('the total follows a ConfigMap: 20 by 5 is 4, 50 is 10', async () => {
  await load('follows', { 'metric-value': '20' });
  await create('follows');
  await becomes('follows', 4);
  await load('follows', { 'metric-value': '50' });
  await becomes('follows', 10);
  expect(stand.report('follows')?.ready).toMatchObject({ status: 'True', reason: 'ScaledObjectReady' });
  expect(stand.report('follows')?.active).toMatchObject({ status: 'True', reason: 'ScalerActive' });
  expect(stand.defects).toEqual([]);
});

test('a key that is missing freezes the total, and tells', async () => {
  await load('freezes', { 'metric-value': '20' });
  await create('freezes', { cooldownPeriod: 0 });
  await becomes('freezes', 4);
  await fleet.hub.patch(resources.configMaps, { namespace, name: 'freezes' }, 'merge', {
    data: { 'metric-value': null },
  });
  const told = await waitFor('the failure to be told', () => {
    const ready = stand.report('freezes')?.ready;
    return ready?.reason === 'TriggerError' && ready;
  });
  expect(told.status).toBe('False');
  expect(told.message).toContain("the ConfigMap shop/freezes has no key 'metric-value'");
  // Polls and passes of the autoscaler for well beyond cooldown and stabilization.
  const end = clock.monotonic() + 400_000;
  await waitFor('time to pass', () => clock.monotonic() > end);
  expect(await totalOf('freezes')).toBe(4);
  await load('freezes', { 'metric-value': '25' });
  await becomes('freezes', 5);
});

test('without demand it goes to zero after the cooldown, and is back at once', async () => {
  await load('sleeps', { 'metric-value': '20' });
  await create('sleeps', { cooldownPeriod: 60 });
  await becomes('sleeps', 4);
  await load('sleeps', { 'metric-value': '0' });
  await becomes('sleeps', 0);
  await load('sleeps', { 'metric-value': '7' });
  await becomes('sleeps', 2);
  expect(stand.defects).toEqual([]);
});

test('another engine goes on where one ended', async () => {
  await load('goes-on', { 'metric-value': '20' });
  await create('goes-on');
  await becomes('goes-on', 4);
  stand.close();
  await load('goes-on', { 'metric-value': '30' });
  stand = new Stand();
  await becomes('goes-on', 6);
  expect(stand.defects).toEqual([]);
});
