import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObjectStore, type StoreChange, type StoreEntry } from './object-store.ts';

type Entry = StoreEntry<string>;
type Step =
  | { readonly do: 'set'; readonly key: string; readonly entry: Entry }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'replace'; readonly entries: ReadonlyMap<string, Entry> };

const keys = fc.constantFrom('a', 'b', 'c');
const entries = fc
  .tuple(fc.constantFrom('uid-1', 'uid-2'), fc.constantFrom('1', '2'))
  .map(([uid, resourceVersion]): Entry => ({ uid, resourceVersion, value: `${uid}@${resourceVersion}` }));
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('set' as const), key: keys, entry: entries }),
    fc.record({ do: fc.constant('delete' as const), key: keys }),
    fc.record({
      do: fc.constant('replace' as const),
      entries: fc.array(fc.tuple(keys, entries)).map((list) => new Map(list)),
    }),
  ),
);

function take(store: ObjectStore<string>, step: Step): StoreChange<string>[] {
  if (step.do === 'set') return store.set(step.key, step.entry);
  return step.do === 'delete' ? store.delete(step.key) : store.replace(step.entries);
}

function takeInModel(model: Map<string, string>, step: Step): void {
  if (step.do === 'set') model.set(step.key, step.entry.value);
  else if (step.do === 'delete') model.delete(step.key);
  else {
    model.clear();
    for (const [key, entry] of step.entries) model.set(key, entry.value);
  }
}

test('the store equals a map under any sequence of events', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const store = new ObjectStore<string>();
      const model = new Map<string, string>();
      for (const step of sequence) {
        take(store, step);
        takeInModel(model, step);
        expect(new Map(store.entries())).toEqual(model);
        expect(store.size).toBe(model.size);
      }
    }),
  );
});

test('whoever follows the changes alone has the same, and every change says truly what was there before', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const store = new ObjectStore<string>();
      const follower = new Map<string, string>();
      for (const step of sequence) {
        const changes = take(store, step);
        for (const change of changes) {
          expect(change.previous).toBe(follower.get(change.key));
          if (change.type === 'delete') follower.delete(change.key);
          else follower.set(change.key, change.current);
          expect(change.initial).toBe(step.do === 'replace');
        }
        expect(follower).toEqual(new Map(store.entries()));
      }
    }),
  );
});

test('a change is told only where something is different, and never twice', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const store = new ObjectStore<string>();
      for (const step of sequence) {
        take(store, step);
        expect(take(store, step)).toEqual([]);
      }
    }),
  );
});

test('an object with another uid is told as deleted before it is told as set, all deletions first', () => {
  const store = new ObjectStore<string>();
  const entry = (uid: string): Entry => ({ uid, resourceVersion: '1', value: uid });
  store.replace(
    new Map([
      ['kept', entry('1')],
      ['gone', entry('2')],
      ['new', entry('3')],
    ]),
  );
  const changes = store.replace(
    new Map([
      ['new', entry('4')],
      ['kept', entry('1')],
    ]),
  );
  expect(changes).toEqual([
    { type: 'delete', key: 'gone', previous: '2', initial: true },
    { type: 'delete', key: 'new', previous: '3', initial: true },
    { type: 'set', key: 'new', current: '4', previous: undefined, initial: true },
  ]);
  expect(store.set('kept', entry('5')).map(({ type }) => type)).toEqual(['delete', 'set']);
});

test('a replaced store does not follow the map it was made from', () => {
  const store = new ObjectStore<string>();
  const source = new Map([['a', { uid: '1', resourceVersion: '1', value: 'a' }]]);
  store.replace(source);
  source.clear();
  expect(store.get('a')).toBe('a');
  expect(store.has('a')).toBe(true);
});
