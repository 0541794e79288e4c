import { expect, test } from 'vitest';
import { aMember } from '../testing/a-member.ts';
import { incompleteClusters } from './incomplete-clusters.ts';
import type { Member } from './member.ts';

const why = 'may not list secrets';
const known = aMember('file#/mc/a+a');
const entry = { id: '/mc/a+a', provider: 'file', state: 'Ready', info: 'It answers.' };
const secret = { id: 'a', provider: 'kubeconfig', state: 'Ready', info: 'It answers.' };
const lost = { ...secret, state: 'Unknown', info: why };
const awaited = [{ provider: 'kubeconfig', why }] as const;

test.each([
  ['what was told of the awaited is kept, as nobody knows it', { b: secret }, { a: entry, b: lost }],
  ['the name of an awaited one is nobody else’s', { a: secret }, { a: lost, 'file#/mc/a+a': entry }],
  ['what comes from others is not kept', { b: { ...entry, id: '/mc/b' } }, { a: entry }],
])('%s', (_case, before, expected) => {
  expect(incompleteClusters({ before, members: [known], awaited, now: 0 })).toEqual(expected);
});

test('an awaited one that is known already stands there once', () => {
  const member: Member = { ...known, id: 'kubeconfig#a', provider: 'kubeconfig', local: 'a' };
  const told = incompleteClusters({ before: { a: secret }, members: [member], awaited, now: 0 });
  expect(told).toEqual({ a: secret });
});

test('what only takes its time stays as it was told', () => {
  const slow = [{ provider: 'kubeconfig', why: undefined }] as const;
  expect(incompleteClusters({ before: { b: secret }, members: [], awaited: slow, now: 0 })).toEqual({
    b: secret,
  });
});
