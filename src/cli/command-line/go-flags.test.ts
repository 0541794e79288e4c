import { describe, expect, it } from 'vitest';
import { withDoubleDashes } from './go-flags.ts';

describe('flags in the style of Go', () => {
  it.each([
    ['-clusterprofile-provider-file=/a', '--clusterprofile-provider-file=/a'],
    ['-clusterprofile-provider-file', '--clusterprofile-provider-file'],
    ['--clusterprofile-provider-file', '--clusterprofile-provider-file'],
    ['-v', '-v'],
    ['-unknown', '-unknown'],
    ['-', '-'],
    ['/clusterprofile-provider-file', '/clusterprofile-provider-file'],
  ])('%s becomes %s', (given, expected) => {
    expect(withDoubleDashes([given], new Set(['clusterprofile-provider-file', 'v']))).toEqual([expected]);
  });
});
