import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion, major, majorMinor } from './semver.ts';

describe('a semantic version', () => {
  it.each([
    ['v1', true],
    ['v1.22', true],
    ['v1.22.1', true],
    ['v1.22.1-rc.1', true],
    ['v1.22.1+build.007', true],
    ['v0.0.0', true],
    ['1.22.1', false],
    ['vv1.22.1', false],
    ['v', false],
    ['', false],
    ['v01.2.3', false],
    ['v1.02', false],
    ['v1.2.3.4', false],
    ['v1.2-rc', false],
    ['v1.2.3-01', false],
    ['v1.2.3-', false],
    ['vlatest', false],
  ])('%j is one: %s', (text, valid) => {
    expect(isVersion(text)).toBe(valid);
  });

  it.each([
    ['v1.22.1', 'v1', 'v1.22'],
    ['v1.22', 'v1', 'v1.22'],
    ['v1', 'v1', 'v1.0'],
    ['v0.26.3-rc', 'v0', 'v0.26'],
    ['devel', '', ''],
  ])('%s belongs to %j and %j', (text, wholeMajor, minor) => {
    expect([major(text), majorMinor(text)]).toEqual([wholeMajor, minor]);
  });

  it('is ordered by number, then by pre-release, and below every version is what is none', () => {
    const ascending = [
      'latest',
      'v0.26.1',
      'v1.0.0-alpha',
      'v1.0.0-alpha.1',
      'v1.0.0-alpha.beta',
      'v1.0.0-beta.2',
      'v1.0.0-beta.11',
      'v1.0.0-rc.1',
      'v1.0.0',
      'v1.9.0',
      'v1.10.0',
      'v1.10.2',
      'v123456789012345678901234567890.0.0',
    ];
    const shuffled = ascending.toReversed();
    expect(shuffled.sort(compareVersions)).toEqual(ascending);
  });

  it('ignores build metadata and absent zeros', () => {
    expect(compareVersions('v1.2.0+a', 'v1.2')).toBe(0);
  });

  it('has a total order', () => {
    const version = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.constantFrom('', '-a', '-1', '-a.1', '-a.b'))
      .map(([a, b, c, pre]) => `v${a}.${b}.${c}${pre}`);
    const text = fc.oneof(version, fc.string());
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        const sorted = [a, b, c].sort(compareVersions) as [string, string, string];
        expect(compareVersions(sorted[0], sorted[2])).toBeLessThanOrEqual(0);
      }),
    );
  });
});
