import type { CommonSpec } from '../../api/index.ts';
import { isKind, objectName } from './object-kinds.ts';
import { merge } from './path-copy.ts';
import type { Transform } from './transform.ts';

const prefix = 'config-';

/** `spec.config`: data by ConfigMap, named with or without `config-`; the whole name wins. */
export const configMaps: Transform = (object, { spec }) =>
  isKind(object, '', 'ConfigMap') ? merge(object, ['data'], configFor(objectName(object), spec)) : object;

/** What a spec says about the ConfigMap of a name. */
function configFor(name: string, { config = {} }: CommonSpec): Readonly<Record<string, string>> | undefined {
  const key = configKeys(name).find((candidate) => Object.hasOwn(config, candidate));
  return key === undefined ? undefined : config[key];
}

/** The keys of `spec.config` that mean the ConfigMap of a name, the one that wins first. */
export function configKeys(name: string): readonly string[] {
  return name.startsWith(prefix) ? [name, name.slice(prefix.length)] : [name];
}
