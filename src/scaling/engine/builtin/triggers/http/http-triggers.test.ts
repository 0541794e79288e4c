import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceOf } from '../../testing/trigger-source.ts';
import { metricsApi } from '../metrics-api.ts';
import { prometheus } from '../prometheus.ts';
import { type Reading, type Trigger, TriggerConfigError, TriggerError } from '../trigger.ts';

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

let server: Server;
let address: string;
let asked: IncomingMessage[];
let answer: Answer | 'nothing';
let open: Trigger[];
const now = Date.parse('2026-01-01T00:00:00Z');
const { signal } = new AbortController();

beforeEach(async () => {
  asked = [];
  open = [];
  answer = {};
  server = createServer((request, response) => {
    asked.push(request);
    if (answer !== 'nothing') respond(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const trigger of open) trigger.close?.();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function respond(response: ServerResponse, { status = 200, body = '', headers = {} }: Answer): void {
  response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}

function vector(...values: readonly string[]): unknown {
  return {
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  };
}

function ofPrometheus(
  changes: Readonly<Record<string, string>> = {},
  parameters: Readonly<Record<string, string>> = {},
): Trigger {
  const metadata = {
    serverAddress: `${address}/base/`,
    query: 'sum(rate(x[1m]))',
    threshold: '5',
    ...changes,
  };
  const trigger = prometheus(sourceOf(metadata, { parameters }), () => now);
  open.push(trigger);
  return trigger;
}

function ofApi(
  changes: Readonly<Record<string, string>> = {},
  parameters: Readonly<Record<string, string>> = {},
): Trigger {
  const metadata = { url: `${address}/stats?a=b`, valueLocation: 'queue.size', targetValue: '5', ...changes };
  const trigger = metricsApi(sourceOf(metadata, { parameters }));
  open.push(trigger);
  return trigger;
}

describe('the trigger prometheus', () => {
  it.each<[string, unknown, Record<string, string>, Reading]>([
    ['one sample', vector('20'), {}, { value: 20, isActive: true }],
    [
      'a sample at the threshold of activation',
      vector('3'),
      { activationThreshold: '3' },
      { value: 3, isActive: false },
    ],
    ['no sample', vector(), {}, { value: 0, isActive: false }],
    ['NaN', vector('NaN'), {}, { value: 0, isActive: false }],
    ['infinity', vector('+Inf'), {}, { value: 0, isActive: false }],
    [
      'a scalar',
      { status: 'success', data: { resultType: 'scalar', result: [1, '7'] } },
      {},
      { value: 7, isActive: true },
    ],
  ])('reads %s', async (_what, body, changes, reading) => {
    answer = { body };
    expect(await ofPrometheus(changes).read('', signal)).toEqual(reading);
  });

  it('asks for the query at this moment', async () => {
    answer = { body: vector('1') };
    await ofPrometheus({
      namespace: 'tenant',
      queryParameters: 'dedup=true',
      customHeaders: 'X-Scope=a',
    }).read('', signal);
    const url = new URL(asked[0]?.url ?? '', address);
    expect(url.pathname).toBe('/base/api/v1/query');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      query: 'sum(rate(x[1m]))',
      time: '2026-01-01T00:00:00.000Z',
      namespace: 'tenant',
      dedup: 'true',
    });
    expect(asked[0]?.headers['x-scope']).toBe('a');
  });

  it.each<[string, Answer, Record<string, string>, string]>([
    ['several samples', { body: vector('1', '2') }, {}, 'the query has 2 results'],
    [
      'no sample where null counts',
      { body: vector() },
      { ignoreNullValues: 'false' },
      'ignoreNullValues is false',
    ],
    ['a failure', { status: 500, body: 'secret trace' }, {}, 'answered with status 500'],
    ['a redirection', { status: 302, headers: { location: 'http://169.254.169.254/' } }, {}, 'redirection'],
    ['what is no JSON', { body: '<html>secret' }, {}, 'does not answer as Prometheus does'],
    [
      'what is not of Prometheus',
      { body: { status: 'error', error: 'secret' } },
      {},
      'does not answer as Prometheus does',
    ],
    ['more than anybody needs', { body: 'x'.repeat(5 * 2 ** 20) }, {}, 'more than 4 MiB'],
  ])('fails for %s, and quotes nothing of it', async (_what, given, changes, message) => {
    answer = given;
    const trigger = ofPrometheus(changes);
    await expect(trigger.read('', signal)).rejects.toThrow(TriggerError);
    await expect(trigger.read('', signal)).rejects.toThrow(message);
    await expect(trigger.read('', signal)).rejects.not.toThrow(/secret|html/);
  });

  it('does not wait for ever', async () => {
    answer = 'nothing';
    await expect(ofPrometheus({ timeout: '50' }).read('', signal)).rejects.toThrow('no answer within 50 ms');
  });

  it('tells where nobody listens', async () => {
    await expect(ofPrometheus({ serverAddress: 'http://127.0.0.1:1' }).read('', signal)).rejects.toThrow(
      'triggers[0]: cannot ask 127.0.0.1:1: nothing listens there',
    );
  });

  it.each(['http://169.254.169.254/latest', 'http://[fe80::1]', 'http://[::ffff:169.254.169.254]'])(
    'never asks %s',
    async (serverAddress) => {
      await expect(ofPrometheus({ serverAddress }).read('', signal)).rejects.toThrow(
        'where clouds keep credentials',
      );
    },
  );

  it.each<[Record<string, string>, Record<string, string>, string, string]>([
    [{ authModes: 'basic' }, { username: 'u', password: 'p' }, 'authorization', 'Basic dTpw'],
    [{ authModes: 'bearer' }, { bearerToken: 't' }, 'authorization', 'Bearer t'],
    [{ authModes: 'custom' }, { customAuthHeader: 'X-Key', customAuthValue: 'v' }, 'x-key', 'v'],
  ])('with %o shows who asks', async (changes, parameters, header, value) => {
    answer = { body: vector('1') };
    await ofPrometheus(changes, parameters).read('', signal);
    expect(asked[0]?.headers[header]).toBe(value);
  });

  it.each<[Record<string, string>, string]>([
    [{ threshold: '0' }, "threshold is '0': it must be 0.001 or more"],
    [{ query: '' }, 'query is missing'],
    [
      { authModes: 'oauth' },
      "has 'oauth', which the builtin engine does not have: there are basic, bearer, tls, custom, apiKey; use 'bearer'",
    ],
    [
      { authModes: 'kerberos' },
      'has a mode that the builtin engine does not have: there are basic, bearer, tls',
    ],
    [{ authModes: 'bearer' }, "has no parameter 'bearerToken'"],
  ])('refuses %o', (changes, message) => {
    expect(() => ofPrometheus(changes)).toThrow(TriggerConfigError);
    expect(() => ofPrometheus(changes)).toThrow(message);
  });

  it.each(['secret-host', 'ftp://user:secret@host/'])(
    'refuses the address %s without quoting it',
    (serverAddress) => {
      expect(() => ofPrometheus({ serverAddress })).toThrow(TriggerError);
      expect(() => ofPrometheus({ serverAddress })).not.toThrow('secret');
    },
  );
});

describe('the trigger metrics-api', () => {
  it.each<[Record<string, string>, unknown, number]>([
    [{}, { queue: { size: 12 } }, 12],
    [{}, { queue: { size: '2k' } }, 2_000],
    [
      { valueLocation: 'items.#(name=="b").n' },
      {
        items: [
          { name: 'a', n: 1 },
          { name: 'b', n: 4 },
        ],
      },
      4,
    ],
    [{ format: 'yaml' }, 'queue:\n  size: 7\n', 7],
    [
      { format: 'prometheus', valueLocation: 'jobs{state="open"}' },
      '# TYPE jobs gauge\njobs{state="done"} 1\njobs{state="open",x="y"} 9 1700000000\n',
      9,
    ],
  ])('with %o reads %j as %d', async (changes, body, value) => {
    answer = { body };
    expect(await ofApi(changes).read('', signal)).toEqual({ value, isActive: true });
  });

  it('has the place of the value as its name', async () => {
    expect(await ofApi().specs(signal)).toEqual([{ name: 'metric-api-queue-size', target: 5 }]);
  });

  it.each<[Record<string, string>, Record<string, string>, string]>([
    [{ authMode: 'apiKey' }, { apiKey: 'k' }, 'header'],
    [{ authMode: 'apiKey', method: 'query' }, { apiKey: 'k' }, 'query'],
    [{ authMode: 'bearer' }, { token: 'k' }, 'bearer'],
  ])('with %o shows who asks', async (changes, parameters, where) => {
    answer = { body: { queue: { size: 1 } } };
    await ofApi(changes, parameters).read('', signal);
    const { headers, url = '' } = asked[0] ?? {};
    const shown = {
      header: headers?.['x-api-key'],
      query: new URL(url, address).searchParams.get('api_key') ?? undefined,
      bearer: headers?.authorization,
    };
    expect(shown).toEqual({
      header: undefined,
      query: undefined,
      bearer: undefined,
      [where]: where === 'bearer' ? 'Bearer k' : 'k',
    });
    expect(new URL(url, address).searchParams.get('a')).toBe('b');
  });

  it.each<[string, Answer, Record<string, string>, string]>([
    ['anything but 200', { status: 204 }, {}, 'status 204'],
    ['nothing at the place', { body: { queue: 'secret' } }, {}, "nothing is at 'queue.size'"],
    [
      'no number at the place',
      { body: { queue: { size: 'secret' } } },
      {},
      "what is at 'queue.size' is no quantity",
    ],
    [
      'a metric that is not there',
      { body: 'secret 1' },
      { format: 'prometheus', valueLocation: 'jobs' },
      "there is no metric 'jobs'",
    ],
  ])('fails for %s', async (_what, given, changes, message) => {
    answer = given;
    const trigger = ofApi(changes);
    await expect(trigger.read('', signal)).rejects.toThrow(message);
    await expect(trigger.read('', signal)).rejects.not.toThrow('secret');
  });

  it.each<[Record<string, string>, string]>([
    [{ format: 'xml' }, 'must be json, yaml or prometheus'],
    [{ aggregateFromKubeServiceEndpoints: 'true' }, 'asks one address'],
    [{ valueLocation: '@reverse' }, 'modifiers'],
  ])('refuses %o', (changes, message) => {
    expect(() => ofApi(changes)).toThrow(message);
  });
});
