import { expect, test } from 'vitest';
import { beginStatus, succeed } from './installation-status.ts';

const types = [
  'DependenciesInstalled',
  'DeploymentsAvailable',
  'InstallSucceeded',
  'Ready',
  'TargetClusterResolved',
  'VersionMigrationEligible',
];

test('a new object has five dependents and Ready, all Unknown, sorted by type, and nothing else', () => {
  const { conditions, ...rest } = beginStatus(undefined, 0);
  expect(conditions.map(({ type, status }) => [type, status])).toEqual(
    types.map((type) => [type, 'Unknown']),
  );
  expect(rest).toEqual({});
});

test('of an object that is Ready a dependent that a newer release brings is True from the start', () => {
  const known = types.filter((type) => type !== 'TargetClusterResolved');
  const conditions = known.map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }));
  const begun = beginStatus({ version: '1.22.1', conditions }, Date.parse('2026-02-01T00:00:00Z'));
  expect(begun.version).toBe('1.22.1');
  expect(begun.conditions.map(({ type, status }) => [type, status])).toEqual(
    types.map((type) => [type, 'True']),
  );
});

test('what is known stays known', () => {
  const begun = succeed(beginStatus(undefined, 0), 'VersionMigrationEligible', 0);
  expect(beginStatus(begun, 1_000)).toEqual(begun);
});
