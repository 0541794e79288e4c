import { expect, it } from 'vitest';
import { suggestedCommand } from './suggested-command.ts';

it.each([
  [{}, 'me status'],
  [{ context: 'prod' }, 'me status --context prod'],
  [
    { kubeconfig: '/a b/config', context: "o'neil" },
    String.raw`me status --kubeconfig '/a b/config' --context 'o'\''neil'`,
  ],
  [
    { cluster: 'c', user: 'u', as: 'jane', asGroup: ['a', 'b c'] },
    "me status --cluster c --user u --as jane --as-group a --as-group 'b c'",
  ],
])('a suggested command can be copied into a shell: %j', (flags, command) => {
  expect(suggestedCommand('me', 'status', flags)).toBe(command);
});

it('a suggestion of help has no flags about the hub', () => {
  expect(suggestedCommand('me', 'help WW3005', { context: 'prod' })).toBe('me help WW3005');
});
