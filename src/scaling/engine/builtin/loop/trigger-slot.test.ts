import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../kube/index.ts';
import { type Trigger, TriggerError } from '../triggers/trigger.ts';
import { type SlotOptions, TriggerSlot } from './trigger-slot.ts';

const { signal } = new AbortController();

let made: number;
let closed: number;
let watched: AbortSignal[];
/** What the next reads fail with. */
let failure: Error | undefined;

beforeEach(() => {
  [made, closed, watched, failure] = [0, 0, [], undefined];
});

function trigger(): Trigger {
  made++;
  return {
    specs: () => Promise.resolve([{ name: 'metric', target: 1 }]),
    read: () =>
      failure === undefined ? Promise.resolve({ value: 1, isActive: true }) : Promise.reject(failure),
    watch: (_onNews, life) => watched.push(life),
    close: () => closed++,
  };
}

function slot(changes: Partial<SlotOptions> = {}): TriggerSlot {
  return new TriggerSlot({
    index: 0,
    type: 'external',
    name: undefined,
    metricType: 'AverageValue',
    dependsOnOthers: false,
    make: () => Promise.resolve(trigger()),
    onNews: () => undefined,
    clock: systemClock,
    onRead: () => undefined,
    ...changes,
  });
}

describe('the place of a trigger', () => {
  it('makes its trigger once, and ends it when it closes', async () => {
    const one = slot();
    await one.measure(signal);
    await one.measure(signal);
    expect([made, closed, watched[0]?.aborted]).toEqual([1, 0, false]);
    one.close();
    expect([closed, watched[0]?.aborted]).toEqual([1, true]);
  });

  it('tells how long each read took', async () => {
    const times = [0, 250];
    const reads: unknown[] = [];
    const clock = { monotonic: () => times.shift() ?? 0 };
    await slot({ clock, onRead: (...read) => reads.push(read) }).measure(signal);
    expect(reads).toEqual([['value', 250]]);
  });

  it('ends a trigger that comes after it was closed, and never listens to it', async () => {
    const slow = Promise.withResolvers<void>();
    const one = slot({ make: () => slow.promise.then(trigger) });
    const measured = one.measure(signal);
    one.close();
    slow.resolve();
    expect((await measured)[0]?.outcome.kind).toBe('error');
    expect([made, closed, watched]).toEqual([1, 1, []]);
  });

  it('makes a trigger anew that reached nobody three times in a row', async () => {
    const one = slot();
    failure = new TriggerError('nobody', { kind: 'unreachable' });
    await one.measure(signal);
    await one.measure(signal);
    failure = undefined;
    await one.measure(signal);
    failure = new TriggerError('nobody', { kind: 'unreachable' });
    await one.measure(signal);
    await one.measure(signal);
    expect([made, closed]).toEqual([1, 0]);
    await one.measure(signal);
    expect([made, closed]).toEqual([1, 1]);
    await one.measure(signal);
    expect(made).toBe(2);
  });

  it('keeps a trigger whose source has no number', async () => {
    const one = slot();
    failure = new TriggerError('no number');
    for (let look = 0; look < 5; look++) await one.measure(signal);
    expect([made, closed]).toEqual([1, 0]);
  });
});
