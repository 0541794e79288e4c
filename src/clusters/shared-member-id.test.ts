import { expect, test } from 'vitest';
import { sharedMemberId } from './shared-member-id.ts';

function member(name: string, changes: { memberId?: string; at?: string; namespace?: string } = {}) {
  const { memberId = 'id', at = '2026-01-01T00:00:00Z', namespace = 'fleet' } = changes;
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    memberId: memberId === '' ? undefined : memberId,
    creationTimestamp: at,
  };
}

const one = member('one');

test.each([
  ['alone', one, []],
  ['beside itself', one, [one]],
  ['beside another member', one, [member('two', { memberId: 'other' })]],
  ['beside the same member of another namespace', one, [member('two', { namespace: 'elsewhere' })]],
  [
    'without a member id, like another one',
    member('one', { memberId: '' }),
    [member('two', { memberId: '' })],
  ],
])('%s there is nothing odd', (_, profile, others) => {
  expect(sharedMemberId(profile, others)).toBeUndefined();
});

test('both are told which is the oldest (C40)', () => {
  const younger = member('two', { at: '2026-02-01T00:00:00Z' });
  expect(sharedMemberId(one, [one, younger])).toMatch(/in common with two; the oldest is one\./);
  expect(sharedMemberId(younger, [one, younger])).toMatch(/in common with one; the oldest is one\./);
});

test('of two of the same age none is the oldest (C40)', () => {
  expect(sharedMemberId(one, [one, member('two')])).toContain('they are of the same age');
});
