import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { kubeconfigYaml, type KubeconfigContent } from './kubeconfig.ts';

interface Parsed {
  readonly 'current-context': string;
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: Readonly<Record<string, unknown>>;
  }[];
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, string>> }[];
  readonly contexts: readonly { readonly name: string; readonly context: Readonly<Record<string, string>> }[];
}

const content: KubeconfigContent = {
  name: 'spoke-1',
  server: 'https://127.0.0.1:20000',
  certificateAuthority: 'CA PEM\n',
  user: { token: 'abc' },
};
const parse = (change: Partial<KubeconfigContent>): Parsed =>
  load(kubeconfigYaml({ ...content, ...change })) as Parsed;

test('the current context leads to cluster and user', () => {
  const config = parse({});
  expect(config.contexts).toEqual([{ name: 'spoke-1', context: { cluster: 'spoke-1', user: 'spoke-1' } }]);
  expect(config['current-context']).toBe('spoke-1');
  expect(config.clusters[0]).toEqual({
    name: 'spoke-1',
    cluster: {
      server: 'https://127.0.0.1:20000',
      'certificate-authority-data': Buffer.from('CA PEM\n').toString('base64'),
    },
  });
  expect(config.users).toEqual([{ name: 'spoke-1', user: { token: 'abc' } }]);
});

test('a client certificate is embedded', () => {
  const [user] = parse({ user: { cert: 'CERT', key: 'KEY' } }).users;
  expect(user?.user).toEqual({
    'client-certificate-data': Buffer.from('CERT').toString('base64'),
    'client-key-data': Buffer.from('KEY').toString('base64'),
  });
});

test('a namespace becomes the default of the context', () => {
  expect(parse({ namespace: 'fleet' }).contexts[0]?.context['namespace']).toBe('fleet');
});

test('without an authority the server is not verified', () => {
  const { certificateAuthority: _, ...unverified } = content;
  const config = load(kubeconfigYaml(unverified)) as Parsed;
  expect(config.clusters[0]?.cluster).toEqual({ server: content.server, 'insecure-skip-tls-verify': true });
});

test('whatever a name or token looks like, it is read as it was written', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (name, token) => {
      const config = parse({ name, user: { token } });
      expect(config['current-context']).toBe(name);
      expect(config.users[0]?.user['token']).toBe(token);
    }),
  );
});
