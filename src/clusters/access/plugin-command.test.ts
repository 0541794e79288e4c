import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AccessErrorKind } from './access-error.ts';
import { checkPluginCommand, type PluginCommandRules } from './plugin-command.ts';

const root = await mkdtemp(join(tmpdir(), 'plugins-'));
const inside = join(root, 'inside');
const outside = join(root, 'outside');
await mkdir(inside);
await mkdir(outside);

async function program(
  directory: string,
  name: string,
  content: string | Buffer,
  mode = 0o755,
): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

const script = await program(inside, 'script', '#!/bin/sh\n');
const stranger = await program(outside, 'stranger', '#!/bin/sh\n');
await symlink(stranger, join(inside, 'escape'));
await symlink(script, join(inside, 'alias'));
await symlink(inside, join(root, 'link-to-inside'));

/** The head of an ELF file, little-endian, for the machine with this number. */
function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(machine, 18);
  return head;
}

const check = (command: string, rules: PluginCommandRules = {}): Promise<string> =>
  checkPluginCommand(command, rules, 'Install it with the chart.').then(
    () => 'good',
    (error: { readonly kind: AccessErrorKind; readonly message: string }) =>
      `${error.kind}: ${error.message}`,
  );

test('without plugin directories any program goes, links included', async () => {
  expect(await check(script)).toBe('good');
  expect(await check(join(inside, 'escape'))).toBe('good');
  expect(await check(process.execPath)).toBe('good');
});

test('with plugin directories a program must lie below one, before and after links are followed (C9, C10)', async () => {
  const rules = { directories: ['/plugins', inside] };
  expect(await check(script, rules)).toBe('good');
  expect(await check(join(inside, 'alias'), rules)).toBe('good');
  expect(await check(stranger, rules)).toContain(
    `PolicyDenied: plugin '${stranger}' must lie below '/plugins', '${inside}'`,
  );
  expect(await check(join(inside, 'escape'), rules)).toContain(`PolicyDenied`);
  expect(await check(join(inside, 'escape'), rules)).toContain(`it is a link to '${stranger}'`);
  expect(await check(`${inside}-not/script`, rules)).toContain('PolicyDenied');
  for (const directories of [[], [''], ['relative']])
    expect(await check(script, { directories })).toContain('PolicyDenied');
});

test('a plugin directory may be a link itself', async () => {
  const directory = join(root, 'link-to-inside');
  expect(await check(join(directory, 'script'), { directories: [`${directory}/`] })).toBe('good');
});

test('a program that is not there is told with its install hint (P15)', async () => {
  expect(await check(join(inside, 'missing'))).toBe(
    `PluginNotFound: there is no plugin '${join(inside, 'missing')}'. Install it with the chart.`,
  );
  expect(await check(join(script, 'below-a-file'))).toContain('PluginNotFound');
});

test.for([
  ['a directory', () => Promise.resolve(inside), 'it must be a regular file'],
  [
    'a file without execute bit',
    () => program(inside, 'data', '#!/bin/sh\n', 0o644),
    'its mode has no execute bit',
  ],
  ['text', () => program(inside, 'text', 'echo hello\n'), 'a script that begins with #!'],
  ['an empty file', () => program(inside, 'empty', ''), 'a script that begins with #!'],
  [
    'a program of another machine',
    () => program(inside, 'elf', elf(8)),
    `another architecture than ${process.arch}`,
  ],
] as const)('%s is not run (P16, P17)', async ([, path, why]) => {
  const answer = await check(await path());
  expect(answer).toContain('PluginNotExecutable');
  expect(answer).toContain(why);
});
