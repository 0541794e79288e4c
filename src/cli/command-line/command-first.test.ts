import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandFirst } from './command-first.ts';

describe('flags before the command', () => {
  const options = [
    new Option('--context <name>'),
    new Option('-n, --namespace <name>'),
    new Option('--ascii'),
  ];

  it.each([
    ['status', 'status'],
    ['status --context hub', 'status --context hub'],
    ['--context hub status', 'status --context hub'],
    ['--context=hub status --watch', 'status --context=hub --watch'],
    ['-n a --ascii status serving/b', 'status -n a --ascii serving/b'],
    ['-na status', 'status -na'],
    ['--help', '--help'],
    ['--help status', 'status --help'],
    ['--context', '--context'],
    ['', ''],
  ])('%s is read as %s', (given, expected) => {
    const args = given === '' ? [] : given.split(' ');
    expect(commandFirst(args, options).join(' ')).toBe(expected);
  });
});
