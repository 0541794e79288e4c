import { describe, expect, it } from 'vitest';
import { withoutNulls } from './without-nulls.ts';

const text = { type: 'string' };
const schema = {
  type: 'object',
  properties: {
    name: text,
    port: { 'x-kubernetes-int-or-string': true },
    usual: { type: 'string', default: 'a' },
    either: { type: 'string', nullable: true },
    labels: { type: 'object', additionalProperties: text },
    items: { type: 'array', items: { type: 'object', properties: { name: text } } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};

describe('null in an object that somebody has written', () => {
  it.each<[where: string, written: unknown, read: unknown]>([
    ['a field', { name: null, port: null, items: null }, {}],
    ['a map', { labels: { a: null, b: 'c' } }, { labels: { b: 'c' } }],
    ['an object of a list', { items: [{ name: null }, { name: 'a' }] }, { items: [{}, { name: 'a' }] }],
  ])('is absent in %s', (_where, written, read) => {
    expect(withoutNulls(written, schema)).toEqual(read);
  });

  it('is the default where there is one', () => {
    expect(withoutNulls({ usual: null }, schema)).toEqual({ usual: 'a' });
    expect(withoutNulls({}, schema)).toEqual({});
  });

  it.each<[where: string, written: unknown]>([
    ['a field that may be null', { either: null }],
    ['a list', { items: [null] }],
    ['a field that nobody knows', { other: null, constructor: null }],
    ['a place where anything may stand', { free: { a: null } }],
    ['place of all of it', null],
  ])('stays in %s', (_where, written) => {
    expect(withoutNulls(written, schema)).toEqual(written);
  });

  it('does not keep a key of JavaScript from being one', () => {
    const written = JSON.parse('{"labels":{"__proto__":"a","b":null}}') as unknown;
    expect(JSON.stringify(withoutNulls(written, schema))).toBe('{"labels":{"__proto__":"a"}}');
  });
});
