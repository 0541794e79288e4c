import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { hubOptions, impersonation, requestTimeout, selectorOption } from './hub-options.ts';

describe('--request-timeout', () => {
  it.each([
    ['5s', 5_000],
    ['5', 5_000],
    ['1m', 60_000],
    ['1m30s', 90_000],
    ['1h0m1s', 3_601_000],
    ['250ms', 250],
    ['0', 10_000],
    ['0s', 10_000],
  ])('%s is %d ms', (text, ms) => {
    expect(requestTimeout(text)).toBe(ms);
  });

  it.each(['', 'soon', '-1s', '1.5s', '5 s', '10d', 's'])("refuses '%s' and says what it takes", (text) => {
    expect(() => requestTimeout(text)).toThrow(
      `--request-timeout must be a duration such as '5s' or '1m30s', or a number of seconds, not '${text}'.`,
    );
  });
});

function parsed(...args: readonly string[]): object {
  const command = new Command().exitOverride();
  for (const option of [...hubOptions(), selectorOption('what is listed')]) command.addOption(option);
  return command.parse(args, { from: 'user' }).opts();
}

describe('who asks', () => {
  it('is whoever the kubeconfig says, or somebody else with their groups', () => {
    expect(impersonation({}, undefined)).toBeUndefined();
    expect(impersonation(parsed('--as', 'jane'), undefined)).toEqual({ user: 'jane', groups: [] });
    expect(impersonation(parsed('--as', 'jane', '--as-group', 'a', '--as-group=b c'), undefined)).toEqual({
      user: 'jane',
      groups: ['a', 'b c'],
    });
  });

  it('is whom the kubeconfig wants calls to be made for, unless a flag says another one', () => {
    const kubeconfig = { user: 'joe', groups: ['ops'], uid: '7' };
    expect(impersonation({}, kubeconfig)).toEqual(kubeconfig);
    expect(impersonation({ as: 'jane' }, kubeconfig)).toEqual({ ...kubeconfig, user: 'jane' });
    expect(impersonation({ asGroup: ['a'] }, kubeconfig)).toEqual({ ...kubeconfig, groups: ['a'] });
  });

  it('is somebody: groups alone are nobody', () => {
    expect(() => impersonation(parsed('--as-group', 'a'), undefined)).toThrow(
      '--as-group must go with --as.',
    );
  });

  it.each(['', 'a\nb', 'jürgen'])("cannot be '%s', which no header has", (name) => {
    const problem = 'must be a name of printable ASCII characters';
    expect(() => parsed('--as', name)).toThrow(`--as ${problem}`);
    expect(() => parsed('--as-group', name)).toThrow(`--as-group ${problem}`);
  });
});

describe('--selector', () => {
  it.each([
    'app=web',
    'app==web,tier!=test',
    'app.kubernetes.io/name=web',
    'app=',
    'app',
    '!app',
    'tier in (a, b), size notin (c)',
    'size > 3',
  ])("takes '%s'", (text) => {
    expect(parsed('-l', text)).toEqual({ selector: text });
  });

  it.each(['', 'app=web,', 'app=a=b', 'tier in a', 'tier in (a', 'a b', '=web'])(
    "refuses '%s' and says what it takes",
    (text) => {
      expect(() => parsed('-l', text)).toThrow(
        "must be labels such as app=web, tier!=test or 'tier in (a, b)'",
      );
    },
  );
});
