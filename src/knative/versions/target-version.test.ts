import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberedReleases, sortReleases } from './release-list.ts';
import { targetVersion } from './target-version.ts';

const serving = ['0.24.0', '1.0.0', 'latest', '0.26.0', '0.25.0', '0.26.1'];
const eventing = ['latest', '0.24.2', '0.26.0', '1.0.0', '0.25.0'];

describe('the list of releases', () => {
  it('has the newest first and names without a number last', () => {
    expect(sortReleases(serving)).toEqual(['1.0.0', '0.26.1', '0.26.0', '0.25.0', '0.24.0', 'latest']);
    expect(sortReleases(eventing)).toEqual(['1.0.0', '0.26.0', '0.25.0', '0.24.2', 'latest']);
  });

  it('offers users numbers only', () => {
    expect(numberedReleases(eventing)).toEqual(['1.0.0', '0.26.0', '0.25.0', '0.24.2']);
  });
});

describe('the target version', () => {
  it.each([
    { wanted: undefined, ownManifests: false, releases: serving, target: '1.0.0' },
    { wanted: '', ownManifests: false, releases: eventing, target: '1.0.0' },
    { wanted: '0.26', ownManifests: false, releases: serving, target: '0.26.1' },
    { wanted: '0.26', ownManifests: false, releases: eventing, target: '0.26.0' },
    { wanted: '0.25', ownManifests: false, releases: serving, target: '0.25.0' },
    { wanted: '0.24', ownManifests: false, releases: eventing, target: '0.24.2' },
    { wanted: '0.22', ownManifests: false, releases: serving, target: '0.22' },
    { wanted: '0.22.1', ownManifests: false, releases: serving, target: '0.22.1' },
    { wanted: '1.9.0', ownManifests: false, releases: serving, target: '1.9.0' },
    { wanted: 'latest', ownManifests: false, releases: serving, target: 'latest' },
    { wanted: 'latest', ownManifests: false, releases: ['0.24.0', '1.0.0'], target: '1.0.0' },
    { wanted: 'Latest', ownManifests: false, releases: serving, target: '1.0.0' },
    { wanted: 'latest', ownManifests: true, releases: serving, target: 'latest' },
    { wanted: '0.26', ownManifests: true, releases: serving, target: '0.26' },
    { wanted: undefined, ownManifests: true, releases: serving, target: '' },
    { wanted: 'v0.26', ownManifests: false, releases: serving, target: 'v0.26' },
    { wanted: '1', ownManifests: false, releases: serving, target: '1' },
    { wanted: 'badVersion', ownManifests: false, releases: serving, target: 'badVersion' },
    { wanted: undefined, ownManifests: false, releases: ['latest'], target: '' },
    { wanted: undefined, ownManifests: false, releases: [], target: '' },
    { wanted: '1.2', ownManifests: false, releases: ['1.22.0', '1.2.0'], target: '1.2.0' },
  ])('of $wanted, own manifests $ownManifests, is $target', ({ target, ...input }) => {
    expect(targetVersion(input)).toBe(target);
  });

  it('is some text for any input', () => {
    fc.assert(
      fc.property(
        fc.option(fc.string()),
        fc.boolean(),
        fc.array(fc.string()),
        (wanted, ownManifests, releases) => {
          expect(typeof targetVersion({ wanted: wanted ?? undefined, ownManifests, releases })).toBe(
            'string',
          );
        },
      ),
    );
  });
});
