import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recordFile, writeRecord } from './process-record.ts';
import { readRecord } from './read-record.ts';

const directory = mkdtempSync(join(tmpdir(), 'bed-record-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('a directory without a record has none', () => {
  expect(readRecord(directory)).toBeUndefined();
});

test('what was written is read', () => {
  const record = {
    owner: { pid: 1, startedAt: 'a' },
    supervisor: { pid: 2, startedAt: 'b' },
    components: [{ pid: 3, startedAt: 'c', name: 'hub/etcd' }],
  };
  writeRecord(directory, record);
  expect(readRecord(directory)).toEqual(record);
});

test.each([
  ['no JSON', 'owner: 1'],
  [
    'a pid that would mean a process group',
    '{"owner":{"pid":-1,"startedAt":"a"},"supervisor":{"pid":2,"startedAt":"b"},"components":[]}',
  ],
  ['an object of another kind', '{"hub":"somewhere"}'],
])('%s is refused with the file and a remedy', (_, text) => {
  writeFileSync(recordFile(directory), text);
  expect(() => readRecord(directory)).toThrow(
    /bed\.json' is not the record of a bed \(.+\); remove the file/,
  );
});
