import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HeapItem, IndexedHeap } from './indexed-heap.ts';

interface Numbered extends HeapItem {
  value: number;
}

const drain = (heap: IndexedHeap<Numbered>): number[] => {
  const values: number[] = [];
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) values.push(item.value);
  return values;
};

test('items come out in order, whatever was moved or removed before', () => {
  const operation = fc.record({ index: fc.nat(), value: fc.option(fc.integer(), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.array(operation), (values, operations) => {
      const heap = new IndexedHeap<Numbered>((a, b) => a.value < b.value);
      const items = values.map((value) => ({ value, heapIndex: -1 }));
      for (const item of items) heap.push(item);
      for (const { index, value } of operations) {
        const item = items[index % items.length];
        if (item === undefined) break;
        if (value === undefined) {
          heap.remove(item);
          items.splice(items.indexOf(item), 1);
        } else {
          item.value = value;
          heap.moved(item);
        }
      }
      expect(heap.size).toBe(items.length);
      expect(drain(heap)).toEqual(items.map((item) => item.value).sort((a, b) => a - b));
    }),
  );
});

test('an empty heap has no first item', () => {
  const heap = new IndexedHeap<Numbered>((a, b) => a.value < b.value);
  expect(heap.peek()).toBeUndefined();
  expect(heap.pop()).toBeUndefined();
});
