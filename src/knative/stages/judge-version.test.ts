import { describe, expect, test } from 'vitest';
import { beginStatus } from '../installation-status.ts';
import { reachVersion } from '../reach-version.ts';
import { serving } from '../component.ts';
import { KnativeWorld, profileRef } from '../testing/knative-world.ts';
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
    expect(result.pass.frozen).toMatchObject({ because: 'VersionIneligible' });
    expect(eligible).toMatchObject({ status: 'False', reason: 'Error' });
    expect(eligible?.message).toMatch(/^Version migration is not eligible with message: /);
    expect(eligible?.message).toContain('Next: 1.14.6; path 1.14.6 → 1.15.2.');
    expect(status.nextVersion).toBe('1.14.6');
  });

  test.each([
    ['nothing is at hand', {}, [], 'there is no release at hand. WW3001'],
    ['nightly builds only are at hand', {}, ['latest'], 'there is no release at hand. WW3001'],
    [
      'a spec has its own manifests without a version',
      { manifests: [{ URL: 'https://example.com/serving.yaml' }] },
      ['1.15.2'],
      'spec.manifests needs spec.version to be set. WW3011',
    ],
  ])('is not there when %s, which is told and looked at again', async (_what, spec, releases, told) => {
    const world = new KnativeWorld();
    world.seed({ spec: { ...spec, clusterProfileRef: profileRef } });
    world.releases = releases;
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'requeue', afterMs: 60_000 } });
    expect(world.conditionOf('VersionMigrationEligible')).toMatchObject({
      status: 'False',
      message: `Version migration is not eligible with message: ${told}`,
    });
    expect(world.conditionOf('Ready')?.message).toContain(told);
    expect(world.deliveries).toEqual([]);
  });

  test('that may become a newer patch by itself is looked at again in time', async () => {
    const world = new KnativeWorld();
    world.published = { lookAgainMs: 3_600_000 };
    world.seed();
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'requeue', afterMs: 3_600_000 } });
    expect(world.status.version).toBe('1.15.2');
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
