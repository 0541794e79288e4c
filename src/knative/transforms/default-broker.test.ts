import { describe, expect, it } from 'vitest';
import type { KnativeEventingSpec } from '../../api/index.ts';
import { defaultBroker } from './default-broker.ts';
import { configMap, contextFor } from './objects.fixture.ts';
import { TransformError } from './transform-error.ts';

const key = 'default-br-config';

function brokers(text: string | undefined, spec: KnativeEventingSpec): unknown {
  const given = configMap('config-br-defaults', text === undefined ? undefined : { [key]: text });
  const changed = defaultBroker(given, contextFor(spec, { component: 'eventing' }));
  return (changed['data'] as Record<string, string>)[key];
}

describe('the default broker', () => {
  it.each<[string, string | undefined, KnativeEventingSpec, string]>([
    [
      'is the usual one',
      'clusterDefault: {brokerClass: Foo}',
      {},
      'clusterDefault:\n  brokerClass: MTChannelBasedBroker\n',
    ],
    [
      'is the one of the spec',
      'clusterDefault: {brokerClass: Foo}',
      { defaultBrokerClass: 'MyCustomerBroker' },
      'clusterDefault:\n  brokerClass: MyCustomerBroker\n',
    ],
    [
      'stands among other settings, in the order of their names',
      'namespaceDefaults: {x: {brokerClass: Other}}\nclusterDefault:\n  name: own\n  kind: ConfigMap\n  delivery: {retry: 10, backoffDelay: PT0.2S}\n',
      {},
      'clusterDefault:\n  brokerClass: MTChannelBasedBroker\n  delivery:\n    backoffDelay: PT0.2S\n    retry: 10\n  kind: ConfigMap\n  name: own\nnamespaceDefaults:\n  x:\n    brokerClass: Other\n',
    ],
    [
      'may be the first thing said',
      'namespaceDefaults: {}',
      {},
      'clusterDefault:\n  brokerClass: MTChannelBasedBroker\nnamespaceDefaults: {}\n',
    ],
    [
      'stands among texts that would be numbers without quotation marks',
      'clusterDefault: {name: "1", namespace: "yes", kind: ""}',
      {},
      'clusterDefault:\n  brokerClass: MTChannelBasedBroker\n  kind: ""\n  name: "1"\n  namespace: "yes"\n',
    ],
    [
      'leaves what this version of Eventing may not know, and what it may not accept',
      'clusterDefault: {later: 1, name: 2}',
      {},
      'clusterDefault:\n  brokerClass: MTChannelBasedBroker\n  later: 1\n  name: 2\n',
    ],
    ['may be the only thing said', undefined, {}, 'clusterDefault:\n  brokerClass: MTChannelBasedBroker\n'],
    [
      'is left to a text of the user that names a class',
      'x: 1',
      { config: { 'br-defaults': { [key]: 'clusterDefault: {brokerClass: X}' } } },
      'x: 1',
    ],
    [
      'is left to such a text under the whole name',
      'x: 1',
      { config: { 'config-br-defaults': { [key]: 'brokerClass: X' } } },
      'x: 1',
    ],
    [
      'is written into a text of the user that names none',
      'clusterDefault: {name: own}',
      { config: { 'br-defaults': { [key]: 'clusterDefault: {name: own}' } }, defaultBrokerClass: 'B' },
      'clusterDefault:\n  brokerClass: B\n  name: own\n',
    ],
  ])('%s', (_, text, spec, expected) => {
    expect(brokers(text, spec)).toBe(expected);
  });

  it.each([
    ['[', "the value of 'default-br-config' in ConfigMap 'config-br-defaults' cannot be read as YAML"],
    ['[]', "the value of 'default-br-config' in ConfigMap 'config-br-defaults' must be a YAML object"],
    ['clusterDefault: text', "the field 'clusterDefault' must be an object"],
  ])('cannot be written into %j', (text, says) => {
    expect(() => brokers(text, {})).toThrow(says);
  });

  it.each([
    ['a: &a [*a]', 'too large: its aliases stand for more than 10000 values'],
    [repeated(9), 'too large: its aliases stand for more than 10000 values'],
    [`a: &a ${'x'.repeat(10_000)}\nb: [${'*a, '.repeat(200)}]`, 'too large'],
    ['a: [', 'line 1 of the document'],
  ])('cannot be written into the text of a user that is too large or broken: %#', (text, says) => {
    for (const name of ['br-defaults', 'config-br-defaults']) {
      const spec = { config: { [name]: { [key]: text } } };
      expect(() => brokers(text, spec)).toThrow(TransformError);
      expect(() => brokers(text, spec)).toThrow(`spec.config.${name}.${key} cannot be read as YAML: `);
      expect(() => brokers(text, spec)).toThrow(says);
    }
  });

  it('stands beside what is said several times, and what is merged', () => {
    const text = 'x: &x {kind: ConfigMap}\nclusterDefault: {<<: *x}\nnamespaceDefaults: {a: *x}\n';
    expect(brokers(text, {})).toBe(
      'clusterDefault:\n  brokerClass: MTChannelBasedBroker\n  kind: ConfigMap\nnamespaceDefaults:\n  a:\n    kind: ConfigMap\nx:\n  kind: ConfigMap\n',
    );
  });

  it('is in one ConfigMap', () => {
    const given = configMap('config-features', { [key]: '[' });
    expect(defaultBroker(given, contextFor({}))).toBe(given);
  });
});

/** Ten times ten times ten, for each level. */
function repeated(levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(10)}]`,
  );
  return `l0: &l0 x\n${lines.join('\n')}\n`;
}
