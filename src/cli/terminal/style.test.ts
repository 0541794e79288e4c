import { describe, expect, it } from 'vitest';
import { type Env, paint, speaksUnicode, type StyleChoice, styleOf, usesColour } from './style.ts';

describe('colour', () => {
  const cases: readonly [
    what: string,
    choice: StyleChoice['color'],
    env: Env,
    isTTY: boolean,
    colour: boolean,
  ][] = [
    ['a terminal has it', undefined, {}, true, true],
    ['a pipe has none', undefined, {}, false, false],
    [
      'the flag beats everything that is against it',
      'always',
      { NO_COLOR: '1', FORCE_COLOR: '0' },
      false,
      true,
    ],
    ['the flag beats everything that is for it', 'never', { FORCE_COLOR: '1' }, true, false],
    ['auto leaves it to the environment', 'auto', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR beats NO_COLOR', undefined, { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    ['FORCE_COLOR without a value counts', undefined, { FORCE_COLOR: '' }, false, true],
    ['FORCE_COLOR=0 switches it off', undefined, { FORCE_COLOR: '0' }, true, false],
    ['FORCE_COLOR=false switches it off', undefined, { FORCE_COLOR: 'false' }, true, false],
    ['NO_COLOR beats the terminal', undefined, { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR does not count', undefined, { NO_COLOR: '' }, true, true],
    ['a dumb terminal has none', undefined, { TERM: 'dumb' }, true, false],
    ['the flag beats a dumb terminal', 'always', { TERM: 'dumb' }, true, true],
  ];

  it.each(cases)('%s', (_, choice, env, isTTY, colour) => {
    expect(usesColour(choice, env, isTTY)).toBe(colour);
  });

  it('writes escapes only where there is colour, and none without a tone', () => {
    expect(paint({ colour: true }, 'red', 'down')).toBe('\u001B[31mdown\u001B[39m');
    expect(paint({ colour: false }, 'red', 'down')).toBe('down');
    expect(paint({ colour: true }, undefined, 'down')).toBe('down');
  });
});

describe('symbols', () => {
  const cases: readonly [env: Env, platform: NodeJS.Platform, unicode: boolean][] = [
    [{ LANG: 'en_US.UTF-8' }, 'linux', true],
    [{ LANG: 'C.utf8' }, 'linux', true],
    [{ LANG: 'C' }, 'linux', false],
    [{}, 'linux', false],
    [{}, 'darwin', true],
    [{}, 'win32', false],
    [{ WT_SESSION: 'b3a1' }, 'win32', true],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, 'linux', false],
    [{ LC_ALL: '', LC_CTYPE: 'de_DE.UTF-8', LANG: 'C' }, 'linux', true],
    [{ TERM: 'dumb', LANG: 'en_US.UTF-8' }, 'linux', false],
  ];

  it.each(cases)('%j on %s: %s', (env, platform, unicode) => {
    expect(speaksUnicode(env, platform)).toBe(unicode);
  });
});

describe('the style of a stream', () => {
  const env = { LANG: 'en_US.UTF-8' };

  it('of a terminal has its width, or the usual one where it does not say', () => {
    expect(styleOf({ isTTY: true, columns: 132, rows: 50 }, {}, env, 'linux').width).toBe(132);
    expect(styleOf({ isTTY: true, columns: undefined, rows: undefined }, {}, env, 'linux').width).toBe(80);
  });

  it('of a pipe has no width and no colour', () => {
    expect(styleOf({ isTTY: false, columns: undefined, rows: undefined }, {}, env, 'linux')).toEqual({
      terminal: false,
      colour: false,
      unicode: true,
      accessible: false,
      width: undefined,
      height: undefined,
    });
  });

  it('has no symbols with --ascii', () => {
    expect(styleOf({ isTTY: true, columns: 80, rows: 24 }, { ascii: true }, env, 'linux').unicode).toBe(
      false,
    );
  });

  it.each([
    [{ WHEELWRIGHT_ACCESSIBLE: '1' }, undefined, true],
    [{ WHEELWRIGHT_ACCESSIBLE: '0' }, undefined, false],
    [{ WHEELWRIGHT_ACCESSIBLE: '0' }, true, true],
    [{}, undefined, false],
  ])('with %j and --accessible %s is accessible: %s', (more, accessible, expected) => {
    const style = styleOf(
      { isTTY: true, columns: 80, rows: 24 },
      { accessible },
      { ...env, ...more },
      'linux',
    );
    expect(style.accessible).toBe(expected);
  });
});
