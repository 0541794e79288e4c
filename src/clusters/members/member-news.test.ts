import { expect, test } from 'vitest';
import { aMember } from '../testing/a-member.ts';
import { aliasTable } from './alias-table.ts';
import type { Member } from './member.ts';
import { memberNews } from './member-news.ts';
import { statusClusters, type StatusClusters } from './status-clusters.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

const secret = aMember('kubeconfig#a');
const file = aMember('file#/mc/x+u@a');
const masked = { ...file, alias: undefined };

/** Reasons of the news between what a status told and these; `wanted` are the aliases they ask for. */
function newsBetween(
  before: StatusClusters,
  members: readonly Member[],
  wanted: readonly Member[] = members,
): readonly string[] {
  return memberNews({ before, members, aliases: aliasTable(wanted), now }).map(({ reason }) => reason);
}

test.for([
  ['nothing changed', [secret], [secret], []],
  ['it is new', [], [secret], ['MemberRegistered']],
  [
    'it is new and out of reach',
    [],
    [aMember('kubeconfig#a', { state: 'NotReady' })],
    ['MemberRegistered', 'MemberUnreachable'],
  ],
  [
    'it is new and was not asked yet',
    [],
    [aMember('kubeconfig#a', { state: 'Unknown' })],
    ['MemberRegistered'],
  ],
  ['it is gone', [secret], [], ['MemberRemoved']],
  ['it is lost', [secret], [aMember('kubeconfig#a', { state: 'NotReady' })], ['MemberUnreachable']],
  [
    'it is still lost',
    [aMember('kubeconfig#a', { state: 'NotReady' })],
    [aMember('kubeconfig#a', { state: 'NotReady' })],
    [],
  ],
  ['it is back', [aMember('kubeconfig#a', { state: 'NotReady' })], [secret], ['MemberRecovered']],
  [
    'its credential ends soon',
    [secret],
    [aMember('kubeconfig#a', { credentialExpiresAt: now + 1 })],
    ['MemberCredentialsExpiring'],
  ],
  [
    'that is known',
    [aMember('kubeconfig#a', { credentialExpiresAt: now + 1 })],
    [aMember('kubeconfig#a', { credentialExpiresAt: now + 1 })],
    [],
  ],
] as const)('what is worth an event: %s', ([, before, after, reasons]) => {
  expect(newsBetween(statusClusters(before, now), after)).toEqual(reasons);
});

test('a member of another provider under the same alias is another member', () => {
  expect(newsBetween(statusClusters([file], now), [secret])).toEqual(['MemberRemoved', 'MemberRegistered']);
});

test('a collision is told once, with all who are called so and what to do', () => {
  const after = [secret, masked];
  const change = { members: after, aliases: aliasTable([secret, file]), now };
  const news = memberNews({ ...change, before: statusClusters([secret, file].slice(1), now) }).find(
    ({ reason }) => reason === 'MultiClusterNameCollision',
  );
  expect(news?.note).toContain(`The alias a is that of ${file.id} and ${secret.id}`);
  expect(news?.note).toContain(`it leads to ${secret.id}`);
  expect(memberNews({ ...change, before: statusClusters(after, now) })).toEqual([]);
});

test('the end of a collision is no news, and its return is', () => {
  const during = statusClusters([secret, masked], now);
  expect(newsBetween(during, [file])).toEqual(['MemberRemoved']);
  const after = statusClusters([file], now);
  expect(newsBetween(after, [secret, masked], [secret, file])).toEqual([
    'MemberRegistered',
    'MultiClusterNameCollision',
  ]);
});

test('whoever would take the alias with its first answer is told of once that is decided', () => {
  const asking = aMember('kubeconfig#a', { alias: undefined, state: 'Unknown' });
  const held = aliasTable([secret, file], new Map([['a', { owner: file.id }]]));
  const news = (before: readonly Member[], members: readonly Member[], aliases = held) =>
    memberNews({ before: statusClusters(before, now), members, aliases, now }).map(({ reason }) => reason);
  expect(news([file], [file, asking])).toEqual(['MemberRegistered']);
  const taken = aliasTable([secret, file]);
  expect(news([file, asking], [secret, masked], taken)).toEqual(['MultiClusterNameCollision']);
  const unreachable = { ...asking, state: 'NotReady' } as const;
  expect(news([file, asking], [file, unreachable])).toEqual([
    'MemberUnreachable',
    'MultiClusterNameCollision',
  ]);
  expect(news([file, unreachable], [file, unreachable])).toEqual([]);
});

test('two of equal right are one collision', () => {
  const one = aMember('file#/mc/1+u@a');
  const two = aMember('file#/mc/2+u@a');
  const after = [one, two].map((each) => ({ ...each, alias: undefined }));
  const reasons = newsBetween(statusClusters([one], now), after, [one, two]);
  expect(reasons).toEqual(['MemberRegistered', 'MultiClusterNameCollision']);
});

test('a member that never had an alias collides with nobody', () => {
  const nameless = aMember('file#/mc/x+u@_', { alias: undefined });
  expect(newsBetween({}, [nameless])).toEqual(['MemberRegistered']);
});
