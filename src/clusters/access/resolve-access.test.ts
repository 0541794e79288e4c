import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAuthority } from '../../../test/bed/pki/index.ts';
import { AccessError } from './access-error.ts';
import type { AccessProvider, PluginConfig } from './access-provider.ts';
import { readClusterProfile } from './cluster-profile.ts';
import { resolveAccess, type ResolvedAccess } from './resolve-access.ts';
import { createServerPolicy, type ServerPolicyOptions } from './server-policy.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const authority = await createAuthority('ca', new Date('2026-01-01T00:00:00Z'));
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const plugin: PluginConfig = {
  type: 'plugin',
  command: '/plugins/x',
  args: ['--configured'],
  env: [{ name: 'A', value: 'local' }],
  apiVersion: 'client.authentication.k8s.io/v1',
  provideClusterInfo: true,
  installHint: undefined,
};

const provider = (name: string, fields: Partial<AccessProvider> = {}): AccessProvider => ({
  name,
  exec: plugin,
  argsPolicy: 'Ignore',
  envPolicy: 'Ignore',
  ...fields,
});

interface Offer {
  readonly name?: string;
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const profile = (...offers: readonly Offer[]): ReturnType<typeof readClusterProfile> =>
  withStatus(offers, {});

function withStatus(
  offers: readonly Offer[],
  status: object,
  metadata: object = {},
): ReturnType<typeof readClusterProfile> {
  return readClusterProfile({
    metadata: { namespace: 'fleet', name: 'spoke-1', ...metadata },
    status: {
      ...status,
      accessProviders: offers.map(({ name = 'p', cluster = {}, extensions = {} }) => ({
        name,
        cluster: {
          server: 'https://spoke:6443',
          ...cluster,
          extensions: Object.entries(extensions).map(([key, extension]) => ({ name: key, extension })),
        },
      })),
    },
  });
}

function resolve(
  offer: Offer,
  options: { readonly policy?: ServerPolicyOptions; readonly provider?: AccessProvider } = {},
): ResolvedAccess {
  return resolveAccess(
    profile(offer),
    [options.provider ?? provider('p')],
    createServerPolicy(options.policy),
    now,
  );
}

const refusal = (attempt: () => unknown): AccessError => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof AccessError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const argsExtension = 'clusterprofiles.multicluster.x-k8s.io/exec/additional-args';
const envExtension = 'clusterprofiles.multicluster.x-k8s.io/exec/additional-envs';
const execExtension = 'client.authentication.k8s.io/exec';

test('the order of the file decides, not that of the profile (C15)', () => {
  const offered = profile({ name: 'c' }, { name: 'a' }, { name: 'b' });
  const policy = createServerPolicy();
  expect(resolveAccess(offered, [provider('b'), provider('a')], policy, now).provider).toBe('b');
  expect(resolveAccess(offered, [provider('x'), provider('a'), provider('b')], policy, now).provider).toBe(
    'a',
  );
});

test('a profile that offers nothing configured says what is offered and what is configured (C13, C18)', () => {
  const policy = createServerPolicy();
  const error = refusal(() =>
    resolveAccess(profile({ name: 'gke-fleet' }), [provider('secretreader')], policy, now),
  );
  expect(error.kind).toBe('ProviderNotMatched');
  expect(error.message).toBe(
    'failed to build config from ClusterProfile fleet/spoke-1: its access providers [gke-fleet] are none of the configured [secretreader]. Add one of them to the access provider file.',
  );
  const many = Array.from({ length: 7 }, (_, i) => ({ name: `p${i}` }));
  expect(refusal(() => resolveAccess(profile(...many), [], policy, now)).message).toContain(
    '[p0, p1, p2, p3, p4 and 2 more] are none of the configured []',
  );
  expect(refusal(() => resolveAccess(profile(), [provider('a')], policy, now)).message).toContain(
    'it offers no access provider. Its cluster manager must add one.',
  );
});

test('a provider that is not usable is not passed over for the next', () => {
  const offered = profile({ name: 'a', cluster: { server: 7 } }, { name: 'b' });
  const error = refusal(() =>
    resolveAccess(offered, [provider('a'), provider('b')], createServerPolicy(), now),
  );
  expect(error).toMatchObject({
    kind: 'ConfigInvalid',
    message: expect.stringContaining("access provider 'a' cannot be used: server must be a string"),
  });
});

test('the endpoint is what the profile says (C25, C26)', () => {
  const { endpoint, authorityExpiresAt, warnings } = resolve({
    cluster: {
      server: 'https://[2001:db8::1]:6443/prefix/',
      'certificate-authority-data': base64(authority.certificate),
      'tls-server-name': 'kubernetes',
      'proxy-url': 'socks5://proxy:1080',
      'disable-compression': true,
    },
  });
  expect(endpoint).toEqual({
    server: 'https://[2001:db8::1]:6443/prefix',
    certificateAuthority: authority.certificate,
    tlsServerName: 'kubernetes',
    insecureSkipTlsVerify: undefined,
    proxyUrl: 'socks5://proxy:1080',
    disableCompression: true,
  });
  expect(authorityExpiresAt).toBe(Date.parse('2027-01-01T00:00:00Z'));
  expect(warnings).toEqual([]);
});

test('a server that is not filled in is told apart from an error (C19)', () => {
  expect(refusal(() => resolve({ cluster: { server: '' } })).kind).toBe('NotOfferedYet');
});

test.for([
  [{ server: 'http://spoke' }, 'PolicyDenied', 'server must begin with https://'],
  [{ server: 'ftp://spoke' }, 'ConfigInvalid', 'server must begin with https://, not with ftp:'],
  [{ server: 'https://u:p@spoke' }, 'ConfigInvalid', 'server must not contain a user name'],
  [{ server: 'https://spoke?x' }, 'ConfigInvalid', 'server must not have a query'],
  [{ server: 'https://spoke#x' }, 'ConfigInvalid', 'server must not have a fragment'],
  [
    { server: 'https://169.254.169.254/latest' },
    'PolicyDenied',
    "server must not be the link-local address '169.254.169.254'",
  ],
  [{ server: 'https://2852039166' }, 'PolicyDenied', 'link-local'],
  [{ 'insecure-skip-tls-verify': true }, 'PolicyDenied', 'insecure-skip-tls-verify must not be true'],
  [{ 'proxy-url': 'ftp://proxy' }, 'ConfigInvalid', 'proxy-url must begin with http://'],
  [{ 'proxy-url': 'http://169.254.169.254' }, 'PolicyDenied', 'proxy-url must not be the link-local address'],
  [{ 'certificate-authority-data': '%' }, 'ConfigInvalid', 'certificate-authority-data must be base64'],
  [
    { 'certificate-authority-data': base64('x') },
    'ConfigInvalid',
    'must hold at least one readable certificate',
  ],
] as const)('%j is refused as %s (C20, C21, C22, C24, C26)', ([cluster, kind, problem]) => {
  const error = refusal(() => resolve({ cluster }));
  expect(error.kind).toBe(kind);
  expect(error.message).toContain('failed to build config from ClusterProfile fleet/spoke-1: ');
  expect(error.message).toContain(problem);
});

test('policies may allow what is refused by default (C20, C22)', () => {
  expect(
    resolve({ cluster: { server: 'http://spoke' } }, { policy: { allowHttp: true } }).endpoint.server,
  ).toBe('http://spoke');
  const insecure = resolve(
    { cluster: { 'insecure-skip-tls-verify': true } },
    { policy: { allowInsecureTls: true } },
  );
  expect(insecure.endpoint.insecureSkipTlsVerify).toBe(true);
  expect(insecure.warnings).toEqual([expect.stringContaining('is not verified')]);
});

test('a proxy must be on the allow list as well as a server (C26)', () => {
  const policy = { allow: ['spoke'] };
  expect(resolve({}, { policy }).endpoint.server).toBe('https://spoke:6443');
  expect(refusal(() => resolve({ cluster: { 'proxy-url': 'http://evil' } }, { policy })).kind).toBe(
    'PolicyDenied',
  );
});

test.for([
  [{ 'certificate-authority': '/etc/passwd' }, 'names a file of the cluster manager and is ignored'],
  [{ 'certificate-authority-data': base64(base64(authority.certificate)) }, 'is base64 of base64'],
] as const)('what is odd but works is told of (C23, C24)', ([cluster, warning]) => {
  expect(resolve({ cluster }).warnings).toEqual([expect.stringContaining(warning)]);
});

test('a CA that has expired is used and told of (C24)', () => {
  const offered = profile({ cluster: { 'certificate-authority-data': base64(authority.certificate) } });
  const late = resolveAccess(
    offered,
    [provider('p')],
    createServerPolicy(),
    Date.parse('2027-06-01T00:00:00Z'),
  );
  expect(late.endpoint.certificateAuthority).toBe(authority.certificate);
  expect(late.warnings).toEqual([
    'a certificate in certificate-authority-data ended at 2027-01-01T00:00:00.000Z',
  ]);
});

test('a plugin is told the endpoint and the configuration of the profile', () => {
  const { invocation, endpoint } = resolve({
    extensions: { [execExtension]: { clusterName: 'a' }, other: {} },
  });
  expect(invocation).toEqual({
    type: 'plugin',
    command: '/plugins/x',
    args: ['--configured'],
    env: [{ name: 'A', value: 'local' }],
    apiVersion: 'client.authentication.k8s.io/v1',
    clusterInfo: { endpoint, config: { clusterName: 'a' } },
    installHint: undefined,
  });
  const silent = provider('p', { exec: { ...plugin, provideClusterInfo: false } });
  expect(resolve({}, { provider: silent }).invocation).toMatchObject({ clusterInfo: undefined });
});

test('a builtin reader is given the configuration of the profile', () => {
  const builtin = provider('p', { exec: { type: 'builtin', reader: 'secretreader' } });
  expect(
    resolve({ extensions: { [execExtension]: { clusterName: 'a' } } }, { provider: builtin }).invocation,
  ).toEqual({
    type: 'builtin',
    reader: 'secretreader',
    config: { clusterName: 'a' },
  });
});

test('arguments and variables of profiles never stay behind, whatever is resolved in between (C29, C30)', () => {
  const shared = deepFreeze([provider('p', { argsPolicy: 'Append', envPolicy: 'AppendIfNotExists' })]);
  const policy = createServerPolicy();
  const of = (name: string): ResolvedAccess['invocation'] =>
    resolveAccess(
      profile({ extensions: { [argsExtension]: [name], [envExtension]: { B: name } } }),
      shared,
      policy,
      now,
    ).invocation;
  for (let i = 0; i < 100; i++) {
    const name = i % 2 === 0 ? 'a' : 'b';
    expect(of(name)).toMatchObject({
      args: ['--configured', name],
      env: [
        { name: 'A', value: 'local' },
        { name: 'B', value: name },
      ],
    });
  }
});

test('heartbeats do not change the fingerprint (C37)', () => {
  const of = (status: object, metadata: object): string =>
    resolveAccess(withStatus([{}], status, metadata), [provider('p')], createServerPolicy(), now).fingerprint;
  const before = of({}, { resourceVersion: '1' });
  expect(
    of({ conditions: [{ type: 'ControlPlaneHealthy', status: 'True' }] }, { resourceVersion: '2' }),
  ).toBe(before);
  expect(
    of({ properties: [{ name: 'a', value: 'b' }], version: { kubernetes: 'v1.35' } }, { generation: 5 }),
  ).toBe(before);
});

test('whatever decides the connection or its credential changes the fingerprint', () => {
  const open = provider('p', { argsPolicy: 'Append', envPolicy: 'Replace' });
  const fingerprints = [
    resolve({}),
    resolve({ cluster: { server: 'https://other:6443' } }),
    resolve({ cluster: { 'tls-server-name': 'x' } }),
    resolve({ cluster: { 'proxy-url': 'http://proxy' } }),
    resolve({ cluster: { 'certificate-authority-data': base64(authority.certificate) } }),
    resolve({ cluster: { 'disable-compression': true } }),
    resolve({ extensions: { [execExtension]: { clusterName: 'a' } } }),
    resolve({ extensions: { [execExtension]: { clusterName: 'b' } } }),
    resolve({ extensions: { [argsExtension]: ['x'] } }, { provider: open }),
    resolve({ extensions: { [envExtension]: { A: 'x' } } }, { provider: open }),
    resolve({ name: 'q' }, { provider: provider('q') }),
    resolve({}, { provider: provider('p', { exec: { ...plugin, command: '/plugins/y' } }) }),
    resolve(
      {},
      {
        provider: provider('p', { exec: { ...plugin, apiVersion: 'client.authentication.k8s.io/v1beta1' } }),
      },
    ),
    resolve({}, { provider: provider('p', { exec: { ...plugin, provideClusterInfo: false } }) }),
    resolve({}, { provider: provider('p', { exec: { type: 'builtin', reader: 'secretreader' } }) }),
  ].map(({ fingerprint }) => fingerprint);
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
});

test('the order of fields and an install hint do not change the fingerprint', () => {
  const config = (value: object): string => resolve({ extensions: { [execExtension]: value } }).fingerprint;
  expect(config({ a: 1, b: { c: 2, d: 3 } })).toBe(config({ b: { d: 3, c: 2 }, a: 1 }));
  const hinted = provider('p', { exec: { ...plugin, installHint: 'See the chart.' } });
  expect(resolve({}, { provider: hinted }).fingerprint).toBe(resolve({}).fingerprint);
});

const offers = fc.array(
  fc.record({
    name: fc.constantFrom('p', 'q', 'r'),
    cluster: fc.record(
      {
        server: fc.oneof(
          fc.webUrl(),
          fc.constantFrom('https://spoke', '', 'https://169.254.1.1'),
          fc.string(),
        ),
        'proxy-url': fc.oneof(fc.webUrl(), fc.string()),
        'certificate-authority-data': fc.oneof(fc.base64String(), fc.constant(base64(authority.certificate))),
        'insecure-skip-tls-verify': fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    extensions: fc.record(
      {
        [argsExtension]: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
        [envExtension]: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
        [execExtension]: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  }),
  { maxLength: 4 },
);
const configured = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('p', 'q', 's'),
    exec: fc.constant(plugin),
    argsPolicy: fc.constantFrom('Append', 'Ignore'),
    envPolicy: fc.constantFrom('AppendIfNotExists', 'Replace', 'Ignore'),
  }),
  { selector: ({ name }) => name },
);

test('resolving changes nothing it is given, gives the same twice, and fails with AccessErrors only', () => {
  const policy = createServerPolicy({ denyLoopback: true });
  fc.assert(
    fc.property(offers, configured, (offered, providers) => {
      const frozenProfile = deepFreeze(profile(...offered));
      const frozenProviders = deepFreeze(providers);
      const outcome = (): unknown => {
        try {
          return resolveAccess(frozenProfile, frozenProviders, policy, now);
        } catch (error) {
          if (!(error instanceof AccessError)) throw error;
          return String(error);
        }
      };
      expect(outcome()).toEqual(outcome());
    }),
  );
});

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const item of value.values()) deepFreeze(item);
    value.set = () => {
      throw new TypeError('this map is frozen');
    };
  }
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}
