import { describe, expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { candidates } from './candidates.ts';
import { completionScript, shells } from './completion-script.ts';

describe('candidates', () => {
  const cases: readonly [words: readonly string[], expected: readonly string[]][] = [
    [
      [''],
      [
        'status',
        'get',
        'explain',
        'tree',
        'dashboard',
        'render',
        'diff',
        'adopt',
        'images',
        'plan',
        'simulate',
        'members',
        'drain',
        'uncordon',
        'check',
        'operator',
        'crds',
        'alias',
        'version',
        'completion',
        'help',
        'mc',
      ],
    ],
    [['c'], ['check', 'crds', 'completion']],
    [['--context', 'prod', 'st'], ['status']],
    [['--v'], ['--version']],
    [
      ['status', ''],
      ['cluster/', 'serving/', 'eventing/', 'member/', 'dso/'],
    ],
    [['status', 's'], ['serving/']],
    [['get', 'm'], ['member']],
    [['get', 'dso', '--as-'], ['--as-group']],
    [['status', '--out'], ['--output']],
    [
      ['status', '-o', ''],
      ['table', 'wide', 'json', 'yaml', 'name'],
    ],
    [['status', '--output', 'j'], ['json']],
    [
      ['status', '--color', 'a'],
      ['always', 'auto'],
    ],
    [['status', '--context', ''], []],
    [['check', '--on', ''], []],
    [['render', '--f'], ['--filename']],
    [['explain', ''], ['dso/']],
    [
      ['members', ''],
      ['add', 'list', 'drain', 'uncordon', 'restore', 'remove'],
    ],
    [
      ['members', 'add', 'eu-1', '--provider', ''],
      ['kubeconfig', 'file'],
    ],
    [['mc', 'setup-member', '--keda-k'], ['--keda-kubeconfig']],
    [
      ['diff', '-o', ''],
      ['diff', 'short', 'json'],
    ],
    [['images', '--kind', 'e'], ['eventing']],
    [['images', '--ver'], ['--version']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['help', 'e'],
      ['exit-codes', 'environment', 'explain'],
    ],
    [['help', 'st'], ['status']],
    [['operator', '--kube-api-q'], ['--kube-api-qps']],
    [['nonsense', 'zzz'], []],
  ];

  it.each(cases)('after %j are %j', async (words, expected) => {
    expect(await candidates(words, commands)).toEqual(expected);
  });
});

async function complete(args: readonly string[], options: TestHostOptions = {}): Promise<string> {
  const host = testHost(options);
  expect(await run(args, host)).toBe(0);
  return host.written.stdout;
}

describe('completion', () => {
  it('takes words as they are, flags and empty ones too', async () => {
    expect(await complete(['__complete', 'status', '--watch', '-o', ''])).toBe(
      'table\nwide\njson\nyaml\nname\n',
    );
    expect(await complete(['__complete', 'status', '--help'])).toBe('--help\n');
  });

  it('speaks the protocol of kubectl when called by it', async () => {
    expect(await complete(['check', '--sk'], { completes: true })).toBe('--skip\n:4\n');
    expect(await complete([''], { completes: true })).toContain('status\n');
  });

  it.each(shells)('has a script for %s that asks this program', async (shell) => {
    expect(await complete(['completion', shell])).toBe(completionScript(shell));
    expect(completionScript(shell)).toContain('wheelwright __complete');
  });
});
