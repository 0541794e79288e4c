import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../../../test/support/memory-hub.ts';
import { configMap } from '../testing/engine-world.ts';
import { ScaleHub } from '../testing/scale-hub.ts';
import { sourceOf } from '../testing/trigger-source.ts';
import { HubObjects } from './hub-objects.ts';
import { kubernetesResource } from './kubernetes-resource.ts';
import { type Reading, TriggerConfigError } from './trigger.ts';

const metadata = { resourceKind: 'ConfigMap', resourceName: 'load', key: 'value', targetValue: '5' };

let hub: ScaleHub;
let clock: FakeClock;
let objects: HubObjects;
let life: AbortController;

beforeEach(() => {
  hub = new ScaleHub();
  clock = new FakeClock();
  objects = new HubObjects(hub.client, clock);
  life = new AbortController();
});

afterEach(() => life.abort());

function read(changes: Readonly<Record<string, string>> = {}): Promise<Reading> {
  return kubernetesResource(sourceOf({ ...metadata, ...changes }), objects).read('', life.signal);
}

describe('the trigger kubernetes-resource', () => {
  it.each<[string, Record<string, string>, string, Reading]>([
    ['a number', {}, '20', { value: 20, isActive: true }],
    ['zero', {}, '0', { value: 0, isActive: false }],
    ['the threshold of activation', { activationTargetValue: '7' }, '7', { value: 7, isActive: false }],
    ['more than that', { activationTargetValue: '7' }, '7.1', { value: 7.1, isActive: true }],
    ['JSON', { format: 'json', valueLocation: 'a.b' }, '{"a":{"b":3}}', { value: 3, isActive: true }],
    [
      'YAML',
      { format: 'yaml', valueLocation: 'a.0', valueType: 'quantity' },
      'a: [2k]',
      { value: 2_000, isActive: true },
    ],
  ])('reads %s', async (_what, changes, value, reading) => {
    hub.put(configMap('load', { value }));
    expect(await read(changes)).toEqual(reading);
  });

  it('reads a Secret, and never tells what is in it', async () => {
    const secret = (text: string) =>
      hub.put({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: 'shop', name: 'load' },
        data: { value: Buffer.from(text).toString('base64') },
      });
    secret('12');
    expect(await read({ resourceKind: 'Secret' })).toEqual({ value: 12, isActive: true });
    secret('hunter2');
    await expect(read({ resourceKind: 'Secret' })).rejects.toThrow(
      "the key 'value' of the Secret shop/load: the text is no number",
    );
    await expect(read({ resourceKind: 'Secret' })).rejects.not.toThrow('hunter2');
  });

  it('has a name without the characters that KEDA replaces', async () => {
    const source = sourceOf({ ...metadata, key: 'a/b.c:d%(e)' });
    expect(await kubernetesResource(source, objects).specs(life.signal)).toEqual([
      { name: 'configmap-load-a-b-c-d--e-', target: 5 },
    ]);
  });

  it.each<[Record<string, string>, string]>([
    [{ resourceKind: 'configmap' }, "resourceKind is 'configmap': it must be ConfigMap or Secret"],
    [{ key: '' }, 'key is missing'],
    [{ targetValue: '0' }, "targetValue is '0': it must be 0.001 or more"],
    [{ targetValue: '0.0005' }, "targetValue is '0.0005': it must be 0.001 or more"],
    [{ targetValue: '' }, 'targetValue is missing'],
    [{ valueLocation: 'a' }, "valueLocation is 'a': it must be absent"],
    [{ format: 'json' }, 'valueLocation is missing'],
    [{ format: 'json', valueLocation: 'a|b' }, "the path 'a|b' uses pipes"],
    [{ format: 'xml' }, 'must be number, json or yaml'],
    [{ valueType: 'int' }, 'must be float64, int64 or quantity'],
  ])('refuses %o', (changes, message) => {
    const make = () => kubernetesResource(sourceOf({ ...metadata, ...changes }), objects);
    expect(make).toThrow(TriggerConfigError);
    expect(make).toThrow(message);
  });

  it('may lack a target above zero within a formula', () => {
    const source = sourceOf({ ...metadata, targetValue: '0' }, { isPartOfFormula: true });
    expect(() => kubernetesResource(source, objects)).not.toThrow();
  });

  it('watches its object once for all, asks no more then, and ends with the last', async () => {
    hub.put(configMap('load', { value: '1' }));
    const [first, second] = [new AbortController(), new AbortController()];
    let news = 0;
    for (const { signal } of [first, second])
      kubernetesResource(sourceOf(metadata), objects).watch?.(() => news++, signal);
    await clock.advance(0);
    expect(hub.watches).toBe(1);
    const { calls } = hub;
    expect((await read()).value).toBe(1);
    expect(hub.calls).toBe(calls);
    news = 0;
    hub.put(configMap('load', { value: '2' }));
    expect(news).toBe(2);
    expect((await read()).value).toBe(2);
    first.abort();
    expect(objects.size).toBe(1);
    second.abort();
    await clock.advance(0);
    expect([objects.size, hub.watches]).toEqual([0, 0]);
  });
});
