import { describe, expect, it } from 'vitest';
import { reasons } from '../../api/index.ts';
import { checks } from '../check/checks.ts';
import { cliCodes } from './cli-codes.ts';
import { codeLines } from './code-lines.ts';
import { documentedCodes } from './documented-code.ts';
import { reasonOfCondition, withoutCode } from './reason-of-code.ts';

describe('codes', () => {
  it('are each documented once, with a meaning and a fix', () => {
    const codes = documentedCodes();
    expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length);
    expect(codes.filter(({ meaning, fix }) => !meaning.endsWith('.') || fix === '')).toEqual([]);
  });

  it('of checks stand for one check each', () => {
    expect(new Set(checks.map(({ code }) => code)).size).toBe(checks.length);
  });

  it.each(checks.map((check) => [check.code, check] as const))(
    'of checks are explained by the list of reasons or by the check, not by both: %s',
    (code, { about, level }) => {
      const reason = Object.values(reasons).find((entry) => entry.code === code);
      expect(about === undefined).toBe(reason !== undefined);
      expect(level).toBe(reason?.level ?? level);
    },
  );

  it('of the command line are of its own range', () => {
    for (const { code } of cliCodes) expect(code).toMatch(/^WW5\d{3}$/);
  });

  it('lead to their documentation', () => {
    expect(codeLines('WW2007')?.[0]).toBe('WW2007  RemoteClientCreationFailed (error)');
    expect(codeLines('WW0000')).toBeUndefined();
  });
});

describe('the reason behind a condition', () => {
  it.each([
    [{ reason: 'Error', message: 'Install failed with message: no. WW3003' }, 'PrerequisiteMissing'],
    [{ reason: 'NotReady', message: 'Waiting on deployments: a' }, 'NotReady'],
    [{ reason: 'Error', message: 'Install failed' }, undefined],
    [{ reason: 'toString' }, undefined],
    [{}, undefined],
  ])('%j is %s', (condition, name) => {
    expect(reasonOfCondition(condition)?.name).toBe(name);
  });

  it('does not stay in the message', () => {
    expect(withoutCode('Waiting on deployments: a. WW3004')).toBe('Waiting on deployments: a');
    expect(withoutCode('Waiting on deployments: a')).toBe('Waiting on deployments: a');
  });
});
