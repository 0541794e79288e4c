import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseDemoOptions } from './options.ts';

describe('the options of the demo', () => {
  let told: string;
  beforeEach(() => {
    told = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      told += String(text);
      return true;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it.each([
    [[], { once: false, json: false, kubeconfigs: undefined }],
    [['--once'], { once: true, json: false, kubeconfigs: undefined }],
    [['--once', '--json'], { once: true, json: true, kubeconfigs: undefined }],
    [['--kubeconfigs', 'hub,a'], { once: false, json: false, kubeconfigs: 'hub,a' }],
    [['--kubeconfigs=hub,a,b', '--once'], { once: true, json: false, kubeconfigs: 'hub,a,b' }],
  ])('%j are understood', (args, options) => {
    expect(parseDemoOptions(args)).toEqual(options);
  });

  it.each([
    [['--twice'], "unknown option '--twice'"],
    [['everything'], 'too many arguments'],
    [['--json'], "option '--json' needs '--once'"],
    [['--kubeconfigs'], "option '--kubeconfigs <files>' argument missing"],
  ])('%j are refused', (args, message) => {
    expect(() => parseDemoOptions(args)).toThrow(CommanderError);
    expect(told).toContain(message);
  });
});
