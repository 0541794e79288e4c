import { expect, test } from 'vitest';
import { AccessError } from './access-error.ts';
import { additionalArgs, extensionNames, mergeEnv } from './exec-extensions.ts';

const args = (value: unknown): ReadonlyMap<string, unknown> => new Map([[extensionNames.args, value]]);
const env = (value: unknown): ReadonlyMap<string, unknown> => new Map([[extensionNames.env, value]]);

test.for([
  [['--a', 'b', '--a']],
  [{ args: ['--a', 'b', '--a'] }],
  [{ items: ['--a', 'b', '--a'] }],
  [{ values: ['--a', 'b', '--a'] }],
])('the arguments %j are added as they are (C27)', ([value]) => {
  expect(additionalArgs(args(value), 'Append')).toEqual(['--a', 'b', '--a']);
});

test('null and nothing add no arguments (C27)', () => {
  expect(additionalArgs(args(null), 'Append')).toEqual([]);
  expect(additionalArgs(args({ args: [] }), 'Append')).toEqual([]);
  expect(additionalArgs(new Map(), 'Append')).toEqual([]);
});

test.for([
  ['--a b'],
  [{ other: ['x'] }],
  [[1]],
  [[['x']]],
  [{ args: 'x' }],
  [Array.from({ length: 1000 }, () => 'x')],
  [['x'.repeat(4097)]],
  [['a\0b']],
])('other arguments are refused (C27)', ([value]) => {
  expect(() => additionalArgs(args(value), 'Append')).toThrow('additional-args must be a list of strings');
});

test('what a policy ignores is not even looked at (C28)', () => {
  expect(additionalArgs(args('--a b'), 'Ignore')).toEqual([]);
  expect(mergeEnv([], env('--a b'), 'Ignore')).toEqual([]);
});

const configured = [
  { name: 'Z', value: 'local' },
  { name: 'BOTH', value: 'local' },
];

test.for([
  ['AppendIfNotExists', 'local'],
  ['Replace', 'profile'],
] as const)('with %s the %s value of a variable that both set counts (C33)', ([policy, winner]) => {
  expect(mergeEnv(configured, env({ Y: '1', BOTH: 'profile', X: null }), policy)).toEqual([
    { name: 'Z', value: 'local' },
    { name: 'BOTH', value: winner },
    { name: 'X', value: '' },
    { name: 'Y', value: '1' },
  ]);
});

test('a variable may be called what every object has', () => {
  const local = [{ name: 'constructor', value: 'local' }];
  expect(mergeEnv(local, env({}), 'Replace')).toEqual(local);
  expect(mergeEnv([], env({ toString: 'x' }), 'Replace')).toEqual([{ name: 'toString', value: 'x' }]);
});

test.for(['AppendIfNotExists', 'Replace'] as const)('with %s null adds nothing (C31)', (policy) => {
  expect(mergeEnv(configured, env(null), policy)).toEqual(configured);
  expect(mergeEnv(configured, new Map(), policy)).toEqual(configured);
});

test('variables that run code or lead astray are refused by name, whatever the policy (C32)', () => {
  const value = {
    OK: '1',
    LD_PRELOAD: 'x',
    NODE_OPTIONS: 'x',
    PATH: 'x',
    KUBERNETES_EXEC_INFO: 'x',
    DYLD_A: 'x',
    PYTHONPATH: 'x',
    KUBERNETES_SERVICE_HOST: 'x',
  };
  for (const policy of ['AppendIfNotExists', 'Replace'] as const) {
    expect(() => mergeEnv([], env(value), policy)).toThrow(
      new AccessError(
        'PolicyDenied',
        'extension clusterprofiles.multicluster.x-k8s.io/exec/additional-envs must not set DYLD_A, KUBERNETES_EXEC_INFO, KUBERNETES_SERVICE_HOST, LD_PRELOAD, NODE_OPTIONS, PATH, PYTHONPATH',
      ),
    );
  }
});

test.for([
  [['A=1'], 'must be an object of strings'],
  [{ A: 1 }, 'must be an object of strings'],
  [{ '1A': 'x' }, 'a name must have letters'],
  [{ 'A=B': 'x' }, 'a name must have letters'],
  [{ A: 'x'.repeat(4097) }, 'an entry must not be longer'],
  [{ A: 'a\0' }, 'an entry must not contain a NUL'],
  [
    Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`A${i}`, ''])),
    'must not have more than 64 entries',
  ],
] as const)('other variables are refused', ([value, problem]) => {
  expect(() => mergeEnv([], env(value), 'Replace')).toThrow(problem);
});
