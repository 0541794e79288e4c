import { describe, expect, test } from 'vitest';
import { type FlagValues, OptionError } from './flag-reader.ts';
import { operatorFlags, parseOperatorOptions } from './options.ts';

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
    denyHub: undefined,
    serviceHost: undefined,
    access: {
      secrets: { namespaces: undefined, nameOfProfile: false, label: undefined },
      servers: { allow: undefined, deny: undefined },
    },
    pollIntervalMs: 10_000,
    manifestsDirectory: undefined,
    cacheDirectory: '/home/op/.cache/wheelwright/manifests',
    download: true,
    spokeNamespace: 'same',
    kubernetesMinVersion: undefined,
    scaling: {
      distributedScaledObjects: false,
      distributedScaledJobs: false,
      engine: 'auto',
      kubeconfigDirectory: undefined,
      hubMember: undefined,
      externalScalerAddress: undefined,
      externalScalerTls: undefined,
      allowsLoopbackTriggers: false,
    },
    leaderElection: true,
    buckets: 1,
    workers: 32,
    hubLimits: { requestsPerSecond: 100, burst: 200, inFlight: 64 },
    spokeLimits: { requestsPerSecond: 200, burst: 400, inFlight: 64 },
    metricsAddress: { host: undefined, port: 9090 },
    healthAddress: { host: undefined, port: 8080 },
    tracing: undefined,
    logLevel: 'info',
    identity: 'op-1',
    warnings: [],
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
  [
    'a collector of traces',
    { tracing: 'http://collector:4318/v1/traces', 'tracing-sampling-rate': '0.1' },
    { tracing: { endpoint: 'http://collector:4318/v1/traces', samplingRate: 0.1 } },
  ],
  ['a plugin timeout', { 'access-plugin-timeout': '1m' }, { pluginTimeoutMs: 60_000 }],
  ['a switch', { 'allow-insecure-spokes': true }, { allowInsecureSpokes: true }],
  ['no leader election', { 'disable-ha': true }, { leaderElection: false }],
  ['a word', { 'deny-loopback-spokes': 'false' }, { denyLoopback: false }],
  [
    'who may be reached',
    {
      'access-secret-namespaces': 'profile, secrets',
      'access-secret-same-name': true,
      'access-secret-label': 'example.com/profile',
      'allow-spoke-servers': '*.fleet.example, 10.0.0.0/8',
      'deny-spoke-servers': '10.96.0.0/12',
      'deny-hub-spokes': 'false',
    },
    {
      access: {
        secrets: { namespaces: ['profile', 'secrets'], nameOfProfile: true, label: 'example.com/profile' },
        servers: { allow: ['*.fleet.example', '10.0.0.0/8'], deny: ['10.96.0.0/12'] },
      },
      denyHub: false,
    },
  ],
  [
    'certificates of the external scaler',
    {
      'external-scaler-tls-cert': '/tls/tls.crt',
      'external-scaler-tls-key': '/tls/tls.key',
      'external-scaler-tls-client-ca': '/tls/ca.crt',
    },
    {
      scaling: {
        externalScalerTls: {
          certificate: '/tls/tls.crt',
          key: '/tls/tls.key',
          clientAuthorities: '/tls/ca.crt',
        },
      },
    },
  ],
  ['loopback', { 'allow-loopback-triggers': true }, { scaling: { allowsLoopbackTriggers: true } }],
  ['nowhere for metrics', { 'metrics-bind-address': '0' }, { metricsAddress: undefined }],
  ['a rule for namespaces', { 'spoke-namespace': 'canonical' }, { spokeNamespace: 'canonical' }],
])('%s is taken', (_what, flags, expected) => {
  expect(parse(flags)).toMatchObject(expected);
});

test.each(['cert', 'key', 'client-ca'])(
  'the external scaler needs certificate and key together, not %s alone',
  (file) => {
    expect(() => parse({ [`external-scaler-tls-${file}`]: '/tls/file' })).toThrow(OptionError);
  },
);

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
  ['tracing', 'collector:4318', 'must be an address that begins with http:// or https://'],
  ['tracing-sampling-rate', '1.5', 'must be from 0 to 1'],
  ['tracing-sampling-rate', 'all', 'must be a number'],
  ['access-plugin-timeout', '0', 'must be a duration from 1s to 10m'],
  ['access-plugin-timeout', '11m', 'must be a duration from 1s to 10m'],
  ['access-plugin-dirs', 'plugins', 'must name absolute paths'],
  ['deny-loopback-spokes', 'yes', "must be 'true' or 'false'"],
  ['deny-hub-spokes', 'yes', "must be 'true' or 'false'"],
  ['access-secret-namespaces', ', ', 'must not be an empty list'],
  ['access-secret-namespaces', '*', "must be names of namespaces, or 'profile', separated by commas"],
  ['access-secret-label', 'a=b', 'must be the key of a label, such as example.com/profile'],
  [
    'allow-spoke-servers',
    'https://api',
    "must be host names, '*.' and a host name, addresses or ranges, separated by commas",
  ],
  [
    'deny-spoke-servers',
    '10.0.0.0/99',
    "must be host names, '*.' and a host name, addresses or ranges, separated by commas",
  ],
  [
    'namespace',
    'Not_A_Name',
    'must be the name of a namespace: up to 63 lower-case letters, digits and dashes',
  ],
  ['kubernetes-min-version', '1.34', 'must be a version with three numbers, such as v1.34.0'],
  ['kubernetes-min-version', 'new', 'must be a version with three numbers, such as v1.34.0'],
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

test.each([
  ['not-a-url', 'must be a URL like https://host:6443/prefix'],
  ['ftp://hub.example.com', 'must begin with https://, not with ftp:'],
  ['https://me:secret@hub.example.com', 'must not contain a user name or password'],
  ['https://hub.example.com/?access_token=secret', 'must not have a query'],
])('--server=%s is refused, and no secret of it is told', (server, rule) => {
  const parsed = (): unknown => parse({ server });
  expect(parsed).toThrow(OptionError);
  expect(parsed).toThrow(`--server ${rule}`);
});

test.each([
  ['https://hub.example.com:443/', 'https://hub.example.com'],
  ['http://127.0.0.1:8001', 'http://127.0.0.1:8001'],
])('--server=%s means %s', (server, meant) => {
  expect(parse({ server }).server).toBe(meant);
});

test('a value of a variable is refused by the name of the variable', () => {
  expect(() => parse({}, { SYSTEM_NAMESPACE: 'A' })).toThrow('--namespace (env SYSTEM_NAMESPACE) must be');
});

test('the address of a collector that somebody gives to whatever runs hinders no start', () => {
  const variable = (address: string) => parse({}, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address });
  expect(variable('me:secret@collector:4317')).toMatchObject({
    tracing: undefined,
    warnings: [
      '--tracing (env OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) must be an address that begins with http:// or https://: nothing is traced',
    ],
  });
  expect(variable('http://collector:4318/v1/traces')).toMatchObject({
    tracing: { endpoint: 'http://collector:4318/v1/traces' },
    warnings: [],
  });
});

test.each(['v1.34.0', '1.34.0', '1.34.0-0'])('Kubernetes %s can be the oldest', (version) => {
  expect(parse({ 'kubernetes-min-version': version }).kubernetesMinVersion).toBe(version);
});

test('no two flags have one name', () => {
  expect(new Set(operatorFlags.map(({ name }) => name)).size).toBe(operatorFlags.length);
});
