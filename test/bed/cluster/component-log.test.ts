import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ComponentLog } from './component-log.ts';

const directory = mkdtempSync(join(tmpdir(), 'bed-log-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('only what was written since the last start counts', () => {
  const log = new ComponentLog(join(directory, 'a.log'));
  log.mark();
  expect(log.text()).toBe('');
  appendFileSync(log.file, 'before\n');
  log.mark();
  appendFileSync(log.file, 'after\n');
  expect(log.text()).toBe('after\n');
  expect(log.excerpt()).toBe(`its log, ${log.file}:\n  after`);
});

test('of a long log the beginning and the end are shown', () => {
  const log = new ComponentLog(join(directory, 'b.log'));
  log.mark();
  appendFileSync(log.file, Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join(''));
  const shown = log
    .excerpt()
    .split('\n')
    .map((line) => line.trim());
  expect(shown.slice(1, 6)).toEqual(['line 0', 'line 1', 'line 2', '… 85 lines …', 'line 88']);
  expect(shown.at(-1)).toBe('line 99');
});
