import { describe, expect, it } from 'vitest';
import type { KnativeEventingSpec } from '../../api/index.ts';
import { defaultBroker } from './default-broker.ts';
import { configMap, contextFor } from './objects.fixture.ts';

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
    ['[', "the value of 'default-br-config' in ConfigMap 'config-br-defaults' must be YAML"],
    ['[]', "the value of 'default-br-config' in ConfigMap 'config-br-defaults' must be a YAML object"],
    ['clusterDefault: text', "the field 'clusterDefault' must be an object"],
  ])('cannot be written into %j', (text, says) => {
    expect(() => brokers(text, {})).toThrow(says);
  });

  it('is in one ConfigMap', () => {
    const given = configMap('config-features', { [key]: '[' });
    expect(defaultBroker(given, contextFor({}))).toBe(given);
  });
});
