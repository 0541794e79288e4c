import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { aMember } from '../testing/a-member.ts';
import { aliasTable } from './alias-table.ts';
import { findMember } from './find-member.ts';
import type { Member, MemberLookup } from './member.ts';

const path = '/etc/mc/kubeconfigs/member-a-cluster.kubeconfig+kedify-agent@member-a';

function member(id: string, alias: string | undefined): Member {
  return aMember(id, { alias });
}

function find(reference: string, members: readonly Member[]): MemberLookup {
  return findMember(reference, new Map(members.map((one) => [one.id, one])), aliasTable(members));
}

const secret = member('kubeconfig#member-a', 'member-a');
const file = member(`file#${path}`, 'member-a');
const profile = member('clusterprofile#fleet/ap-1', 'ap-1');
const odd = member('file#/mc/a#b c.kubeconfig+me@x+y', undefined);
const all = [secret, file, profile, odd];

test.for([
  ['an alias', 'member-a', [secret], secret],
  ['an alias that several want', 'member-a', all, secret],
  ['the canonical id of a Secret', 'kubeconfig#member-a', all, secret],
  ['the canonical id of a file', `file#${path}`, all, file],
  ['what the file provider calls it', path, all, file],
  ['the alias of a file', 'member-a', [file], file],
  ['the canonical id of a profile', 'clusterprofile#fleet/ap-1', all, profile],
  ['namespace and name of a profile', 'fleet/ap-1', all, profile],
  ['the name of a profile', 'ap-1', all, profile],
  ['a canonical id with odd characters', odd.id, all, odd],
  ['what its provider calls an odd one', odd.local, all, odd],
] as const)('%s leads to its member', ([, reference, members, wanted]) => {
  expect(find(reference, members)).toEqual({ found: 'member', member: wanted });
});

test.for([
  ['nothing at all', '', []],
  ['a canonical id of nobody, although others are called so', 'kubeconfig#ap-1', []],
  ['the name of no provider', 'foo#member-a', []],
  ['an alias with a typing error', 'membre-a', ['member-a']],
  ['a canonical id with one', 'kubeconfig#member-b', ['kubeconfig#member-a']],
] as const)('%s leads nowhere', ([, reference, alike]) => {
  expect(find(reference, all)).toEqual({ found: 'nothing', alike });
});

test('an alias that nobody owns is told with all who want it', () => {
  const one = member('file#/mc/1.kubeconfig+u@a', 'a');
  const two = member('file#/mc/2.kubeconfig+u@a', 'a');
  expect(find('a', [two, one])).toEqual({ found: 'several', ids: [one.id, two.id] });
  expect(find(two.id, [two, one])).toEqual({ found: 'member', member: two });
});

test('two providers that call theirs alike are told apart by canonical ids only', () => {
  const one = member('hub#same', undefined);
  const two = member('file#same', undefined);
  expect(find('same', [one, two])).toEqual({ found: 'several', ids: ['file#same', 'hub#same'] });
});

test('every member is found by its canonical id, whatever it is called', () => {
  const local = fc.string({ minLength: 1 });
  const provider = fc.constantFrom('kubeconfig', 'file', 'clusterprofile', 'hub');
  fc.assert(
    fc.property(fc.array(fc.tuple(provider, local), { minLength: 1, maxLength: 6 }), (names) => {
      const members = names.map(([from, name]) => member(`${from}#${name}`, 'a'));
      for (const one of members) expect(find(one.id, members)).toMatchObject({ found: 'member' });
    }),
  );
});
