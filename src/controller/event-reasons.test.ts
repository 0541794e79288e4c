import { expect, test } from 'vitest';
import { reasons } from '../api/index.ts';
import { eventType, newsReasons } from './event-reasons.ts';

test.each([
  ['InternalError', 'Warning'],
  ['DriftMended', 'Warning'],
  ['ClusterProviderClosed', 'Normal'],
  ['SpokeRecovered', 'Normal'],
  ['MultiClusterNameCollision', 'Warning'],
] as const)('%s is %s', (reason, type) => {
  expect(eventType(reason)).toBe(type);
});

test('no reason is in both lists', () => {
  expect(Object.keys(newsReasons).filter((name) => Object.hasOwn(reasons, name))).toEqual([]);
});
