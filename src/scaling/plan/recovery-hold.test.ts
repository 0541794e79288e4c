import { describe, expect, it } from 'vitest';
import { minute, specOf } from '../testing/specs.ts';
import { recoveryHold } from './recovery-hold.ts';

describe('the hold before a return', () => {
  it.each([
    [{}, 0, minute],
    [{}, 1, 2 * minute],
    [{}, 3, 8 * minute],
    [{}, 10, 30 * minute],
    [{ recoveryStabilization: 0 }, 0, 0],
    [{ recoveryStabilization: 0 }, 1, 2 * minute],
    [{ recoveryStabilization: 45 * minute }, 10, 45 * minute],
  ])('%j after %d relapses is %d ms', (policy, relapses, expected) => {
    expect(recoveryHold(specOf({ policy }).policy, relapses)).toBe(expected);
  });
});
