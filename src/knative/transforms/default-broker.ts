import { dump, load } from 'js-yaml';
import type { KnativeEventingSpec, KubeObject } from '../../api/index.ts';
import { isKind, objectName } from './object-kinds.ts';
import { isObject, set, valueAt } from './path-copy.ts';
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
  return set(object, ['data', key], withClass(object, brokerClass));
};

function withClass(configMap: KubeObject, brokerClass: string): string {
  const defaults = set(readDefaults(configMap), ['clusterDefault', 'brokerClass'], brokerClass);
  return dump(sortKeys(defaults), { lineWidth: -1, noRefs: true });
}

function readDefaults(configMap: KubeObject): object {
  const text = valueAt(configMap, ['data', key]);
  const defaults = typeof text === 'string' && text.trim() !== '' ? readYaml(text) : {};
  if (isObject(defaults)) return defaults;
  throw new TransformError(`the value of '${key}' in ConfigMap '${configMapName}' must be a YAML object`);
}

function readYaml(text: string): unknown {
  try {
    return load(text);
  } catch {
    throw new TransformError(`the value of '${key}' in ConfigMap '${configMapName}' must be YAML`);
  }
}

/** So that the text depends on what it says only. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((name) => [name, sortKeys(value[name])]));
}
