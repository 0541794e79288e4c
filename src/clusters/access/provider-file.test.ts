import { expect, test } from 'vitest';
import { AccessError } from './access-error.ts';
import { parseProviderFile } from './provider-file.ts';

const exec = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: '/plugins/x',
  provideClusterInfo: true,
};

const parse = (document: unknown): ReturnType<typeof parseProviderFile> =>
  parseProviderFile(typeof document === 'string' ? document : JSON.stringify(document));

const refusal = (document: unknown): AccessError => {
  try {
    parse(document);
  } catch (error) {
    if (error instanceof AccessError) return error;
  }
  throw new Error('nothing was refused');
};

test.for([
  ['knative/operator', '/access-plugins/token-secretreader/kubeconfig-secretreader-plugin'],
  ['cluster-inventory-api', '/etc/cluster-inventory/plugin/bin/secretreader-plugin'],
] as const)('the example configuration of %s works as it is', ([, command]) => {
  const { providers, warnings } = parse({
    providers: [
      {
        name: 'token-secretreader',
        execConfig: { apiVersion: 'client.authentication.k8s.io/v1', command, provideClusterInfo: true },
      },
    ],
  });
  expect(warnings).toEqual([]);
  expect(providers).toEqual([
    {
      name: 'token-secretreader',
      exec: {
        type: 'plugin',
        command,
        args: [],
        env: [],
        apiVersion: 'client.authentication.k8s.io/v1',
        provideClusterInfo: true,
        installHint: undefined,
      },
      argsPolicy: 'Ignore',
      envPolicy: 'Ignore',
    },
  ]);
});

test('every field is read', () => {
  const { providers, warnings } = parse({
    providers: [
      {
        name: 'aks',
        execConfig: {
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          command: '/plugins/kubelogin',
          args: ['get-token'],
          env: [{ name: 'AZURE_CLIENT_ID', value: 'id' }, { name: 'EMPTY' }],
          provideClusterInfo: false,
          installHint: 'See the chart.',
          interactiveMode: 'IfAvailable',
        },
        profileSourcedCLIArgsPolicy: 'Append',
        profileSourcedEnvVarsPolicy: 'AppendIfNotExists',
      },
    ],
  });
  expect(warnings).toEqual([]);
  expect(providers[0]).toEqual({
    name: 'aks',
    exec: {
      type: 'plugin',
      command: '/plugins/kubelogin',
      args: ['get-token'],
      env: [
        { name: 'AZURE_CLIENT_ID', value: 'id' },
        { name: 'EMPTY', value: '' },
      ],
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      provideClusterInfo: false,
      installHint: 'See the chart.',
    },
    argsPolicy: 'Append',
    envPolicy: 'AppendIfNotExists',
  });
});

test('a program may be pinned, which upstream ignores (C11)', () => {
  const withPin = (sha256: unknown, command = '/plugins/x') => ({
    providers: [{ name: 'a', execConfig: { ...exec, command, sha256 } }],
  });
  const sha256 = 'A1'.repeat(32);
  expect(parse(withPin(sha256))).toMatchObject({
    providers: [{ exec: { sha256: sha256.toLowerCase() } }],
    warnings: [],
  });
  expect(parse(withPin(null)).providers[0]?.exec).not.toHaveProperty('sha256');
  expect(refusal(withPin('a1')).message).toContain('providers[0].execConfig.sha256 must be a SHA-256');
  expect(parse(withPin(sha256, 'builtin:secretreader')).warnings).toEqual([
    'providers[0].execConfig.sha256 has no effect: there is no program to pin',
  ]);
});

test.for([[{}], [{ providers: null }], [{ providers: [] }]])(
  '%j is a file without providers (C4)',
  ([document]) => {
    expect(parse(document)).toEqual({ providers: [], warnings: [] });
  },
);

test('the readers inside the operator are named as commands', () => {
  const { providers, warnings } = parse({
    providers: [
      { name: 'a', execConfig: { command: 'builtin:secretreader' } },
      { name: 'b', execConfig: { command: 'builtin:kubeconfig-secretreader', args: ['x'] } },
    ],
  });
  expect(providers.map((provider) => provider.exec)).toEqual([
    { type: 'builtin', reader: 'secretreader' },
    { type: 'builtin', reader: 'kubeconfig-secretreader' },
  ]);
  expect(warnings).toEqual([
    "providers[1].execConfig.command 'builtin:kubeconfig-secretreader' runs inside the operator and takes no args and env",
  ]);
});

test('keys of another case are taken, with a warning, and the exact ones win (C8)', () => {
  const { providers, warnings } = parse({
    Providers: [{ Name: 'ignored', name: 'a', ExecConfig: { ...exec, Command: '/ignored', ARGS: ['one'] } }],
  });
  expect(providers[0]).toMatchObject({ name: 'a', exec: { command: '/plugins/x', args: ['one'] } });
  expect(warnings).toEqual([
    "Providers must be written 'providers'; it is taken for that",
    "providers[0].Name is ignored beside 'name'",
    "providers[0].ExecConfig must be written 'execConfig'; it is taken for that",
    "providers[0].execConfig.Command is ignored beside 'command'",
    "providers[0].execConfig.ARGS must be written 'args'; it is taken for that",
  ]);
});

test('unknown keys are told of and have no effect', () => {
  const { warnings } = parse({ version: 1, providers: [{ name: 'a', execConfig: { ...exec, config: {} } }] });
  expect(warnings).toEqual([
    'version is not known and has no effect',
    'providers[0].execConfig.config is not known and has no effect',
  ]);
});

test('what will not work although it may be written is told of', () => {
  const { providers, warnings } = parse({
    providers: [
      {
        name: 'a',
        execConfig: {
          ...exec,
          command: '/plugins/bin/secretreader-plugin',
          provideClusterInfo: false,
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
            { name: 'KUBERNETES_EXEC_INFO', value: '{}' },
          ],
        },
      },
    ],
  });
  expect(providers[0]?.exec).toMatchObject({
    env: [{ name: 'A', value: '2' }, { name: 'KUBERNETES_EXEC_INFO' }],
  });
  expect(warnings).toEqual([
    "providers[0].execConfig.provideClusterInfo must be true for '/plugins/bin/secretreader-plugin' to work: it learns from it which Secret to read",
    'providers[0].execConfig.env sets a variable twice; the last value counts',
    'providers[0].execConfig.env sets KUBERNETES_EXEC_INFO, which the operator overwrites',
  ]);
});

const provider = (fields: object): object => ({ providers: [{ name: 'a', execConfig: exec, ...fields }] });
const execConfig = (fields: object): object => provider({ execConfig: { ...exec, ...fields } });

test.for([
  ['{"providers": [}', 'it must be JSON (unexpected'],
  ['{"providers": []} x', 'it must be JSON (line 1, column 19)'],
  ['', 'it must be JSON'],
  [[], 'the document must be an object, not an array'],
  [{ providers: {} }, 'providers must be an array, not an object'],
  [provider({ name: '' }), 'providers[0].name must not be empty'],
  [{ providers: [{ execConfig: exec }] }, 'providers[0].name is required'],
  [
    {
      providers: [
        { name: 'a', execConfig: exec },
        { name: 'a', execConfig: exec },
      ],
    },
    "providers[1].name must be unique, and 'a' is used twice",
  ],
  [{ providers: [{ name: 'a' }] }, 'providers[0].execConfig is required'],
  [provider({ execConfig: null }), 'providers[0].execConfig must be an object, not null'],
  [
    execConfig({ apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
    "must be one of 'client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1', not 'client.authentication.k8s.io/v1alpha1'",
  ],
  [execConfig({ apiVersion: null }), 'providers[0].execConfig.apiVersion must be one of'],
  [execConfig({ interactiveMode: 'Always' }), "must be one of '', 'Never', 'IfAvailable', not 'Always'"],
  [
    provider({ profileSourcedCLIArgsPolicy: 'Replace' }),
    "must be one of '', 'Append', 'Ignore', not 'Replace'",
  ],
  [provider({ profileSourcedEnvVarsPolicy: 'append' }), "not 'append'"],
  [execConfig({ env: [{ name: '1A' }] }), 'providers[0].execConfig.env[0].name must have letters'],
  [execConfig({ env: [{ name: 'A', value: 'a\0' }] }), 'env[0].value must not contain a NUL'],
  [execConfig({ args: ['a\0'] }), 'providers[0].execConfig.args[0] must not contain a NUL'],
  [execConfig({ args: [1] }), 'providers[0].execConfig.args[0] must be a string, not a number'],
  [
    execConfig({ command: 'builtin:eks' }),
    "must be 'builtin:secretreader' or 'builtin:kubeconfig-secretreader', or an absolute path",
  ],
] as const)('%j is refused (C3, C5, C6, C7, P22)', ([document, problem]) => {
  const error = refusal(document);
  expect(error.kind).toBe('ConfigInvalid');
  expect(error.message).toContain(problem);
});

test.for([
  '../../bin/sh',
  './x',
  'sh',
  'bin/x',
  '/plugin/../bin/sh',
  '/plugin/./x',
  '/plugin//x',
  '/plugin/',
])('the command %s is refused (C9)', (command) => {
  const error = refusal(execConfig({ command }));
  expect(error.kind).toBe('PolicyDenied');
  expect(error.message).toContain(`providers[0].execConfig.command must be an absolute path`);
});

test('a broken file tells nothing of what is in it', () => {
  expect(refusal('{"providers":[{"env": s3cret-value}]}').message).not.toContain('s3cret');
});
