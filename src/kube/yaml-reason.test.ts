import { load, YAMLException } from 'js-yaml';
import { expect, test } from 'vitest';
import { yamlReason } from './yaml-reason.ts';

test.each([
  ['an alias', 'token: *hidden-word'],
  ['a tag', 'token: !hidden-word x'],
  ['a handle of tags', 'token: !hidden-word!x y'],
  ['a verbatim tag', 'token: !<hidden-word x'],
  ['a key that comes twice', 'hidden-word: 1\nhidden-word: 2'],
  ['a quote that does not end', 'token: "hidden-word'],
  ['a brace that does not end', 'token: {hidden-word'],
  ['an indicator', '@hidden-word'],
  ['a block that is not a key', 'a: b\nhidden-word'],
])('%s is not quoted', (_, text) => {
  let reason = '';
  try {
    load(text);
  } catch (error) {
    if (error instanceof YAMLException) reason = yamlReason(error);
  }
  expect(reason).not.toBe('');
  expect(reason).not.toContain('hidden');
});
