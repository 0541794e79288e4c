import { addressOf, HttpSource } from './http/http-source.ts';
import { readHttpAuthentication } from './http/http-authentication.ts';
import { normalised } from './metric-name.ts';
import {
  boolean,
  duration,
  inEither,
  inMetadata,
  number,
  oneOf,
  readParameters,
  text,
} from './parameters.ts';
import { checkTarget } from './target.ts';
import { type Trigger, TriggerConfigError, TriggerError, type TriggerSource } from './trigger.ts';
import { JsonPathError, parseJsonPath } from './values/json-path.ts';
import { exposedValue } from './values/exposed-value.ts';
import { readValue, ValueError } from './values/read-value.ts';

const parameters = {
  url: inEither(text),
  valueLocation: inMetadata(text),
  targetValue: inMetadata(number),
  activationTargetValue: inMetadata(number.default(0)),
  format: inMetadata(oneOf(['json', 'yaml', 'prometheus']).default('json')),
  unsafeSsl: inMetadata(boolean.default(false)),
  timeout: inMetadata(duration.optional()),
  aggregateFromKubeServiceEndpoints: inMetadata(boolean.default(false)),
};

/** A number in what any server answers. Throws TriggerConfigError. */
export function metricsApi(source: TriggerSource): Trigger {
  const read = readParameters(source, parameters);
  const { place } = source;
  checkTarget(source, 'targetValue', read.targetValue);
  if (read.aggregateFromKubeServiceEndpoints)
    throw new TriggerConfigError(
      `${place}.metadata.aggregateFromKubeServiceEndpoints is true: the builtin engine asks one address; name one that aggregates`,
    );
  const valueIn = reader(source, read.format, read.valueLocation);
  const authentication = readHttpAuthentication(source);
  const address = addressOf(read.url, `${place}.metadata.url`);
  const { timeout: timeoutMs, unsafeSsl: isUnsafe } = read;
  const { headers } = authentication;
  const tls = { ...authentication.tls, isUnsafe };
  const server = new HttpSource({ place, timeoutMs, headers, tls, reach: source });
  return {
    specs: () =>
      Promise.resolve([{ name: normalised(`metric-api-${read.valueLocation}`), target: read.targetValue }]),
    async read(_metric, signal) {
      const url = new URL(address);
      for (const [name, value] of Object.entries(authentication.query)) url.searchParams.set(name, value);
      const body = await server.get(url, (status) => status === 200, signal);
      try {
        const value = valueIn(body);
        return { value, isActive: value > read.activationTargetValue };
      } catch (error) {
        if (error instanceof ValueError) throw new TriggerError(`${place}: ${url.host}: ${error.message}`);
        throw error;
      }
    },
    close: () => server.close(),
  };
}

function reader(
  { place }: TriggerSource,
  format: 'json' | 'yaml' | 'prometheus',
  location: string,
): (body: string) => number {
  if (format === 'prometheus') return (body) => exposedValue(body, location);
  if (format === 'yaml') return (body) => readValue(body, { format, path: location }, 'quantity');
  try {
    const path = parseJsonPath(location);
    return (body) => readValue(body, { format, path }, 'quantity');
  } catch (error) {
    if (error instanceof JsonPathError)
      throw new TriggerConfigError(`${place}.metadata.valueLocation: ${error.message}`);
    throw error;
  }
}
