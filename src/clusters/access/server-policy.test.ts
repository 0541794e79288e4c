import { expect, test } from 'vitest';
import { AccessError } from './access-error.ts';
import { createServerPolicy, type ServerPolicyOptions } from './server-policy.ts';

const refuses = (host: string, options: ServerPolicyOptions = {}): boolean =>
  createServerPolicy(options).refusal(host) !== undefined;

test.for([
  '169.254.169.254',
  '169.254.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  'fe80::1',
  'fd00:ec2::254',
])('link-local %s is never dialled (C21)', (host) => {
  expect(refuses(host)).toBe(true);
  expect(refuses(host, { allow: [host] })).toBe(true);
});

test.for([
  '127.0.0.1',
  '127.8.8.8',
  '::1',
  '::ffff:127.0.0.1',
  '0.0.0.0',
  '::',
  'localhost',
  'api.localhost',
])('loopback %s is refused where the operator runs in a pod (C21)', (host) => {
  expect(refuses(host)).toBe(false);
  expect(refuses(host, { denyLoopback: true })).toBe(true);
});

test.for([
  'metadata.google.internal',
  'metadata',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
  '168.63.129.16',
  '100.100.100.200',
])('the metadata service %s is never dialled, also by its name (C21)', (host) => {
  expect(refuses(host)).toBe(true);
  expect(refuses(host, { allow: [host] })).toBe(true);
});

test.for([
  '10.96.0.1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'kubernetes.default.svc.corp.example',
])('the hub as %s is refused where the operator runs in it (C21)', (host) => {
  expect(refuses(host)).toBe(false);
  expect(refuses(host, { hub: { serviceHost: '10.96.0.1' } })).toBe(true);
});

test.for(['10.96.0.2', 'kubernetes.example.com', 'kubernetes.default.example.com', 'proxy.fleet.svc'])(
  '%s is not the hub',
  (host) => {
    expect(refuses(host, { hub: { serviceHost: '10.96.0.1' } })).toBe(false);
    expect(refuses(host, { hub: { serviceHost: undefined } })).toBe(false);
  },
);

test('a denied range is not dialled, everything else is (C21)', () => {
  const options = { deny: ['10.96.0.0/12', 'fd00::/108'] };
  expect(refuses('10.96.0.1', options)).toBe(true);
  expect(refuses('fd00::1', options)).toBe(true);
  expect(refuses('10.0.0.1', options)).toBe(false);
});

test.for([
  ['api.example.com', true],
  ['a.eks.amazonaws.com', true],
  ['eks.amazonaws.com', false],
  ['evil-eks.amazonaws.com', false],
  ['10.1.2.3', true],
  ['10.2.0.1', false],
  ['192.168.0.7', true],
  ['2001:db8::5', true],
  ['example.com', false],
] as const)('with an allow list, %s is dialled: %s', ([host, allowed]) => {
  const allow = ['API.example.com', '*.eks.amazonaws.com', '10.1.0.0/16', '192.168.0.7', '2001:db8::/64'];
  expect(refuses(host, { allow })).toBe(!allowed);
});

test('an empty allow list allows nothing', () => {
  expect(refuses('api.example.com', { allow: [] })).toBe(true);
});

test.for(['', '*', '*.', 'https://x', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/x', 'a b', '10.0.0.0/8/8'])(
  'the entry %j is refused',
  (entry) => {
    expect(() => createServerPolicy({ allow: [entry] })).toThrow(AccessError);
    expect(() => createServerPolicy({ deny: [entry] })).toThrow(`not '${entry}'`);
  },
);
