import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contextNamespace,
  mergeKubeconfigs,
  parseKubeconfig,
  selectContext,
  selectUser,
} from './kubeconfig.ts';
import { KubeconfigError } from './kubeconfig-error.ts';

const text = `
apiVersion: v1
kind: Config
current-context: prod
clusters:
- {name: prod-cluster, cluster: {server: "https://prod:6443"}}
- {name: broken-cluster, cluster: {server: 7}}
contexts:
- {name: prod, context: {cluster: prod-cluster, user: admin, namespace: shop}}
- {name: broken, context: {cluster: broken-cluster, user: admin}}
- {name: nowhere, context: {cluster: gone, user: admin}}
- {name: anonymous, context: {cluster: prod-cluster, user: ""}}
- {name: empty}
users:
- {name: admin, user: {token: t0ken-value}}
`;

const parse = (yaml: string): ReturnType<typeof parseKubeconfig> =>
  parseKubeconfig(yaml, { source: 'kubeconfig /home/a/config', directory: '/home/a' });

test('the current context is selected, with its cluster, user and namespace', () => {
  const selected = selectContext(parse(text), undefined);
  expect(selected).toMatchObject({
    name: 'prod',
    namespace: 'shop',
    cluster: { server: 'https://prod:6443' },
    user: { token: 't0ken-value' },
  });
});

test('a broken entry hinders only the contexts that need it', () => {
  const kubeconfig = parse(text);
  expect(selectContext(kubeconfig, 'prod').name).toBe('prod');
  expect(() => selectContext(kubeconfig, 'broken')).toThrow(
    'cannot use kubeconfig /home/a/config: clusters[1].cluster.server must be a string, not a number',
  );
});

test.for([
  [
    'nowhere',
    "clusters must contain 'gone', because context 'nowhere' names it; it has 'prod-cluster', 'broken-cluster'",
  ],
  ['missing', "contexts must contain 'missing', because it was asked for"],
  ['empty', "context 'empty' must name a cluster"],
] as const)('context %s is refused', ([context, problem]) => {
  expect(() => selectContext(parse(text), context)).toThrow(problem);
});

test('a cluster and a user count in place of those of the context', () => {
  const kubeconfig = parse(text);
  expect(selectContext(kubeconfig, 'nowhere', { cluster: 'prod-cluster' })).toMatchObject({
    name: 'nowhere',
    cluster: { server: 'https://prod:6443' },
  });
  expect(selectContext(kubeconfig, 'anonymous', { user: 'admin' }).user).toMatchObject({
    token: 't0ken-value',
  });
  expect(() => selectContext(kubeconfig, 'prod', { cluster: 'gone' })).toThrow(
    "clusters must contain 'gone', because it was asked for; it has 'prod-cluster', 'broken-cluster'",
  );
  expect(() => selectContext(kubeconfig, 'prod', { user: 'gone' })).toThrow(
    "users must contain 'gone', because it was asked for; it has 'admin'",
  );
  expect(() => selectContext(kubeconfig, 'gone', { cluster: 'prod-cluster' })).toThrow(
    "contexts must contain 'gone'",
  );
});

test('a cluster that is named needs no context', () => {
  const kubeconfig = parse(text.replace(/^current-context:.*$/m, ''));
  expect(selectContext(kubeconfig, undefined, { cluster: 'prod-cluster', user: 'admin' })).toMatchObject({
    name: 'prod-cluster',
    namespace: undefined,
    user: { token: 't0ken-value' },
  });
  expect(() => selectContext(kubeconfig, undefined, { user: 'admin' })).toThrow(
    'current-context must be set',
  );
});

test('a context without a user is an anonymous one', () => {
  expect(selectContext(parse(text), 'anonymous').user).toBeUndefined();
});

test('without a current context one must be named', () => {
  const kubeconfig = parse('clusters: []\ncurrent-context: ""');
  expect(() => selectContext(kubeconfig, undefined)).toThrow('current-context must be set');
});

test('the user is found without its cluster', () => {
  expect(selectUser(parse(text), 'nowhere')).toMatchObject({ name: 'admin', user: { token: 't0ken-value' } });
  expect(() => selectUser(parse(text), 'anonymous')).toThrow("context 'anonymous' must name a user");
});

test('null and absent are the same', () => {
  const kubeconfig = parse(
    'clusters: null\nusers: null\ncontexts: null\ncurrent-context: null\nextensions: null',
  );
  expect(kubeconfig).toMatchObject({ currentContext: undefined, hasExtensions: false });
});

test('extensions of the document are told of', () => {
  expect(parse('extensions: [{name: a, extension: {}}]').hasExtensions).toBe(true);
  expect(parse('extensions: []').hasExtensions).toBe(false);
});

test('names must be unique', () => {
  expect(() => parse('users: [{name: a}, {name: a}]')).toThrow(
    "users[1].name must be unique, and 'a' is used twice",
  );
});

test.for([
  ['', 'it must be YAML or JSON'],
  ['users:\n- token: "s3cret', 'at line'],
  ['a: 1\n---\nb: 2', 'single document'],
  ['[]', 'the document must be an object, not an array'],
  ['users: {}', 'users must be an array, not an object'],
  ['users: [{user: {}}]', 'users[0].name is required'],
] as const)('%j is no kubeconfig', ([yaml, problem]) => {
  expect(() => parse(yaml)).toThrow(problem);
  expect(() => parse(yaml)).not.toThrow(/s3cret/);
});

test('a file that is too large is not read', () => {
  expect(() => parse(`# ${'x'.repeat(4 << 20)}`)).toThrow('4 MiB');
});

test('of several files the first that defines something wins', () => {
  const first = parseKubeconfig('users: [{name: a, user: {token: first}}]', { source: 'one' });
  const second = parseKubeconfig(
    `current-context: c
users: [{name: a, user: {token: second}}, {name: b, user: {token: b}}]
contexts: [{name: c, context: {user: a, cluster: d, namespace: n}}]`,
    { source: 'two' },
  );
  const merged = mergeKubeconfigs([first, second]);
  expect(merged.source).toBe('one, two');
  expect(merged.currentContext).toBe('c');
  expect([...merged.users.keys()].sort()).toEqual(['a', 'b']);
  expect(selectUser(merged, undefined)).toMatchObject({
    user: { token: 'first' },
    origin: { source: 'one' },
  });
  expect(contextNamespace(merged)).toBe('n');
});

test('the namespace of no context is none', () => {
  expect(contextNamespace(parse('{}'))).toBeUndefined();
  expect(contextNamespace(parse('current-context: gone'))).toBeUndefined();
});

test('whatever the document is, nothing but a KubeconfigError is thrown', () => {
  const anything = fc.anything({
    maxDepth: 4,
    key: fc.constantFrom('name', 'users', 'contexts', 'context', 'user'),
  });
  fc.assert(
    fc.property(anything, (document) => {
      const attempt = (): unknown => selectContext(parse(JSON.stringify(document) ?? ''), 'x');
      expect(attempt).toThrow(KubeconfigError);
    }),
  );
});
