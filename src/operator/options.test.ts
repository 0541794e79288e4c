import { describe, expect, test } from 'vitest';
import { type FlagValues, operatorFlags, OptionError, parseOperatorOptions } from './options.ts';

function parse(flags: FlagValues = {}, env: Readonly<Record<string, string>> = {}) {
  return parseOperatorOptions({ flags, env, home: '/home/op', identity: 'op-1' });
}

test('without any flag the operator runs as documented', () => {
  expect(parse()).toEqual({
    kubeconfig: undefined,
    context: undefined,
    server: undefined,
    systemNamespace: undefined,
    providerFile: undefined,
    pluginDirectories: undefined,
    pluginTimeoutMs: 30_000,
    allowInsecureSpokes: false,
    denyLoopback: undefined,
    pollIntervalMs: 10_000,
    manifestsDirectory: undefined,
    cacheDirectory: '/home/op/.cache/wheelwright/manifests',
    download: true,
    spokeNamespace: 'same',
    kubernetesMinVersion: undefined,
    leaderElection: true,
    buckets: 1,
    workers: 32,
    hubLimits: { requestsPerSecond: 100, burst: 200, inFlight: 64 },
    spokeLimits: { requestsPerSecond: 200, burst: 400, inFlight: 64 },
    metricsAddress: { host: undefined, port: 9090 },
    healthAddress: { host: undefined, port: 8080 },
    logLevel: 'info',
    identity: 'op-1',
  });
});

describe('the poll interval', () => {
  test.each([
    ['10s', 10_000],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1s', 1_000],
    ['999ms', 10_000],
    ['500ms', 10_000],
    ['0', 10_000],
    ['-5s', 10_000],
  ])('%s means %d ms', (text, expected) => {
    expect(parse({ 'remote-deployments-poll-interval': text }).pollIntervalMs).toBe(expected);
  });
});

test.each<[string, FlagValues, object]>([
  ['a provider file', { 'clusterprofile-provider-file': '/etc/p.json' }, { providerFile: '/etc/p.json' }],
  ['an empty provider file', { 'clusterprofile-provider-file': '' }, { providerFile: undefined }],
  [
    'plugin directories',
    { 'access-plugin-dirs': '/access-plugins, /plugins,' },
    { pluginDirectories: ['/access-plugins', '/plugins'] },
  ],
  ['a plugin timeout', { 'access-plugin-timeout': '1m' }, { pluginTimeoutMs: 60_000 }],
  ['a switch', { 'allow-insecure-spokes': true }, { allowInsecureSpokes: true }],
  ['no leader election', { 'disable-ha': true }, { leaderElection: false }],
  ['a word', { 'deny-loopback-spokes': 'false' }, { denyLoopback: false }],
  ['nowhere for metrics', { 'metrics-bind-address': '0' }, { metricsAddress: undefined }],
  ['a rule for namespaces', { 'spoke-namespace': 'canonical' }, { spokeNamespace: 'canonical' }],
])('%s is taken', (_what, flags, expected) => {
  expect(parse(flags)).toMatchObject(expected);
});

test('a variable stands in for its flag, and the flag wins', () => {
  expect(parse({}, { KO_DATA_PATH: '/kodata', KUBE_API_QPS: '5' })).toMatchObject({
    manifestsDirectory: '/kodata',
    hubLimits: { requestsPerSecond: 5 },
  });
  expect(parse({ 'manifests-dir': '/own' }, { KO_DATA_PATH: '/kodata' }).manifestsDirectory).toBe('/own');
});

test('a kubeconfig of the environment is no explicit one: inside a cluster it must not win', () => {
  expect(parse({}, { KUBECONFIG: '/a' }).kubeconfig).toBeUndefined();
  expect(parse({ kubeconfig: '/a' }).kubeconfig).toBe('/a');
});

test('releases are kept where the user keeps caches', () => {
  expect(parse({}, { XDG_CACHE_HOME: '/cache' }).cacheDirectory).toBe('/cache/wheelwright/manifests');
  expect(parse({ 'cache-dir': '/own' }, { XDG_CACHE_HOME: '/cache' }).cacheDirectory).toBe('/own');
});

test.each<[string, string, string]>([
  ['remote-deployments-poll-interval', 'soon', 'must be a duration such as 10s or 1m30s'],
  ['access-plugin-timeout', '0', 'must be a duration from 1s to 10m'],
  ['access-plugin-timeout', '11m', 'must be a duration from 1s to 10m'],
  ['access-plugin-dirs', 'plugins', 'must name absolute paths'],
  ['deny-loopback-spokes', 'yes', "must be 'true' or 'false'"],
  ['spoke-namespace', 'other', "must be 'same' or 'canonical'"],
  ['leader-election-buckets', '11', 'must be from 1 to 10'],
  ['leader-election-buckets', '1.5', 'must be a whole number'],
  ['workers', '0', 'must be at least 1'],
  ['workers', 'many', 'must be a number'],
  ['metrics-bind-address', 'here', 'must be host:port, :port or 0'],
  ['log-level', 'loud', 'must be trace, debug, info, warn, error, fatal'],
])('--%s=%s is refused with what is allowed', (flag, value, rule) => {
  expect(() => parse({ [flag]: value })).toThrow(new OptionError(`--${flag} ${rule}, not '${value}'`));
});

test('no two flags have one name', () => {
  expect(new Set(operatorFlags.map(({ name }) => name)).size).toBe(operatorFlags.length);
});
