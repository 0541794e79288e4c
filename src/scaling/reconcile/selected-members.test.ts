import { expect, test } from 'vitest';
import type { Member, MemberLookup } from '../../clusters/index.ts';
import type { ListedMember } from '../plan/plan-spec.ts';
import { FakeMember } from '../testing/fake-member.ts';
import { selectMembers } from './selected-members.ts';

const one = new FakeMember('one').member();
const masked = new FakeMember('two').member({
  id: 'file#/etc/two',
  local: '/etc/two',
  alias: undefined,
  provider: 'file',
});
const listed = (name: string): ListedMember => ({
  name,
  namespace: 'team',
  weight: 1,
  least: 0,
  most: Number.POSITIVE_INFINITY,
  priority: 0,
});

function known(...members: readonly Member[]) {
  const find = (reference: string): MemberLookup => {
    const found = members.filter(
      ({ alias, id, local }) => alias === reference || id === reference || local === reference,
    );
    if (found.length > 1) return { found: 'several', ids: found.map(({ id }) => id) };
    return found[0] === undefined
      ? { found: 'nothing', alike: ['one'] }
      : { found: 'member', member: found[0] };
  };
  return { members, find };
}

test('who has no alias must be listed', () => {
  const { registered } = selectMembers({ members: [] }, known(one, masked));
  expect(registered.map(({ name, onlyIfListed }) => [name, onlyIfListed])).toEqual([
    ['one', false],
    ['file#/etc/two', true],
  ]);
});

test('with a list everybody can be meant, a masked one by its id', () => {
  const selection = selectMembers({ members: [listed('file#/etc/two')] }, known(one, masked));
  expect(selection.registered).toEqual([
    {
      name: 'one',
      id: 'kubeconfig#one',
      references: ['kubeconfig#one', 'one'],
      onlyIfListed: false,
      isDrained: false,
    },
    {
      name: 'file#/etc/two',
      id: 'file#/etc/two',
      references: ['file#/etc/two', '/etc/two'],
      onlyIfListed: true,
      isDrained: false,
    },
  ]);
  expect(selection.members.get('file#/etc/two')).toBe(masked);
});

test('what leads to several is no reference to any of them', () => {
  const other = { ...masked, local: 'one' };
  const { alias: _alias, ...unnamed } = one;
  const selection = selectMembers(
    { members: [listed('one')] },
    known({ ...unnamed, alias: undefined }, other),
  );
  expect(selection.ambiguous).toEqual([{ reference: 'one', ids: ['kubeconfig#one', 'file#/etc/two'] }]);
  expect(selection.registered.flatMap(({ references = [] }) => references)).toEqual([
    'kubeconfig#one',
    'file#/etc/two',
  ]);
});

test('what leads nowhere comes with what may have been meant', () => {
  const { alike } = selectMembers({ members: [listed('onw')] }, known(one));
  expect([...alike]).toEqual([['onw', ['one']]]);
});
