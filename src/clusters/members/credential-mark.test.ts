import { expect, test } from 'vitest';
import { credentialMark, kubeconfigMark } from './credential-mark.ts';

function kubeconfig(user: object, server = 'https://member.example.com'): string {
  return JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'k', cluster: { server } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
  });
}

test('another token, and another address, have another mark; the same content has the same', async () => {
  const one = await kubeconfigMark(kubeconfig({ token: 'one' }));
  expect(one).toMatch(/^[0-9a-f]{12}$/);
  expect(await kubeconfigMark(kubeconfig({ token: 'one' }))).toBe(one);
  expect(await kubeconfigMark(kubeconfig({ token: 'two' }))).not.toBe(one);
  expect(await kubeconfigMark(kubeconfig({ token: 'one' }, 'https://other.example.com'))).not.toBe(one);
});

test('a password, which could be guessed from it, has no mark', async () => {
  expect(await kubeconfigMark(kubeconfig({ username: 'a', password: 'b' }))).toBeUndefined();
  const basic = { username: 'a', password: 'b' };
  expect(credentialMark({ credential: { basic }, fingerprint: '0123456789abcdef' })).toBeUndefined();
});
