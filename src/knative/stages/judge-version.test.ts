import { describe, expect, test } from 'vitest';
import { beginStatus } from '../installation-status.ts';
import { reachVersion } from '../reach-version.ts';
import { serving } from '../component.ts';
import { KnativeWorld } from '../testing/knative-world.ts';
import { judgeVersion } from './judge-version.ts';

async function judge(
  version: string | undefined,
  status: { readonly version?: string; readonly nextVersion?: string } = {},
  releases: readonly string[] = ['1.15.2', '1.14.6', '1.14.0', 'latest'],
) {
  const world = new KnativeWorld();
  world.seed({ spec: version === undefined ? {} : { version }, status });
  world.releases = releases;
  const result = await judgeVersion(world.pass());
  const { conditions } = result.pass.status;
  const eligible = conditions.find(({ type }) => type === 'VersionMigrationEligible');
  return { result, status: result.pass.status, eligible };
}

describe('the wanted version', () => {
  test.each([
    ['1.15', '1.15.2'],
    ['1.14.0', '1.14.0'],
    [undefined, '1.15.2'],
    ['latest', 'latest'],
  ])('of %s is %s', async (wanted, version) => {
    const { result, eligible } = await judge(wanted);
    expect(result.pass.version).toBe(version);
    expect('outcome' in result).toBe(false);
    expect(eligible?.status).toBe('True');
  });

  test('must be one minor from the installed one, and the way there is told', async () => {
    const { result, eligible, status } = await judge('1.15', { version: '1.13.1' });
    expect(result).toMatchObject({ outcome: { kind: 'done' }, resting: true });
    expect(eligible).toMatchObject({ status: 'False', reason: 'Error' });
    expect(eligible?.message).toMatch(/^Version migration is not eligible with message: /);
    expect(eligible?.message).toContain('Next: 1.14.6; path 1.14.6 → 1.15.2.');
    expect(status.nextVersion).toBe('1.14.6');
  });
});

describe('the version to choose next', () => {
  test.each([
    ['before the first installation', {}, '1.15.2'],
    ['below the newest', { version: '1.14.6' }, '1.15.2'],
    ['at the newest', { version: '1.15.2', nextVersion: '1.15.2' }, undefined],
    ['beyond the newest', { version: '1.16.0', nextVersion: '1.15.2' }, undefined],
  ])('%s', async (_what, status, next) => {
    const judged = await judge('1.15', status);
    expect(judged.status.nextVersion).toBe(next);
    expect('nextVersion' in judged.status).toBe(next !== undefined);
    expect(judged.status.availableVersions).toEqual(['1.15.2', '1.14.6', '1.14.0']);
  });

  test.each([
    ['1.14.6', '1.15.2'],
    ['1.15.2', undefined],
  ])('when %s has come into force', (version, next) => {
    const status = { ...beginStatus({ nextVersion: '1.15.2' }, 0), availableVersions: ['1.15.2', '1.14.6'] };
    expect(reachVersion(status, serving, version)).toMatchObject({ version });
    expect(reachVersion(status, serving, version).nextVersion).toBe(next);
  });
});
