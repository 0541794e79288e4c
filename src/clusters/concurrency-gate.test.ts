import { expect, test } from 'vitest';
import { ConcurrencyGate } from './concurrency-gate.ts';

const { signal } = new AbortController();
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many go through at a time, the others in the order in which they came', async () => {
  const gate = new ConcurrencyGate(2);
  const entered: number[] = [];
  const leave: (() => void)[] = [];
  for (let i = 0; i < 4; i++) {
    void gate.enter(signal).then((left) => {
      entered.push(i);
      leave.push(left);
    });
  }
  await settled();
  expect(entered).toEqual([0, 1]);
  leave[0]?.();
  leave[0]?.();
  await settled();
  expect(entered).toEqual([0, 1, 2]);
  leave[1]?.();
  await settled();
  expect(entered).toEqual([0, 1, 2, 3]);
});

test('whoever gives up gets the reason of its signal and leaves its place to the next', async () => {
  const gate = new ConcurrencyGate(1);
  const leave = await gate.enter(signal);
  const impatient = new AbortController();
  const first = gate.enter(impatient.signal);
  const second = gate.enter(signal);
  impatient.abort('enough');
  await expect(first).rejects.toBe('enough');
  leave();
  (await second)();
  await expect(gate.enter(impatient.signal)).rejects.toBe('enough');
  (await gate.enter(signal))();
});

test('whoever does not want to wait enters only where there is room', async () => {
  const gate = new ConcurrencyGate(1);
  const leave = gate.tryEnter();
  expect(gate.tryEnter()).toBeUndefined();
  const patient = gate.enter(signal);
  expect(gate.waiting).toBe(1);
  leave?.();
  leave?.();
  expect(gate.waiting).toBe(0);
  expect(gate.tryEnter()).toBeUndefined();
  (await patient)();
  expect(gate.tryEnter()).toBeDefined();
});
