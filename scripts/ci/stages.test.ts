import { describe, expect, it } from 'vitest';
import { stagesOf } from './stages.ts';

const scripts = {
  check: 'node scripts/check.ts',
  test: 'npm run test:unit && npm run test:e2e',
  'test:unit': 'vitest run',
  'test:e2e': 'vitest run --config e2e.ts',
};

describe('the stages of CI', () => {
  it('are the checks and every part of the test command', () => {
    expect(stagesOf(scripts)).toEqual([
      { script: 'check', countsTests: false },
      { script: 'test:unit', countsTests: true },
      { script: 'test:e2e', countsTests: true },
    ]);
  });

  it('end with the slow tests where there are any, those with KEDA last', () => {
    const slow = {
      ...scripts,
      'test:keda': 'vitest run --config keda.ts',
      'test:heavy': 'node heavy.ts',
      'test:browser': 'vitest run --config browser.ts',
      'test:chart': 'vitest run --config chart.ts',
    };
    expect(stagesOf(slow).slice(-4)).toEqual([
      { script: 'test:chart', countsTests: true },
      { script: 'test:browser', countsTests: true },
      { script: 'test:heavy', countsTests: false },
      { script: 'test:keda', countsTests: true },
    ]);
  });

  it('cannot be told from a test command of another shape', () => {
    expect(() => stagesOf({ ...scripts, test: 'vitest run; true' })).toThrow("not 'vitest run; true'");
  });
});
