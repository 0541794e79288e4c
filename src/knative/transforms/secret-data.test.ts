import { describe, expect, it } from 'vitest';
import { contextFor, object } from './objects.fixture.ts';
import type { JsonObject } from './path-copy.ts';
import { secretData } from './secret-data.ts';

const context = contextFor({});

function secret(fields: JsonObject) {
  return object('v1', 'Secret', 'a', fields);
}

describe('the texts of a Secret', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['become data', { stringData: { a: 'one' } }, { data: { a: 'b25l' } }],
    [
      'are added to its data',
      { data: { a: 'b25l' }, stringData: { b: 'two' } },
      { data: { a: 'b25l', b: 'dHdv' } },
    ],
    [
      'win over its data, key by key',
      { data: { a: 'b25l', b: 'b25l' }, stringData: { b: 'two' } },
      { data: { a: 'b25l', b: 'dHdv' } },
    ],
    ['are taken as UTF-8', { stringData: { a: 'grün\n', b: '' } }, { data: { a: 'Z3LDvG4K', b: '' } }],
    ['are made data where that is empty', { data: null, stringData: { a: 'one' } }, { data: { a: 'b25l' } }],
    ['may be none', { data: { a: 'b25l' }, stringData: {} }, { data: { a: 'b25l' } }],
    ['may be null', { type: 'Opaque', stringData: null }, { type: 'Opaque' }],
  ])('%s', (_, given, expected) => {
    expect(secretData(secret(given), context)).toEqual({ ...secret({}), ...expected });
  });

  it.each([
    secret({ data: { a: 'b25l' } }),
    secret({ stringData: { a: ['one'] } }),
    secret({ stringData: { a: 1 } }),
    secret({ stringData: 'one' }),
    secret({ data: 'one', stringData: { a: 'one' } }),
    object('v1', 'ConfigMap', 'a', { stringData: { a: 'one' } }),
    object('example.com/v1', 'Secret', 'a', { stringData: { a: 'one' } }),
  ])('are left alone where they are none: %j', (given) => {
    expect(secretData(given, context)).toBe(given);
  });
});
