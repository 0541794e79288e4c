import { describe, expect, it } from 'vitest';
import { parseManifest } from './parse-manifest.ts';

const head = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n';

function parse(text: string): unknown {
  return parseManifest(`${head}${text}\n`, 'f.yaml')[0]?.['v'];
}

describe('an integer', () => {
  it.each([
    ['12345678901234567890', 'v: {list: [1, 12345678901234567890]}', 'v.list[1]'],
    ['-9007199254740993', 'v: -9007199254740993', 'v'],
    ['a hexadecimal one', 'v: 0xfffffffffffffff1', 'v'],
    ['one of JSON', '"v": {"w": 9223372036854775807}', 'v.w'],
  ])('that would lose digits is refused with its field: %s', (_what, text, field) => {
    expect(() => parse(text)).toThrow(
      `Widget a in document 1 of 'f.yaml' has a number at ${field} that would lose digits`,
    );
  });

  it.each([
    ['v: 9007199254740991', 9007199254740991],
    ['v: 12000000000000000', 12000000000000000],
    ['v: "12345678901234567890"', '12345678901234567890'],
    ['v: 1e20', 1e20],
    ['v: 0.12345678901234567890', 0.12345678901234568],
    ['v: image:12345678901234567890', 'image:12345678901234567890'],
  ])('that loses none is what it is: %s', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  it('may be the bound of a schema, which is a floating-point number anyway', () => {
    const schema = '{openAPIV3Schema: {properties: {a: {type: integer, maximum: 9223372036854775807}}}}';
    const definition =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n' +
      `spec: {group: g, scope: Cluster, names: {kind: A, plural: as}, versions: [{name: v1, schema: ${schema}}]}`;
    expect(parseManifest(definition, 'f.yaml')).toHaveLength(1);
    const other = definition.replace('maximum', 'default');
    expect(() => parseManifest(other, 'f.yaml')).toThrow(
      'spec.versions[0].schema.openAPIV3Schema.properties.a.default that would lose digits',
    );
  });
});
