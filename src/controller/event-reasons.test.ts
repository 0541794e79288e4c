import { expect, test } from 'vitest';
import { reasons } from '../api/index.ts';
import { eventType, newsReasons, toldReasons } from './event-reasons.ts';

test.each([
  ['DriftMended', 'Warning'],
  ['SpokeRecovered', 'Normal'],
  ['MultiClusterNameCollision', 'Warning'],
] as const)('%s is %s', (reason, type) => {
  expect(eventType(reason)).toBe(type);
});

test('no reason is in both lists', () => {
  expect(Object.keys(newsReasons).filter((name) => Object.hasOwn(reasons, name))).toEqual([]);
});

test('no reason that is only news becomes a Warning', () => {
  const levels: readonly string[] = toldReasons.map((name) => reasons[name].level);
  expect(levels).not.toContain('info');
});
