import { expect, it } from 'vitest';
import { runOf } from './start.ts';

it('a pass began by its length before its end', () => {
  const startedAt = Date.parse('2026-11-21T10:00:00.000Z');
  const line = { time: '2026-11-21T10:00:00.750Z', durationMs: 250 };
  expect(runOf(line, startedAt)).toEqual({ begins: 0.5, ends: 0.75 });
});
