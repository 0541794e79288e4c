import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { accessFlags, parseSpokeAccess } from '../../operator/index.ts';
import { type AccessFlags, accessOptions } from './access-options.ts';
import { spokeAccess } from './spoke-access.ts';

const values: Readonly<Record<string, string>> = {
  'access-plugin-dirs': '/plugins',
  'access-plugin-timeout': '1m',
  'deny-loopback-spokes': 'true',
  'deny-hub-spokes': 'false',
  'access-secret-namespaces': 'profile,secrets',
  'access-secret-label': 'example.com/profile',
  'allow-spoke-servers': '*.fleet.example',
  'deny-spoke-servers': '10.96.0.0/12',
};

function read(args: readonly string[]) {
  const command = new Command();
  for (const option of accessOptions()) command.addOption(option);
  command.parse([...args], { from: 'user' });
  return spokeAccess(command.opts<AccessFlags>());
}

describe('what the command line is told of access', () => {
  it('has the flags of the operator, with the same values', () => {
    const called = accessFlags.map(({ name, value }) => `--${name}${value === undefined ? '' : ' <>'}`);
    expect(accessOptions().map(({ flags }) => flags.replace(/<.*>/, '<>'))).toEqual(called);
  });

  it('is what the operator would make of it', () => {
    const args = accessFlags.map(({ name }) => `--${name}${name in values ? `=${values[name]}` : ''}`);
    const switches = { 'allow-insecure-spokes': true, 'access-secret-same-name': true };
    expect(read(args)).toEqual(parseSpokeAccess({ ...values, ...switches }));
    expect(read([])).toEqual(parseSpokeAccess({}));
  });

  it.each([
    ['--deny-loopback-spokes=yes', "--deny-loopback-spokes must be 'true' or 'false', not 'yes'."],
    ['--access-plugin-timeout=0', "--access-plugin-timeout must be a duration from 1s to 10m, not '0'."],
    ['--access-secret-namespaces=,', "--access-secret-namespaces must not be an empty list, not ','."],
  ])('is refused where the operator would refuse it: %s', (arg, says) => {
    expect(() => read([arg])).toThrow(says);
  });
});
