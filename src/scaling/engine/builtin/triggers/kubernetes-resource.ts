import { KubeError } from '../../../../kube/index.ts';
import type { HubObjects } from './hub-objects.ts';
import { normalised } from './metric-name.ts';
import { inMetadata, number, oneOf, readParameters, text } from './parameters.ts';
import { checkTarget } from './target.ts';
import {
  type Reading,
  type Trigger,
  TriggerConfigError,
  TriggerError,
  type TriggerSource,
} from './trigger.ts';
import { JsonPathError, parseJsonPath } from './values/json-path.ts';
import { readValue, ValueError, type ValueFormat } from './values/read-value.ts';

const parameters = {
  resourceKind: inMetadata(oneOf(['ConfigMap', 'Secret'])),
  resourceName: inMetadata(text),
  key: inMetadata(text),
  format: inMetadata(oneOf(['number', 'json', 'yaml']).default('number')),
  valueLocation: inMetadata(text.optional()),
  valueType: inMetadata(oneOf(['float64', 'int64', 'quantity']).default('float64')),
  targetValue: inMetadata(number),
  activationTargetValue: inMetadata(number.default(0)),
};

/** A number in a ConfigMap or Secret beside the object. Its changes are known at once. Throws TriggerConfigError. */
export function kubernetesResource(source: TriggerSource, objects: HubObjects): Trigger {
  const read = readParameters(source, parameters);
  const { resourceKind: kind, resourceName, key, targetValue, activationTargetValue } = read;
  checkTarget(source, 'targetValue', targetValue);
  const format = formatOf(source, read.format, read.valueLocation);
  const name = { namespace: source.namespace, name: resourceName };
  const metric = normalised(`${kind.toLowerCase()}-${resourceName}-${key}`);
  const what = `${kind} ${source.namespace}/${resourceName}`;
  return {
    specs: () => Promise.resolve([{ name: metric, target: targetValue }]),
    async read(_metric, signal): Promise<Reading> {
      const data = await objects.data(kind, name, signal).catch((error: unknown) => {
        if (!(error instanceof KubeError)) throw error;
        throw new TriggerError(`${source.place}: cannot read the ${what}: ${error.name}`, {
          kind: 'unreachable',
          cause: error,
        });
      });
      if (data === undefined)
        throw new TriggerError(`${source.place}: there is no ${what}`, { kind: 'missing' });
      const content = Object.hasOwn(data, key) ? data[key] : undefined;
      if (typeof content !== 'string')
        throw new TriggerError(`${source.place}: the ${what} has no key '${key}'`, { kind: 'missing' });
      const written = kind === 'Secret' ? Buffer.from(content, 'base64').toString('utf8') : content;
      try {
        const value = readValue(written, format, read.valueType);
        return { value, isActive: value > activationTargetValue };
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        throw new TriggerError(`${source.place}: the key '${key}' of the ${what}: ${error.message}`);
      }
    },
    watch: (onNews, signal) => objects.watch(kind, name, () => onNews('changed'), signal),
  };
}

function formatOf(
  { place }: TriggerSource,
  format: 'number' | 'json' | 'yaml',
  location: string | undefined,
): ValueFormat {
  const field = `${place}.metadata.valueLocation`;
  if (format === 'number') {
    if (location === undefined) return { format };
    throw new TriggerConfigError(`${field} is '${location}': it must be absent where the format is number`);
  }
  if (location === undefined)
    throw new TriggerConfigError(`${field} is missing: it must say where in the ${format} the number is`);
  if (format === 'yaml') return { format, path: location };
  try {
    return { format, path: parseJsonPath(location) };
  } catch (error) {
    if (error instanceof JsonPathError) throw new TriggerConfigError(`${field}: ${error.message}`);
    throw error;
  }
}
