import { expect, test } from 'vitest';
import { DriftNotices } from './drift-notices.ts';

test('a mend took as long as the drift was known, from its first notice', () => {
  const notices = new DriftNotices();
  notices.notice('a', 1_000);
  notices.notice('a', 3_000);
  expect(notices.mended('a', 4_500)).toBe(3_500);
});

test('what the pass itself found was mended at once, and so is what was mended before', () => {
  const notices = new DriftNotices();
  expect(notices.mended('a', 4_500)).toBe(0);
  notices.notice('a', 1_000);
  notices.mended('a', 2_000);
  expect(notices.mended('a', 9_000)).toBe(0);
});

test('drift that went by itself is forgotten; drift that stays is not', () => {
  const notices = new DriftNotices();
  notices.notice('gone', 1_000);
  notices.notice('stays', 1_000);
  notices.keepOnly(new Set(['stays']));
  expect(notices.mended('gone', 5_000)).toBe(0);
  expect(notices.mended('stays', 5_000)).toBe(4_000);
});
