import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { aliasTable, type Named } from './alias-table.ts';

function named(id: string, alias: string | undefined = 'a'): Named {
  return { id, provider: id.split('#')[0] as Named['provider'], alias };
}

test.for([
  ['alone', ['file#x'], 'file#x'],
  ['beside a file', ['file#x', 'kubeconfig#a'], 'kubeconfig#a'],
  ['beside a profile', ['clusterprofile#n/a', 'kubeconfig#a'], 'kubeconfig#a'],
  ['beside the hub', ['hub#a', 'kubeconfig#a'], 'kubeconfig#a'],
  ['a profile beside a file', ['clusterprofile#n/a', 'file#x'], 'clusterprofile#n/a'],
  ['two files', ['file#x', 'file#y'], undefined],
  ['two profiles of one name', ['clusterprofile#n/a', 'clusterprofile#o/a'], undefined],
  ['two files beside a Secret', ['file#x', 'file#y', 'kubeconfig#a'], 'kubeconfig#a'],
  ['a file beside two profiles', ['clusterprofile#n/a', 'clusterprofile#o/a', 'file#x'], undefined],
] as const)('who has an alias: %s', ([, ids, owner]) => {
  expect(aliasTable(ids.map((id) => named(id))).get('a')).toEqual({ owner, claimants: [...ids].sort() });
});

test.for([
  ['who has not answered takes it from nobody', {}, 'file#x', 'file#x'],
  ['who has answered takes it', { hasAnswered: true }, 'file#x', 'kubeconfig#a'],
  ['who makes no sense takes it from nobody', { isNonsense: true }, 'file#x', 'file#x'],
  ['who makes no sense does not keep it', { isNonsense: true }, 'kubeconfig#a', 'file#x'],
  ['who makes no sense is not first either', { isNonsense: true }, undefined, 'file#x'],
  ['who has not answered keeps it', {}, 'kubeconfig#a', 'kubeconfig#a'],
] as const)('beside a file that works: %s', ([, changes, before, owner]) => {
  const file: Named = { ...named('file#x'), hasAnswered: true };
  const secret: Named = { ...named('kubeconfig#a'), ...changes };
  expect(aliasTable([file, secret], new Map([['a', { owner: before }]])).get('a')?.owner).toBe(owner);
  expect(aliasTable([secret], new Map([['a', { owner: before }]])).get('a')?.owner).toBe(secret.id);
});

test('a member without an alias claims none', () => {
  expect(aliasTable([{ id: 'file#x', provider: 'file', alias: undefined }])).toEqual(new Map());
});

const members = fc.uniqueArray(
  fc.record({
    provider: fc.constantFrom<Named['provider'][]>('kubeconfig', 'hub', 'clusterprofile', 'file'),
    name: fc.string({ minLength: 1, maxLength: 3 }),
    alias: fc.constantFrom('a', 'b', undefined),
  }),
  { selector: ({ provider, name }) => `${provider}#${name}`, maxLength: 8 },
);

test('the order in which members are found decides nothing, and nobody is left out', () => {
  fc.assert(
    fc.property(members, (found) => {
      const all = found.map(({ provider, name, alias }): Named => ({
        id: `${provider}#${name}`,
        provider,
        alias,
      }));
      const table = aliasTable(all);
      expect(aliasTable(all.toReversed())).toEqual(table);
      const claimants = [...table.values()].flatMap((claim) => claim.claimants);
      const claiming = all.filter(({ alias }) => alias !== undefined).map(({ id }) => id);
      expect(claimants.toSorted()).toEqual(claiming.toSorted());
      const owners = [...table].filter(([, { owner }]) => owner !== undefined);
      expect(owners.every(([, claim]) => claim.claimants.includes(claim.owner ?? ''))).toBe(true);
    }),
  );
});

test('whoever leaves a collision of two leaves the alias to the other', () => {
  fc.assert(
    fc.property(members, (found) => {
      const all = found.map(({ provider, name }) => named(`${provider}#${name}`));
      const [one, two] = all;
      if (one === undefined || two === undefined) return;
      expect(aliasTable([one]).get('a')?.owner).toBe(one.id);
      expect(aliasTable([two]).get('a')?.owner).toBe(two.id);
    }),
  );
});
