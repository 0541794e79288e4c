import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastWords } from './last-words.ts';

const opaque = 'sha256~k3Jt9vQmXw2Lr8Tz5Bn1Yd7Pf4Hc6Gs0';

function said(stderr: string, stdout = '', given: readonly string[] = []): string {
  return lastWords({ stderr, stdout: Buffer.from(stdout), given });
}

test('is the end of stderr on one line, without colours', () => {
  expect(said('first\r\n\u001b[31merror:\u001b[0m\tno such\0 user\n\n')).toBe('first error: no such user');
  expect(said(`${'x'.repeat(300)} the reason`)).toMatch(/^x{189} the reason$/);
  expect(said(' \n')).toBe('');
});

describe('replaces', () => {
  test.each([
    ['what the plugin was given', 'bad secret hunter2-hunter2', 'bad secret [redacted]'],
    [
      'what it was given over several lines',
      'bad: line one\n  line two!',
      'bad: [redacted]!',
      ['line one\nline two'],
    ],
    ['a token in a form', 'client_secret=short&grant=x', 'client_secret=[redacted]&grant=x'],
    ['a token in JSON', '{"access_token": "short", "n": 1}', '{"access_token": "[redacted]", "n": 1}'],
    [
      'a token in quoted JSON',
      String.raw`"{\"id_token\":\"short\"}"`,
      String.raw`"{\"id_token\":\"[redacted]\"}"`,
    ],
    ['a bare opaque token', `the token is ${opaque}.`, 'the token is [redacted].'],
    ['a hash', 'key 0123456789abcdef0123456789ABCDEF', 'key [redacted]'],
    ['a bearer header', 'Bearer abc', 'Bearer [redacted]'],
  ])('%s', (_what, stderr, expected, given: readonly string[] = ['hunter2-hunter2']) => {
    expect(said(stderr, '', given)).toBe(expected);
  });

  test('what it printed on stdout, however it is put', () => {
    expect(said('got tok-tok-tok, token=tok-tok-tok.', '{"token":"tok-tok-tok"}')).toBe(
      'got [redacted], token=[redacted]',
    );
  });
});

test.each([
  'exit status 1: secrets "kubeconfig-spoke-cluster-1" not found in namespace fleet-system',
  'error: cannot get token: connection refused to https://sts.eu-west-1.amazonaws.com:443',
  'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory',
  'AADSTS700016: application not found in tenant contoso.example',
])('leaves alone: %s', (stderr) => {
  expect(said(stderr)).toBe(stderr);
});

test('nothing that it was given or printed is ever in it', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9._~+/-]{8,40}$/);
  fc.assert(
    fc.property(secret, secret, fc.string(), fc.string(), (given, printed, before, between) => {
      const text = said(`${before} ${given} ${between} ${printed} end`, `{"token":"${printed}"}`, [given]);
      expect(text.includes(given) && !'[redacted]'.includes(given)).toBe(false);
      expect(text.split(/\s/)).not.toContain(printed);
    }),
  );
});
