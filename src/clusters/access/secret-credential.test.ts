import { expect, test } from 'vitest';
import { createAuthority, issueCertificate } from '../../../test/bed/pki/index.ts';
import type { KubeObject } from '../../api/index.ts';
import { AccessError } from './access-error.ts';
import { credentialFromSecret } from './secret-credential.ts';
import { type SecretReference, secretReference } from './secret-reference.ts';
import { checkLabel, checkReference } from './secret-reference-rules.ts';

const now = new Date();
const authority = await createAuthority('ca', now);
const client = await issueCertificate(authority, { for: 'client', user: 'a', groups: [] }, now);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const secret = (data: Readonly<Record<string, string>> | null, labels = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'fleet', name: 'ap-1', labels },
  data: data && Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});

const token: SecretReference = { format: 'token', namespace: 'fleet', name: 'ap-1', key: 'token' };
const kubeconfig: SecretReference = {
  format: 'kubeconfig',
  namespace: 'fleet',
  name: 'ap-1',
  key: 'value',
  context: undefined,
};

const pair = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) };

const config = (user: object, more: object = {}): KubeObject =>
  secret({
    value: JSON.stringify({
      'current-context': 'c',
      contexts: [
        { name: 'c', context: { cluster: 'anything', user: 'u' } },
        { name: 'other', context: { user: 'o' } },
      ],
      users: [
        { name: 'u', user },
        { name: 'o', user: { token: 'of-the-other' } },
      ],
      ...more,
    }),
  });

const refusal = (reference: SecretReference, from: KubeObject | undefined): AccessError => {
  try {
    credentialFromSecret(reference, from);
  } catch (error) {
    if (error instanceof AccessError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

test('what the readers are told is which Secret to read', () => {
  expect(secretReference('secretreader', { clusterName: 'ap-1' }, 'own')).toEqual({
    ...token,
    namespace: 'own',
  });
  expect(secretReference('kubeconfig-secretreader', { name: 'ap-1', key: 'value' }, 'own')).toEqual({
    ...kubeconfig,
    namespace: 'own',
  });
  expect(
    secretReference(
      'kubeconfig-secretreader',
      { name: 'ap-1', key: 'value', namespace: 'fleet', context: 'c' },
      'own',
    ),
  ).toEqual({
    ...kubeconfig,
    context: 'c',
  });
  expect(
    secretReference(
      'kubeconfig-secretreader',
      { name: 'ap-1', key: 'value', namespace: '', context: null },
      'own',
    ),
  ).toMatchObject({
    namespace: 'own',
  });
});

test.for([
  ['secretreader', undefined, 'is required by secretreader'],
  ['secretreader', {}, 'is not what secretreader needs: clusterName is required'],
  ['secretreader', { clusterName: '' }, 'clusterName must not be empty'],
  ['secretreader', 'ap-1', 'the document must be an object, not a string'],
  ['kubeconfig-secretreader', { name: 'a' }, 'key is required'],
  ['kubeconfig-secretreader', { key: 'a' }, 'name is required'],
  ['kubeconfig-secretreader', { name: 'a', key: 'b', namespace: 1 }, 'namespace must be a string'],
] as const)('%s refuses the configuration %j', ([reader, value, problem]) => {
  expect(() => secretReference(reader, value, 'own')).toThrow(problem);
});

test('a token is what the Secret holds, without the white space around it (P28)', () => {
  expect(credentialFromSecret(token, secret({ token: 't0ken\n' }))).toEqual({
    credential: { token: 't0ken' },
    endsAt: undefined,
  });
});

test('of a kubeconfig the user counts, its server and CA do not', () => {
  expect(credentialFromSecret(kubeconfig, config({ token: 't' })).credential).toEqual({ token: 't' });
  expect(credentialFromSecret(kubeconfig, config(pair)).credential).toMatchObject({ certificate: client });
  expect(credentialFromSecret(kubeconfig, config({ ...pair, token: 't' })).credential).toMatchObject({
    certificate: client,
    token: 't',
  });
});

test('a context may be named', () => {
  expect(credentialFromSecret({ ...kubeconfig, context: 'other' }, config({})).credential).toEqual({
    token: 'of-the-other',
  });
});

test('files beside data do no harm', () => {
  const user = { ...pair, 'client-certificate': '/etc/passwd', 'client-key': '/etc/passwd' };
  expect(credentialFromSecret(kubeconfig, config(user)).credential).toMatchObject({ certificate: client });
});

test.for([
  [token, undefined, 'SecretNotFound', 'Secret fleet/ap-1 does not exist'],
  [token, secret(null), 'SecretKeyMissing', "Secret fleet/ap-1 must have data under the key 'token'"],
  [token, secret({ token: '' }), 'SecretKeyMissing', "under the key 'token'"],
  [token, { ...secret({}), data: { token: '%' } }, 'SecretKeyMissing', "under the key 'token'"],
  [
    token,
    secret({ token: 's3cret value' }),
    'CredentialInvalid',
    'Secret fleet/ap-1 gave a token with white space',
  ],
  [kubeconfig, secret({ token: 't' }), 'SecretKeyMissing', "under the key 'value'"],
  [
    kubeconfig,
    secret({ value: '"s3cret' }),
    'ConfigInvalid',
    'cannot use kubeconfig in Secret fleet/ap-1: it must be YAML',
  ],
  [
    kubeconfig,
    config({ token: 's3cret' }, { extensions: [{ name: 'a', extension: {} }] }),
    'ConfigInvalid',
    'extensions must not be set',
  ],
  [{ ...kubeconfig, context: 'gone' }, config({}), 'ConfigInvalid', "contexts must contain 'gone'"],
  [
    kubeconfig,
    config({
      tokenFile: '/x',
      exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1' },
      username: 'u',
      password: 's3cret',
    }),
    'CredentialIncomplete',
    'neither a token nor a client certificate',
  ],
  [
    kubeconfig,
    config({ 'client-certificate-data': base64(client.cert) }),
    'CredentialIncomplete',
    'a client certificate without its key',
  ],
  [
    kubeconfig,
    config({ 'client-certificate': '/etc/passwd', 'client-key-data': base64(client.key) }),
    'PolicyDenied',
    "client-certificate of user 'u' must not name a file",
  ],
  [
    kubeconfig,
    config({ 'client-certificate-data': base64(client.cert), 'client-key': '/etc/passwd' }),
    'PolicyDenied',
    "client-key of user 'u' must not name a file",
  ],
  [
    kubeconfig,
    config({ ...pair, 'client-key-data': '%' }),
    'ConfigInvalid',
    "client-key-data of user 'u' must be base64",
  ],
  [
    kubeconfig,
    config({ ...pair, 'client-key-data': base64('s3cret') }),
    'CredentialInvalid',
    'readable private key',
  ],
] as const)('%j refuses a Secret', ([reference, from, kind, problem]) => {
  const error = refusal(reference, from);
  expect(error.kind).toBe(kind);
  expect(error.message).toContain(problem);
  expect(error.message).not.toContain('s3cret');
});

const profile = { namespace: 'fleet', name: 'ap-1' };

test('without rules a profile may name any Secret', () => {
  expect(() =>
    checkReference({ ...token, namespace: 'kube-system', name: 'root' }, profile, {}),
  ).not.toThrow();
  expect(() => checkLabel(secret({}), profile, {})).not.toThrow();
});

test.for([
  [{ namespaces: ['profile'] }, {}, undefined],
  [{ namespaces: ['profile', 'secrets'] }, { namespace: 'secrets' }, undefined],
  [{ namespaces: ['profile'] }, { namespace: 'kube-system' }, "must be one of 'fleet', not 'kube-system'"],
  [{ namespaces: [] }, {}, "not 'fleet'"],
  [{ nameOfProfile: true }, {}, undefined],
  [{ nameOfProfile: true }, { name: 'root' }, "must be 'ap-1', the name of the profile, not 'root'"],
] as const)('the rules %j and the Secret %j: %s (C35)', ([rules, where, problem]) => {
  const attempt = (): string | undefined => {
    try {
      checkReference({ ...token, ...where }, profile, rules);
    } catch (error) {
      return error instanceof AccessError ? `${error.kind} ${error.message}` : 'defect';
    }
    return undefined;
  };
  const outcome = attempt();
  expect(outcome === undefined).toBe(problem === undefined);
  expect(outcome ?? '').toContain(problem === undefined ? '' : `PolicyDenied the name`);
  expect(outcome ?? '').toContain(problem ?? '');
});

test('a label may be required that says for which profile a Secret is (C35)', () => {
  const rules = { label: 'wheelwright.dev/for-clusterprofile' };
  expect(() =>
    checkLabel(secret({}, { 'wheelwright.dev/for-clusterprofile': 'fleet.ap-1' }), profile, rules),
  ).not.toThrow();
  for (const labels of [{}, { 'wheelwright.dev/for-clusterprofile': 'fleet.ap-2' }]) {
    expect(() => checkLabel(secret({}, labels), profile, rules)).toThrow(
      'Secret fleet/ap-1 must carry the label wheelwright.dev/for-clusterprofile=fleet.ap-1',
    );
  }
});
