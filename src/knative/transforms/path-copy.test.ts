import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemsAt, merge, remove, set, update, updateItems, valueAt } from './path-copy.ts';

const json = fc.dictionary(
  fc.constantFrom('a', 'b', '__proto__', 'constructor'),
  fc.jsonValue({ maxDepth: 2 }),
);
const path = fc.array(fc.constantFrom('a', 'b', '__proto__', 'constructor'), { minLength: 1, maxLength: 3 });

/** What a change gives: a value, or the error that says why it cannot be made. */
function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return (error as Error).name;
  }
}

describe('changing JSON', () => {
  it('puts a value where it is then found, or says why not', () => {
    fc.assert(
      fc.property(json, path, fc.string(), (value, at, given) => {
        const changed = attempt(() => set(value, at, given));
        expect(changed === 'MalformedField' || valueAt(changed, at) === given).toBe(true);
      }),
    );
  });

  it('never changes what it was given', () => {
    fc.assert(
      fc.property(json, path, (value, at) => {
        const before = JSON.stringify(value);
        attempt(() => set(value, at, 1));
        attempt(() => remove(value, at));
        attempt(() => merge(value, at, { x: 1 }));
        attempt(() => updateItems(value, at, (item) => ({ ...item, x: 1 })));
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it('returns what it was given where nothing changes', () => {
    fc.assert(
      fc.property(json, path, (value, at) => {
        expect(attempt(() => update(value, at, (found) => found))).toBeOneOf([value, 'MalformedField']);
        expect(attempt(() => merge(value, at, {}))).toBe(value);
        expect(attempt(() => updateItems(value, at, (item) => item))).toBeOneOf([value, 'MalformedField']);
      }),
    );
  });

  it('removes what it set, and nothing where there is nothing', () => {
    fc.assert(
      fc.property(json, path, (value, at) => {
        expect(valueAt(remove(value, at), at)).toBeUndefined();
        expect(remove(remove(value, at), at)).toEqual(remove(value, at));
      }),
    );
  });

  it('shares everything beside the path', () => {
    const value = { a: { b: { c: 1 } }, d: { e: [1] } };
    const changed = set(value, ['a', 'b', 'c'], 2);
    expect(changed).toEqual({ a: { b: { c: 2 } }, d: { e: [1] } });
    expect(changed.d).toBe(value.d);
  });

  it('makes objects on the way, but not for nothing', () => {
    expect(set({}, ['a', 'b'], 1)).toEqual({ a: { b: 1 } });
    expect(set({ a: null }, ['a', 'b'], 1)).toEqual({ a: { b: 1 } });
    expect(update({}, ['a', 'b'], () => undefined)).toEqual({});
  });

  it('never reaches the prototype', () => {
    const changed = set({}, ['__proto__', 'polluted'], true);
    expect(Object.hasOwn(changed, '__proto__')).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['a value in the way', () => set({ a: 'text' }, ['a', 'b'], 1), "the field 'a' must be an object"],
    [
      'a list in the way',
      () => merge({ a: { b: [] } }, ['a', 'b'], { c: 1 }),
      "the field 'a.b' must be an object",
    ],
    [
      'no list',
      () => updateItems({ a: {} }, ['a'], (item) => item),
      "the field 'a' must be a list of objects",
    ],
    ['a list of texts', () => itemsAt({ a: ['x'] }, ['a']), "the field 'a' must be a list of objects"],
  ])('says where there is %s', (_, work, says) => {
    expect(work).toThrow(says);
  });
});
