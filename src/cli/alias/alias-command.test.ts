import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { placeLink } from './place-link.ts';
import { testHost } from '../testing/test-host.ts';

let directory: string;
let program: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'wheelwright-alias-')));
  await mkdir(join(directory, 'opt'));
  program = join(directory, 'opt', 'wheelwright');
  await writeFile(program, '#!/bin/sh\n');
  await chmod(program, 0o755);
});

afterEach(() => rm(directory, { recursive: true }));

async function alias(line: string, path = join(directory, 'opt')) {
  const host = testHost({ program: 'wheelwright', script: program, env: { PATH: path } });
  const exit = await run(['alias', ...line.split(' ').filter((word) => word !== '')], host);
  return { exit, ...host.written };
}

describe('other names of the program', () => {
  it('are links beside it, also for completion, that are made once', async () => {
    const place = (name: string): string => join(directory, 'opt', name);
    const made = await alias('--mc');
    expect(made).toEqual({
      exit: 0,
      stdout: `${place('kubectl-mc')} linked\n${place('kubectl_complete-mc')} linked\n`,
      stderr: '',
    });
    expect(await readlink(place('kubectl-mc'))).toBe(program);
    expect((await alias('--mc')).stdout).toContain(`${place('kubectl-mc')} unchanged\n`);
  });

  it('lead to the program itself, however it was called', async () => {
    const link = join(directory, 'kubectl-wheelwright');
    await symlink('opt/wheelwright', link);
    const host = testHost({ script: link, env: { PATH: directory } });
    expect(await run(['alias', '--kedify'], host)).toBe(0);
    expect(await readlink(join(directory, 'kubectl-kedify'))).toBe(program);
  });

  it('take the place of those of an earlier installation', async () => {
    const link = join(directory, 'opt', 'kubectl-mc');
    await symlink('/opt/before/wheelwright', link);
    expect((await alias('--mc')).exit).toBe(0);
    expect(await readlink(link)).toBe(program);
  });

  it('take the place of those of another installation that is there', async () => {
    const other = join(directory, 'other');
    await mkdir(other);
    await writeFile(join(other, 'wheelwright'), '#!/usr/bin/env node\n// wheelwright\n');
    const link = join(directory, 'opt', 'kubectl-mc');
    await symlink(join(other, 'wheelwright'), link);
    expect((await alias('--mc')).exit).toBe(0);
    expect(await readlink(link)).toBe(program);
  });

  it('leave nothing behind where they cannot be put in their place', async () => {
    const inTheWay = join(directory, 'opt', 'kubectl-mc');
    await mkdir(inTheWay);
    await expect(placeLink(program, inTheWay)).rejects.toThrow(inTheWay);
    expect((await readdir(join(directory, 'opt'))).toSorted()).toEqual(['kubectl-mc', 'wheelwright']);
  });

  it.each<[what: string, make: (file: string) => Promise<unknown>]>([
    [
      'a link to a program of somebody else that is called the same',
      async (file) => {
        await mkdir(join(directory, 'bin'));
        await writeFile(join(directory, 'bin', 'wheelwright'), '#!/bin/sh\n');
        await symlink(join(directory, 'bin', 'wheelwright'), file);
      },
    ],
    ['a file', (file) => writeFile(file, 'mine')],
    ['a directory', (file) => mkdir(file)],
    ['a link to another program', (file) => symlink('/opt/krew/kubectl-mc-of-others', file)],
  ])('never take the place of %s', async (_, make) => {
    const file = join(directory, 'opt', 'kubectl-mc');
    await make(file);
    const before = await lstat(file);
    const refused = await alias('--mc --kedify');
    expect(refused).toMatchObject({ exit: 5, stdout: '' });
    expect(refused.stderr).toContain(`'${file}' is not ours, and nothing was linked.`);
    expect((await lstat(file)).ino).toBe(before.ino);
    await expect(lstat(join(directory, 'opt', 'kubectl-kedify'))).rejects.toThrow('ENOENT');
  });

  it('are said not to be found where PATH does not lead there, or to another one first', async () => {
    expect((await alias('--mc', '/usr/bin')).stderr).toContain('is not in PATH');
    const earlier = join(directory, 'krew');
    await mkdir(earlier);
    await writeFile(join(earlier, 'kubectl-mc'), '#!/bin/sh\n');
    await chmod(join(earlier, 'kubectl-mc'), 0o755);
    const { exit, stderr } = await alias('--mc', `${earlier}:${join(directory, 'opt')}`);
    expect(exit).toBe(0);
    expect(stderr).toBe(`! ${join(earlier, 'kubectl-mc')} comes earlier in PATH: kubectl calls that one\n`);
  });

  it.each([
    ['', 'give one or more of --mc, --kedify, --wheelwright'],
    ['--mc --dir', 'argument missing'],
  ])('need to be said: alias %s', async (line, says) => {
    const refused = await alias(line);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain(says);
  });

  it('need a program that can be executed', async () => {
    await chmod(program, 0o644);
    const { exit, stderr } = await alias('--mc');
    expect(exit).toBe(2);
    expect(stderr).toContain('cannot be executed by itself');
    expect(await readFile(program, 'utf8')).toBe('#!/bin/sh\n');
  });
});
