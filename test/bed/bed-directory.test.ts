import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimDirectory, clearDirectory, DirectoryRefusedError } from './bed-directory.ts';
import { processIdentity } from './processes/process-identity.ts';
import { writeRecord } from './processes/process-record.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bed-directory-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const nobody = { pid: process.pid, startedAt: 'earlier' };
const somebody = processIdentity(process.pid) ?? nobody;

test('without a given directory a temporary one is made', async () => {
  const { path, temporary } = await claimDirectory(undefined);
  expect(existsSync(path)).toBe(true);
  expect(temporary).toBe(true);
  rmSync(path, { recursive: true });
});

test('a given directory is made when it is new, and may be empty', async () => {
  const given = join(directory, 'new', 'bed');
  expect(await claimDirectory(given)).toEqual({ path: given, temporary: false });
  expect(await claimDirectory(given)).toEqual({ path: given, temporary: false });
});

test('a directory with files of somebody else is refused, and nothing in it is touched', async () => {
  writeFileSync(join(directory, 'thesis.txt'), 'years of work');
  mkdirSync(join(directory, 'hub'));
  await expect(claimDirectory(directory)).rejects.toThrow(DirectoryRefusedError);
  expect(readdirSync(directory).toSorted()).toEqual(['hub', 'thesis.txt']);
});

test.each([
  ['owner', { owner: somebody, supervisor: nobody, components: [] }],
  ['supervisor', { owner: nobody, supervisor: somebody, components: [] }],
  ['component', { owner: nobody, supervisor: nobody, components: [{ ...somebody, name: 'hub/etcd' }] }],
])('a directory whose recorded %s runs is refused with the command that ends it', async (_, record) => {
  writeRecord(directory, record);
  await expect(claimDirectory(directory)).rejects.toThrow(`npm run bed -- down --dir ${directory}`);
});

test('what a bed that was killed left behind is cleared away', async () => {
  writeRecord(directory, {
    owner: nobody,
    supervisor: nobody,
    components: [{ ...nobody, name: 'hub/etcd' }],
  });
  mkdirSync(join(directory, 'hub'));
  await claimDirectory(directory);
  expect(readdirSync(directory)).toEqual([]);
});

test('clearing removes what the bed made, and the directory only when nothing else is in it', async () => {
  for (const name of ['hub', 'spoke-1', 'spoke-12', 'notes']) mkdirSync(join(directory, name));
  await clearDirectory(directory);
  expect(readdirSync(directory)).toEqual(['notes']);
  rmSync(join(directory, 'notes'), { recursive: true });
  await clearDirectory(directory);
  expect(existsSync(directory)).toBe(false);
  await clearDirectory(directory);
});
