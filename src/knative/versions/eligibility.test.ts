import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMigration } from './eligibility.ts';

describe('a migration', () => {
  it.each([
    ['', '0.24.2'],
    ['', '0.25'],
    ['0.23.0', '0.24.2'],
    ['0.26.0', '1.0.0'],
    ['1.0.0', '0.26.0'],
    ['0.26.0', 'latest'],
    ['latest', '0.26.0'],
    ['1.0.0', '1.0.0'],
    ['1.22.0', '1.22.3'],
    ['1.22.3', '1.22.0'],
    ['1.22.3', '1.21.0'],
    [undefined, '1.22.0'],
    ['v1.22.0', 'v1.23'],
  ])('from %j to %s is allowed', (current, target) => {
    expect(judgeMigration({ kind: 'KnativeServing', current, target })).toEqual({ eligible: true });
  });

  it.each([
    [
      '0.25.0',
      '1.0.0',
      'not supported to upgrade or downgrade across the MAJOR version. The installed KnativeServing version is v0.25.0',
    ],
    [
      '1.0.0',
      '0.25.0',
      'not supported to upgrade or downgrade across the MAJOR version. The installed KnativeServing version is v1.0.0',
    ],
    [
      '0.13.0',
      '1.0.0',
      'not supported to upgrade or downgrade across the MAJOR version. The installed KnativeServing version is v0.13.0',
    ],
    [
      '0.23.0',
      '0.25.0',
      'not supported to upgrade or downgrade across multiple MINOR versions. The installed KnativeServing version is v0.23.0',
    ],
    ['', 'badVersion', 'target version vbadVersion is not in a valid semantic versioning format'],
    ['', '', 'target version v is not in a valid semantic versioning format'],
    ['', '1', 'target version v1 should at least include the major and minor numbers'],
    ['1.x', '1.0', 'minor number of the current version v1.x should be an integer'],
  ])('from %j to %j is refused', (current, target, message) => {
    expect(judgeMigration({ kind: 'KnativeServing', current, target })).toEqual({ eligible: false, message });
  });

  it('names the kind that is installed', () => {
    const verdict = judgeMigration({ kind: 'KnativeEventing', current: '1.20.0', target: '1.22.0' });
    expect(verdict).toMatchObject({
      message: expect.stringContaining('The installed KnativeEventing version'),
    });
  });

  it('allowed one way is allowed the other way', () => {
    const version = fc.tuple(fc.nat(1), fc.nat(40), fc.nat(3)).map((numbers) => numbers.join('.'));
    fc.assert(
      fc.property(version, version, (a, b) => {
        const there = judgeMigration({ kind: 'KnativeServing', current: a, target: b });
        const back = judgeMigration({ kind: 'KnativeServing', current: b, target: a });
        expect(there.eligible).toBe(back.eligible);
      }),
    );
  });

  it('is judged whatever the texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (current, target) => {
        expect(typeof judgeMigration({ kind: 'KnativeServing', current, target }).eligible).toBe('boolean');
      }),
    );
  });
});
