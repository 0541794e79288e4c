import { dump } from 'js-yaml';
import { isRecord, type KnativeEventingSpec, type KubeObject } from '../../api/index.ts';
import { readYaml, settingLimits, UnreadableYaml } from '../manifests/index.ts';
import { configKeys } from './config-maps.ts';
import { isKind, objectName } from './object-kinds.ts';
import { set, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';
import { TransformError } from './transform-error.ts';

const configMapName = 'config-br-defaults';
const key = 'default-br-config';

/** `spec.defaultBrokerClass`, unless `spec.config` has a class in its own text for the same place. */
export const defaultBroker: Transform<KnativeEventingSpec> = (object, { spec }) => {
  if (!isKind(object, '', 'ConfigMap') || objectName(object) !== configMapName) return object;
  const { config = {}, defaultBrokerClass = '' } = spec;
  const own = ['br-defaults', configMapName].map((name) => config[name]?.[key] ?? '');
  if (own.some((text) => text.includes('brokerClass:'))) return object;
  const brokerClass = defaultBrokerClass === '' ? 'MTChannelBasedBroker' : defaultBrokerClass;
  const defaults = readDefaults(object, spec);
  return set(object, ['data', key], withClass(defaults, brokerClass));
};

function withClass(given: object, brokerClass: string): string {
  const defaults = set(given, ['clusterDefault', 'brokerClass'], brokerClass);
  return dump(sortKeys(defaults), { lineWidth: -1, noRefs: true, quoteStyle: 'double' });
}

function readDefaults(configMap: KubeObject, spec: KnativeEventingSpec): object {
  const text = valueAt(configMap, ['data', key]);
  try {
    const defaults = typeof text === 'string' && text.trim() !== '' ? readYaml(text, settingLimits) : {};
    if (isRecord(defaults)) return defaults;
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    throw new TransformError(`${describeSource(spec)} cannot be read as YAML: ${error.message}`);
  }
  throw new TransformError(`${describeSource(spec)} must be a YAML object`);
}

/** Where the text comes from that the ConfigMap has in the end. */
function describeSource({ config = {} }: KnativeEventingSpec): string {
  const name = configKeys(configMapName).find((candidate) => Object.hasOwn(config, candidate));
  return name !== undefined && config[name]?.[key] !== undefined
    ? `spec.config.${name}.${key}`
    : `the value of '${key}' in ConfigMap '${configMapName}'`;
}

/** So that the text depends on what it says only. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((name) => [name, sortKeys(value[name])]));
}
