import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMigration } from './eligibility.ts';
import { nextVersion, versionPath } from './version-path.ts';

const kind = 'KnativeServing';
const releases = ['1.20.0', '1.20.3', '1.21.3', '1.21.0', '1.22.0', '1.22.1', '1.23.0', 'latest'];

describe('the path to a version', () => {
  it.each([
    { current: '1.20.0', goal: '1.23.0', path: ['1.21.3', '1.22.1', '1.23.0'] },
    { current: '1.23.0', goal: '1.20.0', path: ['1.22.1', '1.21.3', '1.20.0'] },
    { current: '1.21.0', goal: '1.22.0', path: ['1.22.0'] },
    { current: '1.21.0', goal: '1.21.3', path: ['1.21.3'] },
    { current: '1.22.1', goal: '1.22.1', path: [] },
    { current: '1.20.0', goal: undefined, path: ['1.21.3', '1.22.1', '1.23.0'] },
    { current: '1.24.0', goal: undefined, path: [] },
    { current: undefined, goal: undefined, path: ['1.23.0'] },
    { current: '1.18.0', goal: '1.20.3', path: [] },
    { current: '1.20.0', goal: 'latest', path: ['latest'] },
    { current: 'latest', goal: '1.20.0', path: ['1.20.0'] },
    { current: '1.20.0', goal: 'nonsense', path: [] },
    { current: 'nonsense', goal: '1.22.1', path: [] },
  ])('from $current to $goal is $path', ({ current, goal, path }) => {
    expect(versionPath({ kind, current, goal, releases })).toEqual(path);
    expect(nextVersion({ kind, current, goal, releases })).toBe(path[0]);
  });

  it('crosses from 0 to 1 where the project did', () => {
    const old = ['0.24.0', '0.25.0', '0.26.0', '0.26.1', '1.0.0', '1.1.0'];
    expect(versionPath({ kind, current: '0.24.0', goal: '1.1.0', releases: old })).toEqual([
      '0.25.0',
      '0.26.1',
      '1.0.0',
      '1.1.0',
    ]);
  });

  it('needs no releases', () => {
    expect(versionPath({ kind, current: '1.20.0', releases: [] })).toEqual([]);
  });

  it('consists of allowed steps and ends at the goal', () => {
    const version = fc.tuple(fc.nat(1), fc.nat(5), fc.nat(2)).map((numbers) => numbers.join('.'));
    fc.assert(
      fc.property(version, version, fc.array(version), (current, goal, others) => {
        const path = versionPath({ kind, current, goal, releases: others });
        for (const [index, target] of path.entries()) {
          expect(judgeMigration({ kind, current: path[index - 1] ?? current, target }).eligible).toBe(true);
        }
        expect(path.length === 0 || path.at(-1) === goal).toBe(true);
        expect(new Set(path).size).toBe(path.length);
      }),
    );
  });
});
