import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../../../../test/support/memory-hub.ts';
import { configMap } from '../testing/engine-world.ts';
import { ScaleHub } from '../testing/scale-hub.ts';
import { HubObjects } from '../triggers/hub-objects.ts';
import { TriggerError } from '../triggers/trigger.ts';
import { ServedTriggers } from './served-triggers.ts';

const metadata = { resourceKind: 'ConfigMap', resourceName: 'load', key: 'value', targetValue: '5' };
const minute = 60_000;

let hub: ScaleHub;
let clock: FakeClock;
let life: AbortController;
let triggers: ServedTriggers;

beforeEach(() => {
  hub = new ScaleHub();
  hub.put(configMap('load', { value: '1' }));
  clock = new FakeClock();
  life = new AbortController();
  const { client } = hub;
  triggers = new ServedTriggers({ client, clock, objects: new HubObjects(client, clock) });
  void triggers.run(life.signal);
});

afterEach(() => {
  life.abort();
  triggers.close();
});

function get(changes: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const scalerMetadata = { ...metadata, ...changes };
  return triggers.get({ namespace: 'shop', name: 'web', scalerMetadata });
}

async function pass(minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed++) await clock.advance(minute);
}

it('keeps a trigger while it is asked for, and lets it go when nobody asks for any', async () => {
  await get();
  await pass(8);
  await get();
  await pass(8);
  expect([triggers.size, hub.watches]).toEqual([1, 1]);
  await pass(4);
  expect([triggers.size, hub.watches]).toEqual([0, 0]);
});

it('closes a Secret half a minute after the trigger that asks for it is gone', async () => {
  const scalerMetadata = { ...metadata, resourceKind: 'Secret' };
  const object = (given: object): void =>
    void hub.put({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { namespace: 'shop', name: 'web' },
      spec: { triggers: [{ type: 'external', metadata: given }] },
    });
  await expect(get(scalerMetadata)).rejects.toThrow(TriggerError);
  object(scalerMetadata);
  await clock.advance(2_000);
  await get(scalerMetadata);
  object(metadata);
  await clock.advance(31_000);
  await expect(get(scalerMetadata)).rejects.toThrow('has an external trigger with these metadata');
});

it('asks the hub once for all who ask at a time', async () => {
  const { calls } = hub;
  const asked = Array.from({ length: 20 }, () => get({ resourceKind: 'Secret' }).catch(() => undefined));
  await Promise.all(asked);
  expect(hub.calls - calls).toBeLessThanOrEqual(4);
});
