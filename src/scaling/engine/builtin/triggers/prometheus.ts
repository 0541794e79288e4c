import { z } from 'zod';
import { HttpSource, addressOf } from './http/http-source.ts';
import { readHttpAuthentication } from './http/http-authentication.ts';
import { boolean, duration, inEither, inMetadata, map, number, readParameters, text } from './parameters.ts';
import { checkTarget } from './target.ts';
import { type Trigger, TriggerError, type TriggerSource } from './trigger.ts';

const parameters = {
  serverAddress: inEither(text),
  query: inMetadata(text),
  threshold: inMetadata(number),
  activationThreshold: inMetadata(number.default(0)),
  namespace: inMetadata(text.optional()),
  queryParameters: inMetadata(map.default({})),
  customHeaders: inEither(map.default({})),
  ignoreNullValues: inMetadata(boolean.default(true)),
  unsafeSsl: inMetadata(boolean.default(false)),
  timeout: inMetadata(duration.optional()),
};

/** As much of an answer as one number needs: of a vector its samples, of a scalar the sample itself. */
const sample = z.tuple([z.number(), z.string()]);
const answer = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
    z.object({ resultType: z.literal('scalar'), result: sample }),
  ]),
});

/** A query to a server that answers as Prometheus does. Throws TriggerConfigError. */
export function prometheus(source: TriggerSource, now: () => number): Trigger {
  const read = readParameters(source, parameters);
  const { place } = source;
  checkTarget(source, 'threshold', read.threshold);
  const authentication = readHttpAuthentication(source);
  const address = addressOf(read.serverAddress, `${place}.metadata.serverAddress`);
  const { timeout: timeoutMs, unsafeSsl: isUnsafe } = read;
  const server = new HttpSource({
    place,
    timeoutMs,
    headers: { ...read.customHeaders, ...authentication.headers },
    tls: { ...authentication.tls, isUnsafe },
    reach: source,
  });
  return {
    specs: () => Promise.resolve([{ name: 'prometheus', target: read.threshold }]),
    async read(_metric, signal) {
      const url = new URL(address);
      url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/query`;
      const given = { ...authentication.query, ...read.queryParameters };
      for (const [name, value] of Object.entries(given)) url.searchParams.set(name, value);
      if (read.namespace !== undefined) url.searchParams.set('namespace', read.namespace);
      url.searchParams.set('query', read.query);
      url.searchParams.set('time', new Date(now()).toISOString());
      const body = await server.get(url, (status) => status >= 200 && status < 300, signal);
      const value = valueOf(body, read.ignoreNullValues, place);
      return { value, isActive: value > read.activationThreshold };
    },
    close: () => server.close(),
  };
}

function valueOf(body: string, ignoresNull: boolean, place: string): number {
  const { data } = parsed(body, place);
  const values = data.resultType === 'scalar' ? [data.result[1]] : data.result.map(({ value }) => value[1]);
  if (values.length > 1)
    throw new TriggerError(`${place}: the query has ${values.length} results; it must have one`);
  const value = values[0] === undefined ? undefined : Number(values[0]);
  if (value !== undefined && Number.isFinite(value)) return value;
  if (ignoresNull) return 0;
  throw new TriggerError(
    `${place}: the query has no result, or one that is no finite number, and ignoreNullValues is false`,
  );
}

function parsed(body: string, place: string): z.output<typeof answer> {
  try {
    return answer.parse(JSON.parse(body));
  } catch {
    throw new TriggerError(`${place}: the server does not answer as Prometheus does`);
  }
}
